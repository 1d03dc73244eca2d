using System.Globalization;
using Hub.Faults;
using Hub.Faults.Checks;
using Hub.Faults.Scenarios;

// Hub.Faults [--quick | --all | NAME…] [--count N] [--minutes N] [--seed N] [--at-once N] [--break KIND]: see README.md.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (FaultOptions.Read(args, out string problem) is not { } options)
{
    Console.Error.WriteLine(problem);
    return 2;
}

bool good = true;
Console.WriteLine($"seed {options.Seed}, {Environment.ProcessorCount} processors, {options.AtOnce} sites at once, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}");
Console.WriteLine("| scenario | faults | acknowledged | lost | sent again around a fault | also counted | seconds | verdict |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
long start = TimeProvider.System.GetTimestamp();
using SemaphoreSlim slots = new(options.AtOnce);
List<(Scenario Scenario, FaultRun Run, Task Task)> all = [];
foreach (Scenario scenario in options.Scenarios)
{
    FaultRun run = new(options.CountOf(scenario), options.Seed, options.Breaks, slots);
    all.Add((scenario, run, Task.Run(() => run.DoAsync(scenario))));
}

// All are at work already, as far as there are slots; they are told in order.
foreach ((Scenario scenario, FaultRun run, Task task) in all)
{
    await task;
    Verdict verdict = run.Verdict;
    string word = !verdict.IsGood ? "BROKEN" : verdict.Skipped.Length == 0 ? "good" : verdict.Faults == 0 ? "skipped" : "good, a part is skipped";
    Console.WriteLine($"| {scenario.Name}: {scenario.What} | {verdict.Faults:N0} | {verdict.Acknowledged:N0} | {verdict.Lost:N0} | {verdict.Repeats:N0} | {verdict.Words} | {run.Took.TotalSeconds:0} | {word} |");
    if (verdict.Skipped.Length > 0)
        Console.Error.WriteLine($"{scenario.Name} is skipped: {verdict.Skipped}");
    foreach (string broken in verdict.Broken)
        Console.Error.WriteLine($"{scenario.Name}: {broken}");
    good &= verdict.IsGood;
}

Console.WriteLine($"{TimeProvider.System.GetElapsedTime(start).TotalSeconds:0} s in all");
return good ? 0 : 1;
