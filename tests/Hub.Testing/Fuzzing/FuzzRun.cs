using System.Diagnostics;
using System.Globalization;

namespace Hub.Testing.Fuzzing;

/// <summary>
/// Many inputs after each other. A failure names the seed and the number of the input, which make it again:
/// <c>dotnet run --project tests/Hub.Benchmarks -c Release -- fuzz 1 SEED NUMBER</c>.
/// </summary>
public static class FuzzRun
{
    /// <summary>The seed when none is given.</summary>
    public const int Seed = 20260102;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <summary>Runs inputs.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="first">The number of the first one.</param>
    /// <param name="log">Told the seed, how far it is, and what is done when no input ends.</param>
    /// <exception cref="FuzzException">An input crashed something, took more than a second, or came out wrong.</exception>
    public static void Run(int count, int seed, int first, Action<string> log)
    {
        log(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {count} inputs from number {first}, made from {FuzzSamples.Er7.Count} messages and {FuzzSamples.Xml.Count} in XML."));
        int current = first;
        int seen = -1;
        int still = 0;
        // Ticks and not time: a machine that stands still does not tick.
        using Timer watch = new(
            _ =>
            {
                still = current == seen ? still + 1 : 0;
                seen = current;
                if (still == 60)
                    Environment.FailFast(string.Create(CultureInfo.InvariantCulture, $"Fuzzing: seed {seed}, input {current} does not end."));
            },
            null,
            s_longest,
            s_longest);
        for (int i = 0; i < count; i++)
        {
            current = first + i;
            if (count == 1)
                log(Convert.ToHexString(Input(new(seed, current), out _)));
            RunOne(seed, current);
            if (i % 250_000 == 249_999)
                log(string.Create(CultureInfo.InvariantCulture, $"{i + 1} inputs"));
        }
    }

    private static void RunOne(int seed, int number)
    {
        try
        {
            long start = Stopwatch.GetTimestamp();
            RunInput(new(seed, number));
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            // It may have been paused, so what seems slow is asked what it works.
            if (took > s_longest)
                took = CpuTime.Of(() => RunInput(new(seed, number)));
            if (took > s_longest)
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"It takes {took}."));
        }
        catch (Exception failure)
        {
            throw new FuzzException(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, input {number}: {failure}"));
        }
    }

    private static void RunInput(FuzzRandom random)
    {
        byte[] input = Input(random, out bool isXml);
        if (isXml)
            FuzzTarget.Xml(input);
        else
            FuzzTarget.Er7(input, random);
    }

    private static byte[] Input(FuzzRandom random, out bool isXml)
    {
        isXml = random.Once(32);
        return FuzzMutator.Make(random, isXml ? FuzzSamples.Xml : FuzzSamples.Er7);
    }
}
