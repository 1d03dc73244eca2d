namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>How many rules of a map are followed from FHIR to HL7 v2.</summary>
/// <param name="Kind"><c>segment</c> or <c>type</c>.</param>
/// <param name="Name">The map, <c>PID.Patient</c>.</param>
/// <param name="Rules">Its rules that are followed to FHIR, those of texts that mark an element too.</param>
/// <param name="Inverted">Those that are followed backwards.</param>
/// <param name="Marks">Those that write a text whatever the message says: they tell an element from others on the way back.</param>
/// <param name="Own">Rules for the way back alone, and functions.</param>
/// <param name="NotInverted">Those that are not.</param>
/// <param name="Reasons">Which, and why.</param>
public sealed record FhirBackCoverageTable(string Kind, string Name, int Rules, int Inverted, int Marks, int Own, int NotInverted, IReadOnlyList<FhirCoverageRow> Reasons);

/// <summary>What of the rules from HL7 v2 to FHIR can be followed backwards.</summary>
public static class FhirBackCoverage
{
    /// <summary>Counts the rules.</summary>
    /// <returns>A map each, in the order of kinds and names.</returns>
    public static IReadOnlyList<FhirBackCoverageTable> Count() => Count(FhirMapping.Guide.Rules, FhirBackMapping.Guide.Rules);

    internal static IReadOnlyList<FhirBackCoverageTable> Count(RuleSet forth, RuleSet back) =>
    [
        .. forth.Maps.Concat(back.Maps.Where(map => forth.Map(map.Name) is null)).Where(map => map.Rules.Count > 0 || back.Map(map.Name)?.Rules.Count > 0)
            .OrderBy(map => map.Kind == "segment" ? 0 : 1).ThenBy(map => map.Name, StringComparer.Ordinal).Select(map => Of(map, back.Map(map.Name), back)),
    ];

    private static FhirBackCoverageTable Of(RuleMap forth, RuleMap? back, RuleSet rules)
    {
        bool isFunction = TypeFunctions.Covers(forth.Name);
        MapRule[] followed = [.. forth.Rules.Where(rule => rule.State == MapState.Done)];
        // A rule that the file for the way back takes out is told with its reason; one that stands in its place counts as our own.
        HashSet<string> kept = [.. (back?.Rules ?? []).Where(rule => rule.Line.File != "back.txt").Select(Said)];
        (int inverted, int marks, int own) = (0, 0, isFunction ? followed.Length : 0);
        List<FhirCoverageRow> reasons = [];
        foreach (MapRule rule in isFunction ? [] : followed)
        {
            string? why = kept.Contains(Said(rule)) ? Why(rule) : rules.Replaced.FirstOrDefault(row => row.Value.Map == forth.Name && Said(row.Key) == Said(rule)) is { Key: not null } replaced ? replaced.Value.IsDone ? "" : replaced.Value.Reason : Why(rule);
            if (why is null && rule.Text is { IsPlain: true })
                marks++;
            else if (why is null)
                inverted++;
            else if (why.Length == 0)
                own++;
            else
                reasons.Add(new($"{rule.Line.Cell(0)} {rule.Line.Cell(2)}", true, why));
        }

        int added = back?.Rules.Count(rule => rule.Line.File == "back.txt" && rule.State == MapState.Done) ?? 0;
        return new(forth.Kind, forth.Name, followed.Length, inverted, marks, own + added, reasons.Count, reasons);
    }

    private static string Said(MapRule rule) => Said(rule.Line);

    private static string Said(MapLine line) => $"{line.File}({line.Number})";

    // Why a rule cannot be read backwards; null when it can.
    private static string? Why(MapRule rule) => rule switch
    {
        { Function: "time" } => "The time of the conversion is nothing that a message says.",
        { Function: "assembler" } => "Who converted is nothing that a message says.",
        { Text: { IsPlain: false } text } when Enumerable.Range(1, text.Parts.Count - 1).Any(i => text.Parts[i].Text is null && text.Parts[i - 1].Text is null) => "The text runs places into each other; where one ends cannot be told.",
        { Source: 0, Text.IsPlain: false } => null,
        { Source: 0, Text: null, Function: null, Type: null } => "It takes nothing from a field.",
        _ => null,
    };
}
