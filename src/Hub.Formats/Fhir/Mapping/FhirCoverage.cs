namespace Hub.Formats.Fhir.Mapping;

/// <summary>How many rows of a table of the guide are followed.</summary>
/// <param name="Kind"><c>message</c>, <c>segment</c>, <c>type</c> or <c>codes</c>.</param>
/// <param name="Name">The table, <c>PID.Patient</c>.</param>
/// <param name="Rows">All its rows.</param>
/// <param name="Done">Those that are followed.</param>
/// <param name="NotApplicable">Those that map nothing, or are left out by a decision.</param>
/// <param name="NotDone">Those that are not followed.</param>
/// <param name="Reasons">Why, for each row that the guide maps and that is not followed: the row, and the reason.</param>
public sealed record FhirCoverageTable(string Kind, string Name, int Rows, int Done, int NotApplicable, int NotDone, IReadOnlyList<FhirCoverageRow> Reasons);

/// <summary>A row that is not followed.</summary>
/// <param name="Row">The row: its source and target.</param>
/// <param name="IsApplicable">Whether it should be: false for what is left out by a decision.</param>
/// <param name="Reason">Why not.</param>
public sealed record FhirCoverageRow(string Row, bool IsApplicable, string Reason);

/// <summary>What of the guide the Hub follows, row by row.</summary>
public static class FhirCoverage
{
    private const string Guide = "guide.txt";

    /// <summary>Counts the rows of the guide.</summary>
    /// <returns>A table each, in the order of kinds and names.</returns>
    public static IReadOnlyList<FhirCoverageTable> Count() => Count(FhirMapping.Guide.Rules);

    internal static IReadOnlyList<FhirCoverageTable> Count(RuleSet rules) =>
    [
        .. rules.Messages.Where(message => message.Rows > 0).OrderBy(message => message.Name, StringComparer.Ordinal).Select(message => OfMessage(rules, message)),
        .. rules.Maps.Where(map => map.Rows > 0).OrderBy(map => map.Kind == "segment" ? 0 : 1).ThenBy(map => map.Name, StringComparer.Ordinal).Select(map => OfMap(rules, map)),
        .. rules.CodeMaps.Where(codes => codes.IsOfGuide).OrderBy(codes => codes.Name, StringComparer.Ordinal).Select(OfCodes),
    ];

    private static FhirCoverageTable OfMessage(RuleSet rules, MessageMap message)
    {
        List<(MapLine Line, MapState State, string? Reason)> rows = [.. Makes(message.Root).Where(make => make.Line.File == Guide).Select(make => (make.Line, make.State, make.Reason)), .. Replaced(rules, message.Name)];
        return Sum("message", message.Name, message.Rows, rows, line => $"{line.Cell(1)} {line.Cell(2)}".Trim());
    }

    private static FhirCoverageTable OfMap(RuleSet rules, RuleMap map)
    {
        bool isFunction = TypeFunctions.Covers(map.Name);
        List<(MapLine Line, MapState State, string? Reason)> rows = [.. map.Rules.Where(rule => rule.Line.File == Guide).Select(rule => (rule.Line, isFunction ? MapState.Done : rule.State, rule.Reason)), .. Replaced(rules, map.Name)];
        return Sum(map.Kind, map.Name, map.Rows, rows, line => $"{line.Cell(0)} {line.Cell(2)}");
    }

    // A code that the guide maps to nothing stays as it is.
    private static FhirCoverageTable OfCodes(CodeMap codes) => new("codes", codes.Name, codes.Rows, codes.GuideRows, codes.Rows - codes.GuideRows, 0, []);

    private static FhirCoverageTable Sum(string kind, string name, int rows, List<(MapLine Line, MapState State, string? Reason)> mapped, Func<MapLine, string> say)
    {
        int done = mapped.Count(row => row.State == MapState.Done);
        int notDone = mapped.Count(row => row.State == MapState.NotDone);
        FhirCoverageRow[] reasons = [.. mapped.Where(row => row.State != MapState.Done).Select(row => new FhirCoverageRow(say(row.Line), row.State == MapState.NotDone, row.Reason ?? ""))];
        // The rest are rows that map nothing: fields that the guide lists without a target, groups, segments.
        return new(kind, name, rows, done, rows - done - notDone, notDone, reasons);
    }

    private static IEnumerable<(MapLine, MapState, string?)> Replaced(RuleSet rules, string name) =>
        rules.Replaced.Where(row => row.Value.Map == name && row.Key.File == Guide).Select(row => (row.Key, row.Value.IsDone ? MapState.Done : MapState.NotApplicable, (string?)row.Value.Reason));

    private static IEnumerable<MakeRule> Makes(MapPlaceNode node) => node.Makes.Concat(node.Children.SelectMany(Makes));
}
