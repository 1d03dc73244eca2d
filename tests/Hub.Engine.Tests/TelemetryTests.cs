using System.Text;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Metrics and traces that a real Hub sends to a collector.</summary>
public sealed class TelemetryTests
{
    // The answer waits for the delivery, so that it is known to be over.
    private const string Channel = """
        { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0", "acknowledge": "delivered" }, "destinations": [{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }] }
        """;

    private static readonly string s_waiting = $$"""
        { "id": "waiting", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "nobody", "type": "mllp", "endpoint": "127.0.0.1:{{FreePort.Take()}}" }] }
        """;

    [Fact]
    public async Task Metrics_and_traces_go_to_the_collector_that_the_variables_name_and_say_nothing_of_messages()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Channel);
        folder.WriteChannel(s_waiting);
        await using HttpReceiver collector = await HttpReceiver.StartAsync();
        await using (HubProcess hub = await HubProcess.StartAsync(folder, Around(collector.Port)))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            for (int i = 0; i < 3; i++)
                Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"SECRET{i}"))).Code);
            using MllpSender waiting = await MllpSender.ConnectAsync(hub.Port("waiting"));
            Assert.Equal("AA", (await waiting.SendAsync(Samples.Adt("SECRET3"))).Code);
            Assert.Equal(0, await hub.TerminateAsync());
        }

        string metrics = Sent(collector, "/v1/metrics");
        Assert.All(new[] { "hub.messages.received", "hub.deliveries.delivered", "hub.queue.depth", "service.name" }, name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        string traces = Sent(collector, "/v1/traces");
        Assert.All(new[] { "receive", "deliver", "hub.channel", "adt", "files", "Accepted", "Sent" }, name => Assert.Contains(name, traces, StringComparison.Ordinal));
        Assert.DoesNotContain("SECRET", metrics + traces, StringComparison.Ordinal);
        Assert.DoesNotContain("ADT", metrics + traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_gets_them_over_gRPC_too_with_the_latency_of_each_destination_as_a_histogram()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Channel);
        await using HttpReceiver collector = await OtlpCollector.StartAsync();
        await using (HubProcess hub = await HubProcess.StartAsync(folder, Around(collector.Port, "grpc")))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            for (int i = 0; i < 3; i++)
                Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"{i}"))).Code);
            Assert.Equal(0, await hub.TerminateAsync());
        }

        IReadOnlyList<ReadOnlyMemory<byte>> metrics = OtlpCollector.Sent(collector, "metrics.v1.MetricsService");
        CollectedHistogram latency = OtlpCollector.Histograms(metrics[^1], "hub.delivery.latency").Single();
        Assert.Equal(["channel=adt", "destination=files"], latency.Labels.Order());
        Assert.Equal((3UL, 3UL), (latency.Count, latency.Buckets.Aggregate(0UL, (sum, count) => sum + count)));
        Assert.Equal((0.005, 3600), (latency.Bounds[0], latency.Bounds[^1]));
        Assert.Equal(latency.Bounds.Count + 1, latency.Buckets.Count);
        Assert.Contains(OtlpCollector.Sent(collector, "trace.v1.TraceService"), trace => Encoding.Latin1.GetString(trace.Span).Contains("deliver", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_and_a_variable_that_is_no_address_hold_up_nothing()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Channel);
        HubSurroundings around = Around(FreePort.Take());
        around = around with { Environment = new Dictionary<string, string>(around.Environment) { ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "collector:4317x" } };
        await using HubProcess hub = await HubProcess.StartAsync(folder, around);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Equal(0, await hub.TerminateAsync());

        Assert.Contains("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no address", hub.Errors, StringComparison.Ordinal);
    }

    private static HubSurroundings Around(int port, string protocol = "http/protobuf") => new()
    {
        Environment = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol },
    };

    private static string Sent(HttpReceiver collector, string path) =>
        string.Concat(collector.Requests.Where(request => request.Target == path).Select(request => Encoding.Latin1.GetString(request.Body)));
}
