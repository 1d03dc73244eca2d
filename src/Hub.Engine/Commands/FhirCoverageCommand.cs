using System.CommandLine;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Mapping.Back;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub fhir coverage</c>: what of HL7's guide from HL7 v2 is followed, row by row.</summary>
internal static class FhirCoverageCommand
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<string?> rules = new("--rules") { Description = "The rows of one table that are not followed, with the reasons: PID.Patient", HelpName = "TABLE" };
        Command command = new("coverage", "Count the rows of the guide's tables: followed, not applicable, not followed and why") { json, rules };
        Option<string> to = new("--to") { Description = "fhir-r4: the guide's rows; hl7v2: which rules are followed backwards, which have rules of their own, which are not and why", HelpName = "FORMAT", DefaultValueFactory = _ => "fhir-r4" };
        to.AcceptOnlyFromAmong("fhir-r4", "hl7v2");
        command.Options.Add(to);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(to) == "hl7v2")
                return Back(parsed.GetValue(json), parsed.GetValue(rules));
            IReadOnlyList<FhirCoverageTable> tables = FhirCoverage.Count();
            if (parsed.GetValue(rules) is { } name)
            {
                tables = [.. tables.Where(table => string.Equals(table.Name, name, StringComparison.OrdinalIgnoreCase))];
                if (tables.Count == 0)
                {
                    Output.Problem($"There is no table {name}. Run \"hub fhir coverage\" to see all.");
                    return ExitCodes.Problems;
                }
            }

            if (parsed.GetValue(json))
                Output.Json(new { Tables = tables, Rows = tables.Sum(table => table.Rows), Done = tables.Sum(table => table.Done), NotApplicable = tables.Sum(table => table.NotApplicable), NotDone = tables.Sum(table => table.NotDone) });
            else
                Write(tables, parsed.GetValue(rules) is not null);
            return ExitCodes.Done;
        });
        return command;
    }

    private static int Back(bool isJson, string? name)
    {
        IReadOnlyList<FhirBackCoverageTable> tables = [.. FhirBackCoverage.Count().Where(table => name is null || string.Equals(table.Name, name, StringComparison.OrdinalIgnoreCase))];
        if (tables.Count == 0)
        {
            Output.Problem($"There is no table {name}. Run \"hub fhir coverage --to hl7v2\" to see all.");
            return ExitCodes.Problems;
        }

        if (isJson)
        {
            Output.Json(new { Tables = tables, Rules = tables.Sum(table => table.Rules), Inverted = tables.Sum(table => table.Inverted), Marks = tables.Sum(table => table.Marks), Own = tables.Sum(table => table.Own), NotInverted = tables.Sum(table => table.NotInverted) });
            return ExitCodes.Done;
        }

        Table shown = new() { Border = TableBorder.None };
        shown.AddColumns("KIND", "TABLE", "RULES", "INVERTED", "MARKS", "OWN", "NOT INVERTED");
        foreach (FhirBackCoverageTable table in tables)
            shown.AddRow(Cells(table.Kind, table.Name, table.Rules, table.Inverted, table.Marks, table.Own, table.NotInverted));
        foreach (IGrouping<string, FhirBackCoverageTable> kind in tables.GroupBy(table => table.Kind))
            shown.AddRow(Cells(kind.Key, "all", kind.Sum(table => table.Rules), kind.Sum(table => table.Inverted), kind.Sum(table => table.Marks), kind.Sum(table => table.Own), kind.Sum(table => table.NotInverted)));
        Output.Table(shown);
        foreach (FhirCoverageRow row in name is null ? [] : tables.SelectMany(table => table.Reasons))
            Console.Out.WriteLine($"not inverted: {row.Row}: {row.Reason}");
        return ExitCodes.Done;
    }

    private static void Write(IReadOnlyList<FhirCoverageTable> tables, bool withReasons)
    {
        Table shown = new() { Border = TableBorder.None };
        shown.AddColumns("KIND", "TABLE", "ROWS", "DONE", "NOT APPLICABLE", "NOT DONE");
        foreach (FhirCoverageTable table in tables)
            shown.AddRow(Cells(table.Kind, table.Name, table.Rows, table.Done, table.NotApplicable, table.NotDone));
        foreach (IGrouping<string, FhirCoverageTable> kind in tables.GroupBy(table => table.Kind))
            shown.AddRow(Cells(kind.Key, "all", kind.Sum(table => table.Rows), kind.Sum(table => table.Done), kind.Sum(table => table.NotApplicable), kind.Sum(table => table.NotDone)));
        Output.Table(shown);
        foreach (FhirCoverageRow row in withReasons ? tables.SelectMany(table => table.Reasons) : [])
            Console.Out.WriteLine($"{(row.IsApplicable ? "not done" : "not applicable")}: {row.Row}: {row.Reason}");
    }

    private static Text[] Cells(string kind, string name, params int[] numbers) =>
        [new(kind), new(name), .. numbers.Select(number => new Text(number.ToString(System.Globalization.CultureInfo.InvariantCulture)))];
}
