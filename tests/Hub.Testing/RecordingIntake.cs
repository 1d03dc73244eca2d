using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Testing;

/// <summary>An intake that keeps what it is given and answers as it is told; holds receipts back when asked.</summary>
public sealed class RecordingIntake : IIntake
{
    private readonly ConcurrentQueue<InboundMessage> _messages = [];
    private readonly Channel<InboundMessage> _arrived = Channel.CreateUnbounded<InboundMessage>();

    /// <summary>What has come, in order.</summary>
    public IReadOnlyList<InboundMessage> Messages => [.. _messages];

    /// <summary>What has come, as Latin-1 text.</summary>
    public IReadOnlyList<string> Texts => [.. _messages.Select(message => Encoding.Latin1.GetString(message.Content.Span))];

    /// <summary>How to answer. Default: Accepted, or Undecodable for what is no message.</summary>
    public Func<InboundMessage, Task<Receipt>> Answer { get; set; } = message =>
        Task.FromResult(Hl7Header.Find(message.Content.Span) < 0 ? new Receipt(ReceiptKind.Undecodable, []) : Receipt.Accepted);

    /// <summary>Waits until one more message has come.</summary>
    public async Task ArrivedAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        await _arrived.Reader.ReadAsync(patience.Token);
    }

    public Task<Receipt> AcceptAsync(InboundMessage message)
    {
        _messages.Enqueue(message);
        _arrived.Writer.TryWrite(message);
        return Answer(message);
    }
}
