using System.Text;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Channels.Destinations.Log;

/// <summary>Writes a line about each message to the log.</summary>
public sealed partial class LogDestination(LogDestinationConfig config, DestinationHost host) : IDestination
{
    private const int MostShown = 16 * 1024;

    private readonly ILogger _log = host.Loggers.CreateLogger<LogDestination>();

    /// <inheritdoc />
    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (config.ShowContent)
            Log.TookWithContent(_log, host.Channel, config.Id, message.Id, message.Delivery, message.Content.Length, OneLine(message.Content.Span));
        else
            Log.Took(_log, host.Channel, config.Id, message.Id, message.Delivery, message.Content.Length);
        return Task.FromResult(DeliveryResult.Sent());
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // One line whatever the message holds, so that no message can write lines of its own into the log.
    private static string OneLine(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> shown = content[..Math.Min(content.Length, MostShown)];
        StringBuilder line = new(shown.Length);
        foreach (Rune rune in Encoding.UTF8.GetString(shown).EnumerateRunes())
        {
            if (rune.Value == '\r')
                line.Append("\\r");
            else if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
                line.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                line.Append(rune.ToString());
        }

        return content.Length > MostShown ? $"{line}…" : line.ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(4030, LogLevel.Information, "Channel {Channel}, destination {Destination}: message {Id}, delivery {Delivery}, {Length} bytes")]
        public static partial void Took(ILogger log, string channel, string destination, MessageId id, long delivery, int length);

        [LoggerMessage(4031, LogLevel.Information, "Channel {Channel}, destination {Destination}: message {Id}, delivery {Delivery}, {Length} bytes: {Content}")]
        public static partial void TookWithContent(ILogger log, string channel, string destination, MessageId id, long delivery, int length, string content);
    }
}
