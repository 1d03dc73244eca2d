using System.Diagnostics.CodeAnalysis;
using Hub.Channels.Values;

namespace Hub.Channels.Destinations.Http;

// Scheme, host and port are never made from a message: whoever writes the message would choose who gets it. Behind them,
// values are percent-encoded, so that they cannot begin another segment, a query or a fragment; what encoding leaves, "."
// and "..", would climb out of the path and is refused.

/// <summary>The address of a request.</summary>
internal static class HttpAddress
{
    /// <summary>Reads the part of an endpoint that is the same for all messages, as far as its host.</summary>
    /// <param name="endpoint">What the file says.</param>
    /// <param name="address">The address of the host.</param>
    /// <param name="problem">What is wrong and what to write, when something is.</param>
    public static bool TryReadBase(ValueTemplate endpoint, [NotNullWhen(true)] out Uri? address, out (int Code, string Text) problem)
    {
        string start = endpoint.Start;
        int host = start.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = host < 3 ? -1 : start.AsSpan(host).IndexOfAny("/?#");
        address = null;
        problem = (1460, "This is not an address of HTTP. Write http:// or https://, a host and a path, for example \"https://lab.example/messages\".");
        if (host >= 3 && end < 0 && !endpoint.IsPlain)
        {
            problem = (1462, "Scheme, host and port must stand in the file: who sends a message must not choose where it goes. Put values of the message behind the first / after the host.");
            return false;
        }

        string text = end < 0 ? start : start[..(host + end)];
        if (host < 3 || !Uri.TryCreate(text, UriKind.Absolute, out Uri? read) || read.Host.Length == 0 || (read.Scheme != Uri.UriSchemeHttp && read.Scheme != Uri.UriSchemeHttps))
            return false;
        if (read.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal))
        {
            problem = (1461, "The address has a user or a password in it, which would show in logs and lists. Give \"authentication\": { \"basic\": … }.");
            return false;
        }

        if (endpoint.Literals.Any(literal => literal.Contains('#', StringComparison.Ordinal)))
        {
            problem = (1460, "The address has a # in it: what follows is never sent. Leave it out, or write %23.");
            return false;
        }

        address = read;
        return true;
    }

    /// <summary>Makes the address for a message.</summary>
    /// <returns>The address, or null and why there is none.</returns>
    public static Uri? Make(HttpDestinationConfig config, StepContext context, out string? refusal)
    {
        bool isEmpty = false;
        string text = config.Endpoint.Evaluate(context, value =>
        {
            isEmpty |= value.Length == 0;
            return Uri.EscapeDataString(value);
        });
        refusal = isEmpty ? "A value in \"endpoint\" is empty for this message, so its address would be another one. Fill the field with a step, or leave such messages out with \"when\"." : null;
        if (isEmpty)
            return null;
        string path = text.Split('?')[0];
        if (path.Split('/').Any(segment => segment is "." or ".."))
        {
            refusal = "A value in \"endpoint\" is \".\" or \"..\" for this message, so its address would be another one. Look at who sends such values.";
            return null;
        }

        string query = string.Join('&', config.Query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.Evaluate(context))}"));
        if (query.Length > 0)
            text += text.Contains('?', StringComparison.Ordinal) ? $"&{query}" : $"?{query}";
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address))
            return address;
        refusal = "The address made by \"endpoint\" and \"query\" is not an address for this message. Look at the values in it.";
        return null;
    }
}
