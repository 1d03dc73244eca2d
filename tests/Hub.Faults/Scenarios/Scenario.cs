namespace Hub.Faults.Scenarios;

/// <summary>A kind of fault.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="What">What is done, for people; its counts are named after it.</param>
/// <param name="Quick">How many faults, or messages, in a quick run; 0: it is not part of one.</param>
/// <param name="All">How many in a full run; 0: it runs by its name alone.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Scenario(string Name, string What, int Quick, int All, Func<FaultRun, Task> RunAsync)
{
    /// <summary>All of them, in the order in which they are told. Those that mostly wait come first, so that the others run beside them.</summary>
    public static IReadOnlyList<Scenario> Every { get; } =
    [
        new("chaos", "messages through a receiver that refuses, hangs, cuts, comes late", 1_000, 10_000, ChaosScenario.RunAsync),
        new("clock", "jumps of the clock", 4, 60, ClockScenario.RunAsync),
        new("kill", "kill -9 at random moments", 100, 1_000, KillScenario.RunAsync),
        new("power", "power cuts", 100, 1_000, PowerScenario.RunAsync),
        new("points", "kills and power cuts at named points of the road", 2 * PointKind.Count, 40 * PointKind.Count, PointScenario.RunAsync),
        new("errors", "failing syncs and writes of the journal", 12, 120, ErrorScenario.RunAsync),
        new("full", "disk full and freed", 3, 20, FullScenario.RunAsync),
        new("damage", "journal locked, overwritten, cut, gone", 4, 100, DamageScenario.RunAsync),
        new("idle", "connections that bring nothing beside live traffic", 1_000, 10_000, IdleScenario.RunAsync),
        new("slow", "slow writers beside live traffic", 500, 2_000, SlowScenario.RunAsync),
        new("large", "messages of 50 MB beside live traffic", 4, 50, LargeScenario.RunAsync),
        new("order", "messages whose sync and answer are watched by strace", 500, 10_000, OrderScenario.RunAsync),
        new("soak", "mixed load for long, with a fault every 30 s", 0, 0, SoakScenario.RunAsync),
    ];
}
