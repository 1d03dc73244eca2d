using Hub.Channels.Destinations.Log;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;

namespace Hub.Channels.Tests.Destinations;

/// <summary>What a destination for trying channels writes to the log.</summary>
public sealed class LogDestinationTests
{
    [Fact]
    public async Task A_message_is_one_line_without_its_content()
    {
        string line = await LineAsync(new() { Id = "try", Type = "log" }, Samples.Adt("17"));
        Assert.Equal($"Channel adt, destination try: message 7, delivery 9, {Samples.Bytes(Samples.Adt("17")).Length} bytes", line);
    }

    [Fact]
    public async Task Content_is_shown_when_the_file_says_so_and_stays_one_line()
    {
        string line = await LineAsync(new() { Id = "try", Type = "log", ShowContent = true }, "MSH|a\rPID|\n\u001b[2J\u2028b\0");
        Assert.EndsWith(@"bytes: MSH|a\rPID|\u000a\u001b[2J\u2028b\u0000", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_shown_up_to_16_KiB()
    {
        string line = await LineAsync(new() { Id = "try", Type = "log", ShowContent = true }, new string('x', 100_000));
        Assert.EndsWith(new string('x', 16 * 1024) + "…", line, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', (16 * 1024) + 1), line, StringComparison.Ordinal);
    }

    private static async Task<string> LineAsync(LogDestinationConfig config, string content)
    {
        Lines lines = new();
        using ILoggerFactory loggers = LoggerFactory.Create(builder => builder.AddProvider(lines));
        await using LogDestination destination = new(config, new("adt", new ManualTime(), loggers));
        DeliveryResult result = await destination.SendAsync(new(new(7), 9, 1, Samples.Bytes(content)), CancellationToken.None);
        Assert.Equal(DeliveryVerdict.Sent, result.Verdict);
        return Assert.Single(lines.Written);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
