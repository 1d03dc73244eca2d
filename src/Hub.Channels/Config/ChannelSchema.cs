using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Channels.Cases;
using Hub.Contracts;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Config;

/// <summary>
/// Writes the JSON Schema of channel files for editors. It is made from the same shapes that the binder goes by; what a member means comes from its documentation.
/// Each record is one entry of <c>$defs</c>; a kind whose <c>type</c> picks a component is a choice among its components.
/// </summary>
public static class ChannelSchema
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the schema (JSON Schema draft 2020-12).</summary>
    /// <param name="catalog">The components that files can name.</param>
    /// <returns>The text of <c>channel.schema.json</c>.</returns>
    public static string Write(ComponentCatalog catalog) => Write(catalog, typeof(ChannelConfig), "Channel of the Hub");

    /// <summary>Writes the schema of the cases of channel tests.</summary>
    /// <param name="catalog">The components that files can name.</param>
    /// <returns>The text of <c>case.schema.json</c>.</returns>
    public static string WriteCase(ComponentCatalog catalog) => Write(catalog, typeof(CaseConfig), "Test of a channel of the Hub");

    /// <summary>Writes the schema of the profiles that messages are validated by.</summary>
    /// <param name="catalog">The components that files can name.</param>
    /// <returns>The text of <c>profile.schema.json</c>.</returns>
    public static string WriteProfile(ComponentCatalog catalog) => Write(catalog, typeof(Hl7Profile), "Profile of HL7 v2 messages");

    /// <summary>Writes the schema of another file of a site.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="title">What it is.</param>
    /// <returns>The text of the schema.</returns>
    public static string WriteSite(Type record, string title) => Write(new(), record, title);

    private static string Write(ComponentCatalog catalog, Type record, string title)
    {
        SchemaParts parts = new(catalog);
        JsonObject schema = new() { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach ((string keyword, JsonNode? value) in parts.OfRecord(record).ToArray())
            schema[keyword] = value?.DeepClone();
        schema["$defs"] = parts.Definitions();
        return schema.ToJsonString(s_readable) + "\n";
    }
}
