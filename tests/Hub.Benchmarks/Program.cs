using System.Globalization;
using Hub.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
int runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;

Console.WriteLine($"MLLP in, one filter, two steps, MLLP out; ADT of {Load.Message(0, 0).Length} bytes; medians of {runs} runs of {seconds} s after a warm-up; {Environment.ProcessorCount} processors, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
Console.WriteLine("Baseline: the same senders straight into the same receiver.");
Console.WriteLine();
Console.WriteLine("| connections | baseline, messages/s | acknowledged and delivered/s | ratio | answer p50 | answer p99 | memory |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
foreach (int connections in (int[])[1, 8, 32])
{
    List<Figures> baseline = [];
    List<Figures> through = [];
    for (int run = 0; run < runs; run++)
    {
        baseline.Add(await Load.BaselineAsync(connections, TimeSpan.FromSeconds(seconds)));
        through.Add(await Load.ThroughHubAsync(connections, TimeSpan.FromSeconds(seconds)));
    }

    Figures straight = Figures.Median(baseline);
    Figures hub = Figures.Median(through);
    Console.WriteLine($"| {connections} | {straight.PerSecond:N0} | {hub.PerSecond:N0} | {hub.PerSecond / straight.PerSecond:P1} | {hub.P50:0.00} ms | {hub.P99:0.00} ms | {hub.Megabytes:0} MB |");
}
