namespace Hub.Channels.Cases;

/// <summary>What the cases of a channel touched.</summary>
/// <param name="Points">Every step, condition and destination, in the order of the file.</param>
public sealed record ChannelCoverage(IReadOnlyList<CoveragePoint> Points)
{
    /// <summary>How much there is to touch: each step and destination counts once, each condition twice, for true and for false.</summary>
    public int Total => Points.Sum(point => point.Total);

    /// <summary>How much of it was touched.</summary>
    public int Covered => Points.Sum(point => point.Covered);

    /// <summary>That in hundredths, rounded down; 100 when there is nothing to touch.</summary>
    public int Percent => Total == 0 ? 100 : Covered * 100 / Total;
}

/// <summary>A step, condition or destination of a channel, and what cases made of it.</summary>
/// <param name="Place">Its place in the file, <c>$.steps[2].when</c>.</param>
/// <param name="Kind"><c>step</c>, <c>condition</c> or <c>destination</c>.</param>
/// <param name="What">The type of the step, the path of the condition, the id of the destination.</param>
/// <param name="Ran">Whether a case ran the step, asked the condition, or sent something to the destination.</param>
/// <param name="Held">Whether the condition was true once.</param>
/// <param name="Failed">Whether the condition was false once.</param>
public sealed record CoveragePoint(string Place, string Kind, string What, bool Ran, bool Held, bool Failed)
{
    internal const string Step = "step";
    internal const string Condition = "condition";
    internal const string Destination = "destination";

    /// <summary>What no case has tried; null when nothing is missing.</summary>
    public string? Missing => (Kind, Ran, Held, Failed) switch
    {
        (Condition, false, _, _) => "never asked",
        (Condition, _, true, false) => "only ever true",
        (Condition, _, false, true) => "only ever false",
        (Step, false, _, _) => "never ran",
        (Destination, false, _, _) => "never got a message",
        _ => null,
    };

    internal int Total => Kind == Condition ? 2 : 1;

    internal int Covered => Kind == Condition ? (Held ? 1 : 0) + (Failed ? 1 : 0) : Ran ? 1 : 0;
}
