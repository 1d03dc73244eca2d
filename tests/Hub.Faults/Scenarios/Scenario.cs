namespace Hub.Faults.Scenarios;

/// <summary>A kind of fault.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="What">What is done, for people; its counts are named after it.</param>
/// <param name="Quick">How many faults, or messages, in a quick run.</param>
/// <param name="All">How many in a full run.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Scenario(string Name, string What, int Quick, int All, Func<FaultRun, Task> RunAsync)
{
    /// <summary>All of them, in the order in which they run.</summary>
    public static IReadOnlyList<Scenario> Every { get; } =
    [
        new("kill", "kill -9 at random moments", 100, 1_000, KillScenario.RunAsync),
        new("power", "power cuts", 100, 1_000, PowerScenario.RunAsync),
        new("errors", "failing syncs and writes of the journal", 12, 120, ErrorScenario.RunAsync),
        new("full", "disk full and freed", 3, 20, FullScenario.RunAsync),
        new("damage", "journal locked, overwritten, cut, gone", 4, 100, DamageScenario.RunAsync),
        new("chaos", "messages through a receiver that refuses, hangs, cuts, comes late", 1_000, 10_000, ChaosScenario.RunAsync),
        new("idle", "connections that bring nothing beside live traffic", 1_000, 10_000, IdleScenario.RunAsync),
        new("clock", "jumps of the clock", 4, 60, ClockScenario.RunAsync),
        new("order", "messages whose sync and answer are watched by strace", 500, 10_000, OrderScenario.RunAsync),
    ];
}
