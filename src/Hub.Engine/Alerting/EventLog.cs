using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Alerting;

/// <summary>A log that also makes events of the lines that are ones (<see cref="LogEvents"/>).</summary>
/// <param name="inner">The log.</param>
/// <param name="clock">The time.</param>
internal sealed class EventLog(ILoggerFactory inner, TimeProvider clock) : ILoggerFactory
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = [];

    /// <summary>Where events go. They are called on whatever thread logs, so nothing here may wait.</summary>
    public EventSink Sink { get; } = new();

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new Logger(inner.CreateLogger(name), this));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    // The log belongs to who made it.
    public void Dispose()
    {
    }

    private sealed class Logger(ILogger inner, EventLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel) || LogEvents.MayBe(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (inner.IsEnabled(logLevel))
                inner.Log(logLevel, eventId, state, exception, formatter);
            if (LogEvents.MayBe(logLevel) && state is IReadOnlyList<KeyValuePair<string, object?>> values && LogEvents.Of(logLevel, eventId.Id, values, log.Now) is { } happened)
                log.Sink.Add(happened);
        }
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
