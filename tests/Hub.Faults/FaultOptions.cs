using System.Globalization;
using Hub.Faults.Scenarios;

namespace Hub.Faults;

/// <summary>What the command line asks for.</summary>
/// <param name="Scenarios">Which, in their order.</param>
/// <param name="IsFull">Whether the full counts are wanted.</param>
/// <param name="Count">A count for all of them; null takes each one's own.</param>
/// <param name="Seed">Where chance begins.</param>
/// <param name="Breaks">What is broken on purpose.</param>
internal sealed record FaultOptions(IReadOnlyList<Scenario> Scenarios, bool IsFull, int? Count, int Seed, BreakKind Breaks)
{
    /// <summary>Seeds have few digits, so that people can copy them.</summary>
    private const int MostSeed = 1_000_000;

    /// <summary>Reads it.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="problem">What is wrong with them.</param>
    /// <returns>Null when something is.</returns>
    public static FaultOptions? Read(IReadOnlyList<string> args, out string problem)
    {
        List<string> names = [];
        bool full = false;
        int? count = null;
        int seed = Random.Shared.Next(MostSeed);
        BreakKind breaks = BreakKind.None;
        problem = $"Give --quick, --all or scenarios of {string.Join(", ", Scenario.Every.Select(scenario => scenario.Name))}; then --count N, --seed N, --break {string.Join(", ", Enum.GetNames<BreakKind>()).ToLowerInvariant()}.";
        for (int i = 0; i < args.Count; i++)
        {
            string? value = i + 1 < args.Count ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    break;
                case "--all":
                    full = true;
                    break;
                case "--count" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0:
                    count = number;
                    i++;
                    break;
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number):
                    seed = number;
                    i++;
                    break;
                case "--break" when Enum.TryParse(value, ignoreCase: true, out BreakKind kind):
                    breaks = kind;
                    i++;
                    break;
                case { } name when Scenario.Every.Any(scenario => scenario.Name == name):
                    names.Add(name);
                    break;
                default:
                    problem = $"\"{args[i]}\" is not understood. {problem}";
                    return null;
            }
        }

        return new([.. Scenario.Every.Where(scenario => names.Count == 0 || names.Contains(scenario.Name))], full, count, seed, breaks);
    }
}
