using System.Globalization;
using Hub.Faults.Scenarios;

namespace Hub.Faults;

/// <summary>What the command line asks for.</summary>
internal sealed record FaultOptions
{
    /// <summary>Seeds have few digits, so that people can copy them.</summary>
    private const int MostSeed = 1_000_000;

    /// <summary>How long <c>soak</c> lasts when nobody says: as the issue of the promises has it, two hours.</summary>
    private const int SoakMinutes = 120;

    /// <summary>Which, in their order.</summary>
    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>Whether the full counts are wanted.</summary>
    public bool IsFull { get; init; }

    /// <summary>A count for all of them; null takes each one's own.</summary>
    public int? Count { get; init; }

    /// <summary>Where chance begins.</summary>
    public int Seed { get; init; } = Random.Shared.Next(MostSeed);

    /// <summary>How many sites may be at work at once. Default: two for each processor, because they wait a lot.</summary>
    public int AtOnce { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>What is broken on purpose.</summary>
    public BreakKind Breaks { get; init; }

    /// <summary>How many faults of a scenario; of <c>soak</c> how many minutes.</summary>
    public int CountOf(Scenario scenario) => Count ?? (scenario.All == 0 ? SoakMinutes : IsFull ? scenario.All : scenario.Quick);

    /// <summary>Reads it.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="problem">What is wrong with them.</param>
    /// <returns>Null when something is.</returns>
    public static FaultOptions? Read(IReadOnlyList<string> args, out string problem)
    {
        problem = $"Give --quick, --all or scenarios of {string.Join(", ", Scenario.Every.Select(scenario => scenario.Name))}; then --count N (of soak --minutes N), --seed N, --at-once N, --break {string.Join(", ", Enum.GetNames<BreakKind>()).ToLowerInvariant()}.";
        FaultOptions options = new() { Scenarios = [] };
        for (int i = 0; i < args.Count; i++)
        {
            string? value = i + 1 < args.Count ? args[i + 1] : null;
            bool takesValue = args[i] is "--count" or "--minutes" or "--seed" or "--at-once" or "--break";
            FaultOptions? next = takesValue ? options.With(args[i], value) : options.With(args[i]);
            if (next is null)
            {
                problem = $"\"{args[i]}{(takesValue ? " " + value : "")}\" is not understood. {problem}";
                return null;
            }

            options = next;
            i += takesValue ? 1 : 0;
        }

        return options.Scenarios.Count > 0
            ? options with { Scenarios = [.. Scenario.Every.Where(options.Scenarios.Contains)] }
            : options with { Scenarios = [.. Scenario.Every.Where(scenario => scenario.All > 0)] };
    }

    private FaultOptions? With(string argument) => argument switch
    {
        "--quick" => this,
        "--all" => this with { IsFull = true },
        _ => Scenario.Every.FirstOrDefault(scenario => scenario.Name == argument) is { } named ? this with { Scenarios = [.. Scenarios, named] } : null,
    };

    private FaultOptions? With(string option, string? value)
    {
        if (option == "--break")
            return Enum.TryParse(value, ignoreCase: true, out BreakKind kind) ? this with { Breaks = kind } : null;
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || (number == 0 && option != "--seed"))
            return null;
        return option switch
        {
            "--seed" => this with { Seed = number },
            "--at-once" => this with { AtOnce = number },
            _ => this with { Count = number },
        };
    }
}
