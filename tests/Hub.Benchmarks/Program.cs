using System.Globalization;
using Hub.Benchmarks;
using Hub.Testing.Fuzzing;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["fuzz", ..])
{
    int count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5_000_000;
    int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : FuzzRun.Seed;
    FuzzRun.Run(count, seed, args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 0, Console.WriteLine);
    Console.WriteLine("No crash, no hang, no unplanned exception.");
    return 0;
}

if (args is ["parse", ..])
{
    ParseTable.Run();
    return 0;
}

if (args is ["fhir", ..])
{
    FhirTable.Run();
    return 0;
}

if (args is ["pages", ..])
{
    int messages = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
    await PagesTable.RunAsync(messages, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 7);
    return 0;
}

await Load.TakeLittleAsync();
if (args is ["queue", ..])
{
    await QueueTable.RunAsync(args.Length > 1 ? args[1..].Select(count => int.Parse(count, CultureInfo.InvariantCulture)) : [1_000, 100_000]);
    return 0;
}

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

string table = args.Length > 0 ? args[0] : "all";
int seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
int runs = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 5;
Dictionary<string, Func<Task>> tables = new()
{
    ["road"] = () => Tables.RoadAsync(TimeSpan.FromSeconds(seconds), runs, args.Length > 3 ? Number(3, 0) : null),
    ["doors"] = () => Tables.DoorsAsync(TimeSpan.FromSeconds(seconds), runs, args.ElementAtOrDefault(3)),
    ["body"] = Tables.BodyAsync,
    ["site"] = () => Tables.SiteAsync(runs),
    ["journal"] = () => JournalTable.RunAsync(runs),
    ["fan"] = () => LastingTables.FanAsync(TimeSpan.FromSeconds(seconds), runs),
    ["sync"] = () => LastingTables.SyncAsync(TimeSpan.FromSeconds(seconds), runs),
    ["rates"] = () => LastingTables.RatesAsync(TimeSpan.FromSeconds(seconds)),
    ["rows"] = () => LastingTables.RowsAsync(TimeSpan.FromSeconds(seconds), runs, Number(3, 1_000_000)),
    ["down"] = () => LastingTables.DownAsync(TimeSpan.FromSeconds(seconds)),
    ["spike"] = () => LastingTables.SpikeAsync(TimeSpan.FromSeconds(seconds), Number(3, 1_500)),
};
if (table != "all" && !tables.ContainsKey(table))
{
    Console.Error.WriteLine($"There is no table {table}. Give one of {string.Join(", ", tables.Keys)}, parse, fhir, fuzz, queue, pages, or all; then the seconds of a run and the number of runs; for road also a number of connections to run alone, for doors a word of the flow, for rows the messages in the journal, for spike the steady rate.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}; medians of {runs} runs of {seconds} s after a warm-up.");
foreach ((string name, Func<Task> run) in tables)
{
    if (table == "all" || table == name)
        await run();
}

return 0;
