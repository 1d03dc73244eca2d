using System.Diagnostics.Metrics;
using Hub.Contracts;
using Hub.Engine.Statistics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hub.Engine.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector over OTLP, when the standard variables of OpenTelemetry name one: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or that of
/// metrics or traces alone. A collector that is down costs nothing but what it misses: nothing waits for it.
/// </summary>
internal sealed partial class TelemetryExport : IDisposable
{
    private const string All = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string OfTraces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string OfMetrics = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    private const int PatienceMs = 1_000;

    private readonly Meter _meter = new(Traces.Name);
    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    private TelemetryExport(IJournal journal, TimeProvider clock, bool sendsMetrics, bool sendsTraces)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("hub", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: Environment.MachineName).AddEnvironmentVariableDetector();
        HubMetrics.AddTo(_meter, journal, clock);
        if (sendsMetrics)
            _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Traces.Name).AddOtlpExporter().Build();
        if (sendsTraces)
            _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Traces.Name).AddOtlpExporter().Build();
    }

    /// <summary>Begins, if the variables say so.</summary>
    /// <param name="options">Where the journal is.</param>
    /// <param name="journal">The journal, open.</param>
    /// <param name="clock">The time.</param>
    /// <param name="variable">Reads a variable of the process.</param>
    /// <param name="log">For people.</param>
    /// <returns>Null when nothing is to be sent.</returns>
    public static TelemetryExport? Start(HubOptions options, IJournal journal, TimeProvider clock, Func<string, string?> variable, ILogger log)
    {
        if (string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
            return null;
        string[] named = [.. new[] { All, OfTraces, OfMetrics }.Where(name => !string.IsNullOrWhiteSpace(variable(name)))];
        string[] wrong = [.. named.Where(name => !Uri.TryCreate(variable(name), UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))];
        foreach (string name in wrong)
            Log.NoAddress(log, name);
        string[] right = [.. named.Except(wrong)];
        if (right.Length == 0)
            return null;
        Traces.Of(options.Data);
        Log.Sends(log, string.Join(", ", right));
        return new(journal, clock, right.Contains(All) || right.Contains(OfMetrics), right.Contains(All) || right.Contains(OfTraces));
    }

    /// <summary>Sends what is left, for two seconds at the most: a collector that is down must not hold up the stop.</summary>
    public void Dispose()
    {
        _traces?.Shutdown(PatienceMs);
        _metrics?.Shutdown(PatienceMs);
        _traces?.Dispose();
        _metrics?.Dispose();
        _meter.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(6025, LogLevel.Warning, "{Variable} is no address, and nothing is sent there. Give one like http://collector.example:4317, or http://collector.example:4318 with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")]
        public static partial void NoAddress(ILogger log, string variable);

        [LoggerMessage(6026, LogLevel.Information, "Metrics and traces are sent to a collector, as {Variables} says")]
        public static partial void Sends(ILogger log, string variables);
    }
}
