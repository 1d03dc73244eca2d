namespace Hub.Formats.Fhir.Mapping;

/// <summary>Why a rule does nothing.</summary>
internal enum MapState
{
    /// <summary>It is followed.</summary>
    Done,

    /// <summary>It does not apply here, by a decision: the other side of an either-or, or data that other rules carry.</summary>
    NotApplicable,

    /// <summary>It cannot be followed.</summary>
    NotDone,
}

/// <summary>A line of rules, and where it stands.</summary>
/// <param name="File">The file, for people.</param>
/// <param name="Number">The line, from 1.</param>
/// <param name="Word">What it is: <c>rule</c>, <c>make</c>…</param>
/// <param name="Cells">The cells.</param>
internal sealed record MapLine(string File, int Number, string Word, IReadOnlyList<string> Cells)
{
    public string Cell(int place) => place < Cells.Count ? Cells[place] : "";
}

/// <summary>What a rule writes: a text with places in it. A plain text when there is one part that is no place.</summary>
/// <param name="Parts">Texts and places, to be put together.</param>
internal sealed record MapText(IReadOnlyList<(string? Text, MapPlace Place)> Parts)
{
    public bool IsPlain => Parts is [{ Text: not null }];

    public string Of(MapReader reader) =>
        IsPlain ? Parts[0].Text! : string.Concat(Parts.Select(part => part.Text ?? reader.TextOf(part.Place))).Trim();
}

/// <summary>One rule of a segment or data type.</summary>
internal sealed class MapRule(MapLine line)
{
    public MapLine Line => line;

    /// <summary>The field of the segment or component of the data type; 0 for the whole.</summary>
    public int Source { get; init; }

    public MapCondition Condition { get; set; } = MapCondition.Always;

    public TargetPath? Target { get; set; }

    /// <summary>The map of its data type, <c>XPN.HumanName</c>; empty for the value itself.</summary>
    public string TypeMap { get; init; } = "";

    /// <summary>The codes that it is looked up in; null for none.</summary>
    public CodeMap? Codes { get; set; }

    public MapText? Text { get; set; }

    /// <summary>What the guide says in words and the engine does: <c>whole</c>, <c>name</c>, <c>time</c>, <c>assembler</c>, <c>minutes</c>, <c>weekday</c>.</summary>
    public string? Function { get; set; }

    public MapState State { get; set; }

    /// <summary>Why it is not followed.</summary>
    public string? Reason { get; set; }

    public RuleMap? Type { get; set; }

    /// <summary>The URL of the extension that it writes, where the guide names none.</summary>
    public string? Url { get; set; }

    /// <summary>Whether it is followed when its field says nothing.</summary>
    public bool TakesNothing { get; set; }

    public void Skip(MapState state, string reason) => (State, Reason) = (state, reason);
}
