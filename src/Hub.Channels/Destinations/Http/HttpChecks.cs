using System.Net.Http.Headers;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Http;

/// <summary>What is wrong with an <c>http</c> destination beyond the types of its members.</summary>
internal static class HttpChecks
{
    private static readonly string[] s_methods = ["POST", "PUT", "PATCH", "DELETE", "GET"];

    public static IEnumerable<ConfigProblem> Of(HttpDestinationConfig config) =>
        CheckAddress(config).Concat(CheckValues(config)).Concat(CheckHeaders(config)).Concat(CheckBody(config)).Concat(CheckTimes(config));

    private static IEnumerable<ConfigProblem> CheckAddress(HttpDestinationConfig config)
    {
        if (!HttpAddress.TryReadBase(config.Endpoint, out Uri? address, out (int Code, string Text) problem))
            yield return new(problem.Code, "endpoint", problem.Text);
        else if (config.Tls is not null && address.Scheme == Uri.UriSchemeHttp)
            yield return new(1476, "tls", "The endpoint is http, which has no TLS. Write https:// in \"endpoint\", or leave \"tls\" out.");
        else if (config.Tls?.ServerName is not null && config.Proxy is not null)
            yield return new(1476, "tls.serverName", "Through a proxy, the certificate must be for the host of \"endpoint\". Leave it out, or give \"pins\".");
        else if (config.Endpoint.Literals.Any(literal => literal.Split('?')[0].Split('/').Any(segment => segment is "." or "..") || literal.AsSpan().ContainsAny(" \r\n\t")))
            yield return new(1460, "endpoint", "The address has a \".\", a \"..\" or a blank in its path. Write the path as it is meant, blanks as %20.");
        if (!s_methods.Contains(config.Method))
            yield return new(1466, "method", $"\"{config.Method}\" is not a method that sends messages. Write one of {string.Join(", ", s_methods)}.");
    }

    // A retry has to send what the first try sent, and the clock has gone on.
    private static IEnumerable<ConfigProblem> CheckValues(HttpDestinationConfig config) =>
        from value in config.Values
        where value.Value.UsesTime
        select new ConfigProblem(1463, value.Path, "A retry would send another time than the first try. Set a field to ${now:…} with a step and name that field here, for example ${MSH-7}.");

    private static IEnumerable<ConfigProblem> CheckHeaders(HttpDestinationConfig config)
    {
        foreach ((string name, ValueTemplate value) in config.Headers)
        {
            if (HttpText.FindHeaderMistake(name) is { } mistake)
                yield return new(1464, $"headers.{name}", mistake);
            else if (value.Literals.Any(HttpText.HasControls))
                yield return new(1465, $"headers.{name}", "The value has a line end or another control character in it. Take it out.");
            else if (name.Equals(config.Authentication?.Header?.Name ?? (config.Authentication is null ? "" : "Authorization"), StringComparison.OrdinalIgnoreCase))
                yield return new(1464, $"headers.{name}", $"The header {name} is written from \"authentication\". Leave one of the two out.");
        }

        if (config.Headers.Keys.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } doubled)
            yield return new(1464, $"headers.{doubled.Last()}", $"The header {doubled.First()} is there twice: small and capital letters are the same in the names of headers. Leave one out.");
    }

    private static IEnumerable<ConfigProblem> CheckBody(HttpDestinationConfig config)
    {
        if (config.Body is not null && config.Method == "GET")
            yield return new(1469, "body", "GET has no body. Leave it out, or use POST.");
        if (config.Body is not null && config.ContentType is null)
            yield return new(1469, "body", "The body's type decides how values in it are escaped. Give it, for example \"contentType\": \"application/json\".");
        if (config.ContentType is null)
            yield break;
        if (!MediaTypeHeaderValue.TryParse(config.ContentType, out MediaTypeHeaderValue? type))
            yield return new(1469, "contentType", $"\"{config.ContentType}\" is not a type of content. Write one such as \"application/json\" or \"text/plain; charset=utf-8\".");
        else if (config.Body is not null && type.CharSet is { } set && !set.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            yield return new(1469, "contentType", $"A body made by \"body\" is sent as UTF-8, and this says {set}. Write charset=utf-8, or leave the charset out.");
    }

    private static IEnumerable<ConfigProblem> CheckTimes(HttpDestinationConfig config)
    {
        if (config.AnswerTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1402, "answerTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 30.");
        if (config.ConnectTimeoutSeconds is not (> 0 and <= 86_400))
            yield return new(1403, "connectTimeoutSeconds", "This is not a time to wait. Give seconds from more than 0 to 86400, or leave it out for 10.");
        if (config.MaxRetryAfterSeconds is not (>= 0 and <= 86_400))
            yield return new(1470, "maxRetryAfterSeconds", "This is not a time to wait. Give seconds from 0 to 86400, or leave it out for 3600.");
    }
}
