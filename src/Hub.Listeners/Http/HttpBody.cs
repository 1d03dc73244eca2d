using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Hub.Listeners.Http;

// A body is copied once when its length is known: into an array of just that length, made when its first bytes are there, so
// that a peer that only promises costs nothing. Without a length it is gathered in pooled segments and then put together,
// so that memory rises by at most twice the body.

/// <summary>Reads the body of a request into one array.</summary>
internal static class HttpBody
{
    private const int FirstSegment = 64 * 1024;
    private const int LargestSegment = 1024 * 1024;

    /// <summary>Takes a body that came whole with its head, as short ones do: nothing is waited for then.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The longest body taken.</param>
    /// <returns>The body; null when it is not all here, is empty or longer, or has no known length. Nothing was read of it then.</returns>
    public static byte[]? TakeArrived(HttpRequest request, int most)
    {
        if (request.ContentLength is not > 0 || request.ContentLength > most || !request.BodyReader.TryRead(out ReadResult read))
            return null;
        byte[]? body = read.Buffer.Length == request.ContentLength ? read.Buffer.ToArray() : null;
        request.BodyReader.AdvanceTo(body is null ? read.Buffer.Start : read.Buffer.End);
        return body;
    }

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The longest body taken.</param>
    /// <param name="cancel">Fires when it is not waited for any longer.</param>
    /// <returns>The body; null when it is longer.</returns>
    /// <exception cref="BadHttpRequestException">It breaks off, or came too slowly.</exception>
    public static Task<byte[]?> ReadAsync(HttpRequest request, int most, CancellationToken cancel) => request.ContentLength switch
    {
        { } length when length > most => Task.FromResult<byte[]?>(null),
        { } length => ReadKnownAsync(request.BodyReader, (int)length, cancel),
        _ => ReadUnknownAsync(request.BodyReader, most, cancel),
    };

    private static async Task<byte[]?> ReadKnownAsync(PipeReader reader, int length, CancellationToken cancel)
    {
        byte[] body = [];
        int have = 0;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancel);
            if (body.Length == 0 && !read.Buffer.IsEmpty)
                body = GC.AllocateUninitializedArray<byte>(length);
            read.Buffer.CopyTo(body.AsSpan(have));
            have += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (have == length || read.IsCompleted)
                return have == length ? body : throw new BadHttpRequestException("The body broke off.");
        }
    }

    private static async Task<byte[]?> ReadUnknownAsync(PipeReader reader, int most, CancellationToken cancel)
    {
        List<(byte[] Bytes, int Count)> segments = [];
        try
        {
            long length = 0;
            while (true)
            {
                ReadResult read = await reader.ReadAsync(cancel);
                length += read.Buffer.Length;
                if (length > most)
                    return null;
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                    Append(segments, part.Span);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return PutTogether(segments, (int)length);
            }
        }
        finally
        {
            foreach ((byte[] bytes, _) in segments)
                ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static void Append(List<(byte[] Bytes, int Count)> segments, ReadOnlySpan<byte> part)
    {
        while (!part.IsEmpty)
        {
            if (segments.Count == 0 || segments[^1].Count == segments[^1].Bytes.Length)
                segments.Add((ArrayPool<byte>.Shared.Rent(segments.Count == 0 ? FirstSegment : Math.Min(segments[^1].Bytes.Length * 2, LargestSegment)), 0));
            (byte[] bytes, int count) = segments[^1];
            int taken = Math.Min(part.Length, bytes.Length - count);
            part[..taken].CopyTo(bytes.AsSpan(count));
            segments[^1] = (bytes, count + taken);
            part = part[taken..];
        }
    }

    private static byte[] PutTogether(List<(byte[] Bytes, int Count)> segments, int length)
    {
        byte[] body = GC.AllocateUninitializedArray<byte>(length);
        int at = 0;
        foreach ((byte[] bytes, int count) in segments)
        {
            bytes.AsSpan(0, count).CopyTo(body.AsSpan(at));
            at += count;
        }

        return body;
    }
}
