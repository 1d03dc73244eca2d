using System.Net;

namespace Hub.Channels.Destinations.Http;

/// <summary>The body of a request, which knows how far it came.</summary>
internal sealed class TrackedContent : HttpContent
{
    private readonly ByteArrayContent _content;

    public TrackedContent(ByteArrayContent content)
    {
        _content = content;
        foreach ((string name, IEnumerable<string> values) in content.Headers)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>Whether it began to be sent.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Whether all of it was sent.</summary>
    public bool IsSent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // A connection that had just ended is replaced by another one, and all is sent again.
        (IsBegun, IsSent) = (true, false);
        await _content.CopyToAsync(stream, context, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        IsSent = true;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }
}
