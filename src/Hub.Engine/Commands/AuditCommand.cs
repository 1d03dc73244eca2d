using System.CommandLine;
using Hub.Contracts;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub audit</c>: who did what; <c>list</c>, <c>export</c>, and <c>verify</c>, which says whether anything of it was changed or cut off.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        Command command = new("audit", "Show who did what, and that nothing of it was changed");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Export());
        command.Subcommands.Add(Verify());
        return command;
    }

    private static Command List()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<int> limit = CommonOptions.Number("--limit", "N", "At most this many", 1, 10_000, 50);
        Command command = new("list", "Show records, newest first; exit status 1 when there is none. That they were shown is kept too") { limit, data, json };
        AuditFilter filter = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            AuditQuery query = filter.Read(parsed) with { Limit = parsed.GetValue(limit) };
            IReadOnlyList<StoredAudit> found = await FindAsync(parsed.GetValue(data)!, query, stopping);
            if (parsed.GetValue(json))
                Output.Json(found.Select(AuditView.Of));
            else
                Write(found);
            return found.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    // A running Hub keeps by itself that it was asked.
    private static async Task<IReadOnlyList<StoredAudit>> FindAsync(string data, AuditQuery query, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(data, stopping) is { } admin)
            return await AuditFilter.AskAsync(admin, query, stopping);
        await NoteAsync(data, $"list {AuditFilter.Describe(query)}".Trim(), stopping);
        await using IJournalReader journal = Wiring.JournalReader(data);
        return journal.FindAudit(query);
    }

    private static void Write(IReadOnlyList<StoredAudit> found)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("ID", "AT", "WHO", "FROM", "WHAT", "CHANNEL", "MESSAGE", "TEXT", "REASON");
        foreach ((long id, AuditRecord record) in found)
        {
            string[] cells = [$"{id}", JournalView.Time(record.At), record.Who, record.From, $"{record.Act}", record.Channel, $"{record.Message}", record.Text, record.Reason];
            // The difference of a file is lines.
            table.AddRow([.. cells.Select(cell => new Text(string.Join('\n', cell.Split('\n').Select(line => Output.Cell(line, 100)))))]);
        }

        Output.Table(table);
    }

    private static Command Export()
    {
        Option<string> data = CommonOptions.Data();
        Option<string> format = new("--format") { Description = "csv or json", HelpName = "csv|json", DefaultValueFactory = _ => "csv" };
        format.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && token.Value is not ("csv" or "json"))
                result.AddError($"--format: \"{token.Value}\" is not possible here. Give csv or json.");
        });
        Command command = new("export", "Write records, oldest first, to standard output. That they were given out is kept too") { format, data };
        AuditFilter filter = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            AuditQuery query = filter.Read(parsed);
            await NoteAsync(parsed.GetValue(data)!, $"export {parsed.GetValue(format)} {AuditFilter.Describe(query)}".Trim(), stopping);
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            AuditView.Write(Console.Out, AuditFilter.All(journal, query, stopping), isJson: parsed.GetValue(format) == "json");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<string[]> heads = new("--head") { Description = "A head that somebody kept, or that the log tells: 17:9f86d0…; more than once if wanted", HelpName = "N:MAC", DefaultValueFactory = _ => [] };
        heads.Validators.Add(result =>
        {
            foreach (System.CommandLine.Parsing.Token token in result.Tokens.Where(token => AuditHead.Parse(token.Value) is null))
                result.AddError($"--head: \"{token.Value}\" is none. Give a number, a colon and 64 hexadecimal digits, as the log has them.");
        });
        Command command = new("verify", "Look whether anything was changed, removed or cut off; exit status 1 when so") { heads, data, json };
        command.SetAction(async (parsed, stopping) =>
        {
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            AuditReport report = journal.VerifyAudit([.. parsed.GetValue(heads)!.Select(head => AuditHead.Parse(head)!)], stopping);
            if (parsed.GetValue(json))
                Output.Json(new { Whole = report.IsWhole, report.Records, Head = report.Head?.ToString(), report.Unkeyed, FirstBad = report.IsWhole ? (long?)null : report.FirstBad, Problem = report.IsWhole ? null : report.Problem, Restores = report.Restores.Select(AuditView.Of) });
            else
                Tell(report);
            return report.IsWhole ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static void Tell(AuditReport report)
    {
        if (report.IsWhole)
            Console.Out.WriteLine(report.Head is null ? "The audit is empty." : $"The audit is whole: {report.Records} records, up to {report.Head}");
        else
            Output.Problem($"HUB7001 record {report.FirstBad}: {report.Problem} {(report.Records == 0 ? "No record" : $"The {report.Records} before it")} can be trusted; of those after it nothing is known. Keep a copy of the data folder and of the keys, and look at who can write them.");
        foreach ((long id, AuditRecord record) in report.Restores)
            Output.Problem($"HUB7036 record {id}: the journal was {record.Text} ({JournalView.Time(record.At)}). What was kept between the backup and the restore is not in it.");
        if (report.Unkeyed > 0)
            Output.Problem($"{report.Unkeyed} records are from when the journal was not encrypted and had no key: who can write its file can make them anew. Compare with a head from the log: hub audit verify --head N:MAC");
    }

    private static Task NoteAsync(string data, string what, CancellationToken stopping) => AccessDesk.NoteAsync(data, AuditAct.SawAudit, what, "", null, stopping);
}
