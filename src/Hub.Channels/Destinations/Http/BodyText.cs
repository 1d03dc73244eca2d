using System.Net.Http.Headers;
using System.Security;
using System.Text.Encodings.Web;
using System.Xml;

namespace Hub.Channels.Destinations.Http;

/// <summary>Writes values of messages into a body so that they stay values: a quotation mark in a name must not end the JSON text it stands in.</summary>
internal static class BodyText
{
    /// <summary>How values are written in bodies of a type.</summary>
    public static Func<string, string> EscapeFor(string contentType)
    {
        string type = MediaTypeHeaderValue.Parse(contentType).MediaType?.ToLowerInvariant() ?? "";
        if (type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal))
            return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode;
        if (type is "application/xml" or "text/xml" || type.EndsWith("+xml", StringComparison.Ordinal))
            return EscapeXml;
        return type == "application/x-www-form-urlencoded" ? Uri.EscapeDataString : value => value;
    }

    // XML 1.0 §2.2 has no way to write most control characters; a body with one would be no XML.
    private static string EscapeXml(string value) => SecurityElement.Escape(string.Concat(value.EnumerateRunes()
        .Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? " " : rune.ToString())));
}
