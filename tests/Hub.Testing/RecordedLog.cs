using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Hub.Testing;

/// <summary>Keeps what is logged, so that a test can await it.</summary>
public sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly Channel<(int Id, string Text)> _lines = Channel.CreateUnbounded<(int Id, string Text)>();

    /// <summary>Waits for the next line of an event; lines of others before it are passed over.</summary>
    public async Task<string> NextAsync(int eventId)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            (int id, string text) = await _lines.Reader.ReadAsync(patience.Token);
            if (id == eventId)
                return text;
        }
    }

    /// <summary>What was logged and not waited for: event ids and texts.</summary>
    public IReadOnlyList<(int Id, string Text)> Take()
    {
        List<(int, string)> taken = [];
        while (_lines.Reader.TryRead(out (int, string) line))
            taken.Add(line);
        return taken;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // It keeps everything itself.
    }

    public void Dispose()
    {
        // It holds nothing.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Writer.TryWrite((eventId.Id, formatter(state, exception)));
}
