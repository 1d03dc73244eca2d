using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>The tables that are written.</summary>
internal static class Tables
{
    /// <summary>MLLP to MLLP with 1, 8 and 32 senders, beside the same senders straight into the receiver.</summary>
    public static async Task RoadAsync(TimeSpan time, int runs, int? only = null)
    {
        Heading($"MLLP in, one filter, two steps, MLLP out; ADT of {Load.Message(0, 0).Length} bytes. Baseline: the same senders straight into the same receiver.");
        Row("connections", "baseline, messages/s", "acknowledged/s", "acknowledged and delivered/s", "ratio", "answer p50", "answer p99", "memory", "processor time a message", "of the load");
        Row(Enumerable.Repeat("---", 10));
        foreach (int connections in only is { } one ? [one] : (int[])[1, 8, 32])
        {
            List<Figures> baseline = [];
            List<Figures> through = [];
            for (int run = 0; run < runs; run++)
            {
                baseline.Add(await Load.BaselineAsync(connections, time));
                through.Add(await Flow.Mllp.RunAsync(connections, Load.WarmUp, time));
            }

            Figures straight = Figures.Median(baseline);
            Figures hub = Figures.Median(through);
            Row($"{connections}", $"{straight.PerSecond:N0}", $"{hub.Acknowledged:N0}", $"{hub.PerSecond:N0}", $"{hub.PerSecond / straight.PerSecond:P1}", $"{hub.P50:0.00} ms", $"{hub.P99:0.00} ms", $"{hub.Megabytes:0} MB", $"{hub.Microseconds:0} µs", $"{hub.LoadMicroseconds:0} µs");
        }
    }

    /// <summary>Every other way in and out, with 32 senders, beside MLLP to MLLP in the same minutes.</summary>
    public static async Task DoorsAsync(TimeSpan time, int runs, string? only = null)
    {
        const int Connections = 32;
        Heading($"{Connections} connections, the same filter and steps. Ratio: to MLLP in, MLLP out.");
        Row("flow", "acknowledged/s", "acknowledged and delivered/s", "ratio", "answer p50", "answer p99", "memory", "processor time a message", "of the load");
        Row(Enumerable.Repeat("---", 9));
        List<Flow> flows = [Flow.Mllp, .. Flow.Doors.Where(flow => only is null || flow.Name.Contains(only, StringComparison.Ordinal))];
        List<Figures>[] figures = [.. flows.Select(_ => new List<Figures>())];
        // The clock of a shared machine drifts: each round runs every flow once.
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < flows.Count; i++)
                figures[i].Add(await flows[i].RunAsync(Connections, Load.WarmUp, time));
        }

        double first = Figures.Median(figures[0]).PerSecond;
        for (int i = 0; i < flows.Count; i++)
        {
            Figures hub = Figures.Median(figures[i]);
            Row(flows[i].Name, $"{hub.Acknowledged:N0}", $"{hub.PerSecond:N0}", $"{hub.PerSecond / first:P0}", $"{hub.P50:0.00} ms", $"{hub.P99:0.00} ms", $"{hub.Megabytes:0} MB", $"{hub.Microseconds:0} µs", $"{hub.LoadMicroseconds:0} µs");
        }
    }

    /// <summary>One body of 64 MiB over HTTP into a file.</summary>
    public static async Task BodyAsync()
    {
        const int Megabytes = 64;
        using TestFolder folder = new();
        folder.Write("channels/scan.json", $$"""
            { "id": "scan", "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/scan", "dataType": "raw" },
              "destinations": [{ "id": "files", "type": "file", "folder": "{{folder.Path("out")}}" }] }
            """);
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        Heading($"A body of {Megabytes} MiB: HTTP in, file out.");
        Row("body", "memory before", "peak", "rise", "rise / body", "answered after");
        Row(Enumerable.Repeat("---", 6));
        foreach (bool chunked in (bool[])[false, true])
        {
            double before = hub.ResidentMegabytes;
            byte[] body = new byte[Megabytes * 1024 * 1024];
            new Random(chunked ? 1 : 2).NextBytes(body);
            using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(5) };
            using HttpRequestMessage request = new(HttpMethod.Post, $"http://127.0.0.1:{hub.Port("scan")}/scan") { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            request.Headers.TransferEncodingChunked = chunked;
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            while (!Directory.Exists(folder.Path("out")) || Directory.GetFiles(folder.Path("out"), "*").Length < (chunked ? 2 : 1))
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            double rise = hub.PeakMegabytes - before;
            Row(chunked ? "chunked" : "with its length", $"{before:0} MB", $"{hub.PeakMegabytes:0} MB", $"{rise:0} MB", $"{rise / (body.Length / 1e6):0.00}", $"{took.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>500 channels: the start, the memory, and how long the change of one file takes to be in force.</summary>
    public static async Task SiteAsync(int runs)
    {
        const int Count = 500;
        Heading($"{Count} channels, MLLP in, filter, step, MLLP out.");
        Row("run", "ready after", "memory when ready", "one file changed, in force after", "connection of another channel");
        Row(Enumerable.Repeat("---", 5));
        for (int run = 1; run <= runs; run++)
            await SiteOnceAsync(run, Count);
    }

    private static async Task SiteOnceAsync(int run, int count)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        for (int i = 0; i < count; i++)
            WriteOne(folder, i, receiver.Port, "LAB");
        long start = Stopwatch.GetTimestamp();
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        TimeSpan ready = Stopwatch.GetElapsedTime(start);
        double memory = hub.ResidentMegabytes;
        using IBenchSender other = await MllpBenchSender.ConnectAsync(hub.Port("c001"));
        await other.SendAsync(Load.Message(1, 1));
        using IBenchSender sender = await MllpBenchSender.ConnectAsync(hub.Port("c000"));
        await sender.SendAsync(Load.Message(0, 0));

        long changed = Stopwatch.GetTimestamp();
        WriteOne(folder, 0, receiver.Port, "NEW");
        TimeSpan took;
        int number = 1;
        do
        {
            // A steady trickle: a closed loop would take the processor that the change needs.
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            await sender.SendAsync(Load.Message(0, number++));
            took = Stopwatch.GetElapsedTime(changed);
        }
        while (!receiver.Messages.Any(message => message.AsSpan().IndexOf("|NEW|"u8) >= 0));
        await other.SendAsync(Load.Message(1, 2));
        Row($"{run}", $"{ready.TotalSeconds:0.00} s", $"{memory:0} MB", $"{took.TotalMilliseconds:0} ms", "stayed");
    }

    private static void WriteOne(TestFolder folder, int number, int port, string receiver) => folder.Write(
        string.Create(CultureInfo.InvariantCulture, $"channels/c{number:000}.json"),
        $$"""
        { "id": "c{{number:000}}", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "steps": [ { "type": "filter", "when": { "path": "MSH-11", "equals": "P" } }, { "type": "setField", "path": "MSH-5", "value": "{{receiver}}" } ],
          "destinations": [ { "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{port}}" } ] }
        """);

    /// <summary>Writes what stands over a table.</summary>
    public static void Heading(string text) => Console.WriteLine($"\n{text}\n");

    /// <summary>Writes a row.</summary>
    public static void Row(params IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
