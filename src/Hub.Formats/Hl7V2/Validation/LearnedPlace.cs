namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What was seen at one place of a segment.</summary>
internal sealed class LearnedPlace
{
    // More codes than this are no closed set.
    private const int MaxCodes = 20;

    private HashSet<string>? _codes;

    /// <summary>How many repetitions had a value.</summary>
    public int Values { get; private set; }

    /// <summary>How often it was populated with a value.</summary>
    public int Times { get; private set; }

    /// <summary>Most repetitions seen.</summary>
    public int MostRepetitions { get; private set; }

    /// <summary>Longest value seen, in characters.</summary>
    public int Longest { get; private set; }

    /// <summary>Of which kind it is: codes of ID and IS, which a table is bound to, may be written down.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>Whether versions give it different kinds. Then nothing is said about codes and components.</summary>
    public bool IsMixed { get; private set; }

    /// <summary>The codes seen; null when they are too many, or not to be written down.</summary>
    public IReadOnlyCollection<string>? Codes => !IsMixed && _codes is { Count: > 0 and <= MaxCodes } ? _codes : null;

    public void SeeKind(ValueKind kind) => IsMixed |= kind != Kind;

    public void See(int repetitions)
    {
        Times++;
        MostRepetitions = Math.Max(MostRepetitions, repetitions);
    }

    public void SeeValue() => Values++;

    public void SeeLength(int length) => Longest = Math.Max(Longest, length);

    public void SeeCode(string code)
    {
        if (Kind is ValueKind.Code or ValueKind.SiteCode && (_codes?.Count ?? 0) <= MaxCodes)
            (_codes ??= new(StringComparer.Ordinal)).Add(code);
    }
}
