using System.CommandLine;
using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Api;

namespace Hub.Engine.Commands;

/// <summary>The options that say which records of the audit are meant. Made anew for each command.</summary>
internal sealed class AuditFilter
{
    private const int Page = 1_000;

    private readonly Option<string?> _who = new("--who") { Description = "By this account; local for commands of the machine, token:NAME for a program", HelpName = "NAME" };
    private readonly Option<AuditAct?> _act = new("--act") { Description = $"Of this kind: {string.Join(", ", Enum.GetNames<AuditAct>())}" };
    private readonly Option<string?> _channel = new("--channel") { Description = "About this channel", HelpName = "ID" };
    private readonly Option<long?> _message = new("--message") { Description = "About this message", HelpName = "ID" };
    private readonly Option<DateTimeOffset?> _since = MessageFilter.Moment("--since", "Then or later: 2026-03-01, \"2026-03-01 14:30\", or a span back from now: 90m, 4h, 2d");
    private readonly Option<DateTimeOffset?> _until = MessageFilter.Moment("--until", "Before then, written as for --since");

    /// <summary>Gives a command the options.</summary>
    public AuditFilter(Command command)
    {
        _act.Validators.Add(result =>
        {
            foreach (System.CommandLine.Parsing.Token token in result.Tokens.Where(token => !Enum.GetNames<AuditAct>().Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
                result.AddError($"--act: \"{token.Value}\" is none. Give one of {string.Join(", ", Enum.GetNames<AuditAct>())}.");
        });
        foreach (Option option in (Option[])[_who, _act, _channel, _message, _since, _until])
            command.Options.Add(option);
    }

    /// <summary>What was given.</summary>
    public AuditQuery Read(ParseResult parsed) => new()
    {
        Who = parsed.GetValue(_who),
        Act = parsed.GetValue(_act),
        Channel = parsed.GetValue(_channel),
        Message = parsed.GetValue(_message) is { } message ? new MessageId(message) : null,
        Since = parsed.GetValue(_since),
        Until = parsed.GetValue(_until),
    };

    /// <summary>The same in words, for the audit itself.</summary>
    public static string Describe(AuditQuery query) => AuditApi.Describe(query);

    /// <summary>Asks a running Hub for records, newest first.</summary>
    /// <param name="admin">The Hub.</param>
    /// <param name="query">Which ones, and how many at most.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <exception cref="JournalException">The Hub did not answer as it should.</exception>
    public static async Task<IReadOnlyList<StoredAudit>> AskAsync(AdminAddress admin, AuditQuery query, CancellationToken stopping)
    {
        List<StoredAudit> found = [];
        string filter = string.Concat(AuditApi.Parts(query).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}&"));
        string? next = null;
        do
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/audit?{filter}limit={Math.Min(query.Limit - found.Count, ApiQuery.Most)}{(next is null ? "" : $"&cursor={next}")}");
            ApiPage<AuditInfo> page = await admin.AskAsync<ApiPage<AuditInfo>>(HttpMethod.Get, path, null, "Ask again, or look at its log.", stopping);
            found.AddRange(page.Items.Select(item => item.ToStored()));
            next = page.Next;
        }
        while (next is not null && found.Count < query.Limit);
        return found;
    }

    /// <summary>All records of a query, oldest first, a page at a time.</summary>
    public static IEnumerable<StoredAudit> All(IJournalReader journal, AuditQuery query, CancellationToken stopping)
    {
        long after = 0;
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            IReadOnlyList<StoredAudit> page = journal.ReadAudit(after, Page);
            foreach (StoredAudit stored in page.Where(stored => Is(stored.Record, query)))
                yield return stored;
            if (page.Count < Page)
                yield break;
            after = page[^1].Id;
        }
    }

    private static bool Is(AuditRecord record, AuditQuery query) =>
        (query.Who is null || record.Who == query.Who) && (query.Act is null || record.Act == query.Act) && (query.Channel is null || record.Channel == query.Channel)
        && (query.Message is null || record.Message == query.Message) && (query.Since is null || record.At >= query.Since) && (query.Until is null || record.At < query.Until);
}
