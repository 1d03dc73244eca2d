using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hub.Channels.Data;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Http;

// What the file says with ${…} is made here from the delivered content each time it is sent. The content never changes and
// the clock is not asked (HUB1463), so a retry sends the same request and the journal needs to keep nothing but the content.

/// <summary>Makes the request for a message.</summary>
internal sealed class RequestWriter(HttpDestinationConfig config, DestinationHost host) : IRequestWriter
{
    private static readonly UTF8Encoding s_utf8 = new(false);

    private readonly bool _usesFields = config.Values.Any(value => value.Value.UsesFields);
    private readonly MessageFormat _format = config.Format;
    private readonly bool _needsType = config is { HasBody: true, ContentType: null };
    private readonly Func<string, string>? _escape = config.Body is null ? null : BodyText.EscapeFor(config.ContentType!);

    /// <inheritdoc />
    public HttpRequestMessage? Write(OutboundMessage message, out string? refusal)
    {
        StepContext context = new() { Id = message.Id, Channel = host.Channel, Now = host.Clock.GetLocalNow(), Part = message.Part };
        bool isRead = (_usesFields || (_needsType && _format.Type == DataType.Hl7v2)) && context.TryRead(message.Content, _format);
        refusal = _usesFields && !isRead ? $"The content is not {(_format.Type == DataType.Hl7v2 ? "an HL7 v2 message" : _format.Name)}, so the values that the request is made from cannot be read. Take them out of \"endpoint\", \"query\", \"headers\" and \"body\"." : null;
        if (refusal is not null)
            return null;
        try
        {
            return HttpAddress.Make(config, context, out refusal) is { } address ? Write(address, message, context, out refusal) : null;
        }
        catch (Exception exception) when (exception is Hl7FormatException or DocumentException)
        {
            refusal = $"The request could not be made: {exception.Message}";
            return null;
        }
    }

    private HttpRequestMessage? Write(Uri address, OutboundMessage message, StepContext context, out string? refusal)
    {
        HttpRequestMessage request = new(new(config.Method), address)
        {
            Version = address.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = BodyOf(message, context) is { } body ? new TrackedContent(body) : null,
        };
        Authenticate(request, config.Authentication);
        refusal = null;
        foreach ((string name, ValueTemplate template) in config.Headers)
        {
            string value = template.Evaluate(context);
            // A line end would begin another header, or another request.
            if (HttpText.HasControls(value))
                refusal = $"The value of the header {name} has a line end or another control character in it for this message. Clean the field with a step and replay the message.";
            else if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content?.Headers.TryAddWithoutValidation(name, value) != true)
                refusal = $"The header {name} cannot be sent without a body. Take it out of \"headers\".";
        }

        if (refusal is null)
            return request;
        request.Dispose();
        return null;
    }

    private ByteArrayContent? BodyOf(OutboundMessage message, StepContext context)
    {
        if (!config.HasBody)
            return null;
        ByteArrayContent content = config.Body is { } body
            ? new(s_utf8.GetBytes(body.Evaluate(context, _escape!)))
            : System.Runtime.InteropServices.MemoryMarshal.TryGetArray(message.Content, out ArraySegment<byte> bytes)
                ? new(bytes.Array!, bytes.Offset, bytes.Count)
                : new(message.Content.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(config.ContentType ?? TypeOf(context, message.Content.Span));
        return content;
    }

    // A14; the names are those of IANA.
    private string TypeOf(StepContext context, ReadOnlySpan<byte> content) => _format.Type switch
    {
        DataType.Hl7v2 => TypeOf(context.IsHl7 ? context.Message : null, content),
        DataType.Json => "application/json",
        DataType.Xml => "application/xml",
        DataType.Delimited => $"text/csv; charset={_format.Layout!.Charset}",
        DataType.FixedWidth => $"text/plain; charset={_format.Layout!.Charset}",
        _ => "application/octet-stream",
    };

    // Each message of a batch names its own character set.
    private static string TypeOf(Hl7Message? message, ReadOnlySpan<byte> content) => message?.WireCharacterSet.MimeName switch
    {
        null => Hl7Batch.Is(content) ? "application/hl7-v2" : "application/octet-stream",
        "us-ascii" => "application/hl7-v2; charset=utf-8",
        var name => $"application/hl7-v2; charset={name}",
    };

    /// <summary>Writes who sends a request.</summary>
    public static void Authenticate(HttpRequestMessage request, HttpAuthenticationConfig? authentication)
    {
        if (authentication?.Basic is { } basic)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(s_utf8.GetBytes($"{basic.User}:{basic.Password}")));
        else if (authentication?.Bearer is { } token)
            request.Headers.Authorization = new("Bearer", token);
        else if (authentication?.Header is { } header)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
    }
}
