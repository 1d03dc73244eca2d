using System.Globalization;
using Hub.Faults;
using Hub.Faults.Scenarios;

// Hub.Faults [--quick | --all | NAME…] [--count N] [--seed N] [--break KIND]: see README.md.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (FaultOptions.Read(args, out string problem) is not { } options)
{
    Console.Error.WriteLine(problem);
    return 2;
}

bool good = true;
Console.WriteLine($"seed {options.Seed}, {Environment.ProcessorCount} processors, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}");
Console.WriteLine("| scenario | faults | acknowledged | lost | sent again around a fault | also counted | seconds | verdict |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
foreach (Scenario scenario in options.Scenarios)
{
    FaultRun run = new(options.Count ?? (options.IsFull ? scenario.All : scenario.Quick), options.Seed, options.Breaks);
    long start = TimeProvider.System.GetTimestamp();
    try
    {
        await scenario.RunAsync(run);
    }
    catch (Exception exception) when (exception is not OutOfMemoryException)
    {
        run.Verdict.Break($"the scenario itself failed: {exception}");
    }

    double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    string verdict = run.Verdict.Skipped is null ? run.Verdict.IsGood ? "good" : "BROKEN" : "skipped";
    Console.WriteLine($"| {scenario.Name}: {scenario.What} | {run.Verdict.Faults:N0} | {run.Verdict.Acknowledged:N0} | {run.Verdict.Lost:N0} | {run.Verdict.Repeats:N0} | {run.Verdict.Words} | {seconds:0} | {verdict} |");
    if (run.Verdict.Skipped is not null)
        Console.Error.WriteLine($"{scenario.Name} is skipped: {run.Verdict.Skipped}");
    foreach (string broken in run.Verdict.Broken)
        Console.Error.WriteLine($"{scenario.Name}: {broken}");
    good &= run.Verdict.IsGood;
}

return good ? 0 : 1;
