using System.Buffers;
using System.IO.Pipelines;
using Hub.Formats.Framing;
using Hub.Listeners.Connections;
using Microsoft.AspNetCore.Http;

namespace Hub.Listeners.Http;

// A body is copied once when its length is known: into an array of just that length, made when its first bytes are there, so
// that a peer that only promises costs nothing. Without a length it is gathered in pieces and then put together, so that
// memory rises by at most twice the body. Either takes room before it takes memory (ReadingRoom).

/// <summary>Reads the body of a request into one array.</summary>
/// <param name="request">The request.</param>
/// <param name="most">The longest body taken.</param>
/// <param name="makeRoom">Called before a large body takes memory, with how much that is in all; false when there is none to be had.</param>
/// <param name="isWanted">Whether others wait for the memory that it takes.</param>
/// <param name="clock">The time.</param>
internal sealed class HttpBody(HttpRequest request, int most, Func<long, ValueTask<bool>> makeRoom, Func<bool> isWanted, TimeProvider clock)
{
    private readonly PipeReader _reader = request.BodyReader;
    private bool _holdsRoom;

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

    /// <summary>Reads it. Called once.</summary>
    /// <param name="cancel">Fires when it is not waited for any longer.</param>
    /// <returns>The body; null when it is longer.</returns>
    /// <exception cref="BadHttpRequestException">It breaks off or came too slowly; with status 503, there is no memory for it.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        // As with Patience: the timer does nothing but wake the read, and what is due is judged then.
        await using ITimer wake = clock.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), _reader, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return request.ContentLength switch
        {
            { } length when length > most => null,
            { } length => await ReadKnownAsync((int)length, wake, cancel),
            _ => await ReadUnknownAsync(wake, cancel),
        };
    }

    private async Task<byte[]> ReadKnownAsync(int length, ITimer wake, CancellationToken cancel)
    {
        byte[] body = [];
        int have = 0;
        while (true)
        {
            ReadResult read = await NextAsync(wake, cancel);
            if (body.Length == 0 && !read.Buffer.IsEmpty)
            {
                await MakeRoomAsync(length > Pieces.Free ? length : 0);
                body = GC.AllocateUninitializedArray<byte>(length);
            }

            read.Buffer.CopyTo(body.AsSpan(have));
            have += (int)read.Buffer.Length;
            _reader.AdvanceTo(read.Buffer.End);
            if (have == length || read.IsCompleted)
                return have == length ? body : throw new BadHttpRequestException("The body broke off.");
        }
    }

    private async Task<byte[]?> ReadUnknownAsync(ITimer wake, CancellationToken cancel)
    {
        Pieces pieces = new();
        try
        {
            while (true)
            {
                ReadResult read = await NextAsync(wake, cancel);
                if (pieces.Length + read.Buffer.Length > most)
                    return null;
                await MakeRoomAsync(pieces.MemoryWith((int)read.Buffer.Length));
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                    pieces.Append(part.Span);
                _reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return pieces.ToArray(pieces.Length);
            }
        }
        finally
        {
            pieces.Clear();
        }
    }

    private async ValueTask<ReadResult> NextAsync(ITimer wake, CancellationToken cancel)
    {
        ValueTask<ReadResult> reading = _reader.ReadAsync(cancel);
        if (reading.IsCompletedSuccessfully)
            return reading.Result;
        if (_holdsRoom)
            wake.Change(TimeSpan.FromSeconds(ReadingRoom.StallSeconds), Timeout.InfiniteTimeSpan);
        ReadResult read = await reading;
        wake.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return read.IsCanceled && isWanted() ? throw new BadHttpRequestException("The body stopped coming.", StatusCodes.Status408RequestTimeout) : read;
    }

    private async ValueTask MakeRoomAsync(long memory)
    {
        if (memory == 0)
            return;
        _holdsRoom = await makeRoom(memory);
        if (!_holdsRoom)
            throw new BadHttpRequestException("There is no memory for the body.", StatusCodes.Status503ServiceUnavailable);
    }
}
