namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What was seen at one place of a segment.</summary>
internal sealed class LearnedPlace
{
    // More codes than this are no closed set.
    private const int MaxCodes = 20;

    private HashSet<string>? _codes;

    /// <summary>How many fields (or components) above it were populated, so how often it might have been.</summary>
    public int Chances { get; set; }

    /// <summary>How often it was populated with a value.</summary>
    public int Times { get; private set; }

    /// <summary>Most repetitions seen.</summary>
    public int MostRepetitions { get; private set; }

    /// <summary>Longest value seen, in characters.</summary>
    public int Longest { get; private set; }

    /// <summary>Whether its codes may be written down: it is of type ID or IS, and a table is bound to it.</summary>
    public bool IsCoded { get; init; }

    /// <summary>The codes seen; null when they are too many, or not to be written down.</summary>
    public IReadOnlyCollection<string>? Codes => _codes is { Count: > 0 and <= MaxCodes } ? _codes : null;

    public void See(int repetitions)
    {
        Times++;
        MostRepetitions = Math.Max(MostRepetitions, repetitions);
    }

    public void SeeLength(int length) => Longest = Math.Max(Longest, length);

    public void SeeCode(string code)
    {
        if (IsCoded && (_codes?.Count ?? 0) <= MaxCodes)
            (_codes ??= new(StringComparer.Ordinal)).Add(code);
    }
}
