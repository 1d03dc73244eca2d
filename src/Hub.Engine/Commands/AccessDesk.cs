using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Api;
using Hub.Engine.Admin;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Commands;

/// <summary>How commands manage access: by the running Hub, or in its journal while none runs.</summary>
internal static class AccessDesk
{
    /// <summary>Has something done.</summary>
    /// <returns>What came of it, and the address of the Hub.</returns>
    /// <exception cref="JournalException">It cannot be; the text says why.</exception>
    public static async Task<(AccessAnswer Answer, string Url)> AskAsync(HubOptions options, AccessRequest request, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return (await AskAsync(admin, request, stopping), admin.Url);
        await using IJournal journal = await Wiring.OpenJournalAsync(options, stopping);
        using HubAccess access = Over(journal, entry => journal.AppendAsync(entry, waits: true));
        return (await request.RunAsync(access, record => journal.AppendAsync(record, waits: true), TimeProvider.System), options.Urls);
    }

    /// <summary>Keeps in the audit that something is about to be shown by a command, under the user who gave it; to be awaited before it is shown.</summary>
    /// <param name="data">The folder of the journal.</param>
    /// <param name="act">That content or the audit is seen, or that messages are searched.</param>
    /// <param name="what">What of it, without what messages say.</param>
    /// <param name="channel">The channel that it is about; empty for none.</param>
    /// <param name="message">The message; null for none.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <exception cref="JournalException">It cannot be kept, so nothing may be shown; the text says why.</exception>
    public static async Task NoteAsync(string data, AuditAct act, string what, string channel, MessageId? message, CancellationToken stopping)
    {
        try
        {
            await AskAsync(new HubOptions { Data = data }, new(AccessOperation.Note, what, Environment.UserName) { Act = act, Channel = channel, Message = message?.Value }, stopping);
        }
        catch (Exception exception) when (exception is JournalException or IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"Nothing is shown, because the audit could not keep it first. {exception.Message}", exception);
        }
    }

    /// <summary>Keeps in the audit that something is about to be done in a journal while no Hub runs, under the user who gave the command; to be awaited before it is done.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="note">What is done.</param>
    /// <exception cref="JournalException">It cannot be kept, so nothing may be done.</exception>
    public static Task NoteAsync(IJournal journal, AuditNote note) => journal.AppendAsync(AccessRequest.Record(note, Environment.UserName, TimeProvider.System), waits: true);

    private static async Task<AccessAnswer> AskAsync(AdminAddress admin, AccessRequest request, CancellationToken stopping)
    {
        using HttpClient client = admin.CreateClient();
        try
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync(AccessApi.Path, request, AccessApi.Json, stopping);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadFromJsonAsync<AccessAnswer>(AccessApi.Json, stopping))!;
            throw new JournalException(await response.Content.ReadAsStringAsync(stopping) is { Length: > 0 } text ? text : $"The running Hub did not do it (HTTP {(int)response.StatusCode}). Its log says why.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            throw new JournalException($"The running Hub did not answer as it should ({exception.Message}). What it did is not known: see with hub users list and hub tokens list.", exception);
        }
    }

    /// <summary>Access as a journal has it.</summary>
    public static HubAccess Over(IJournalReader journal, Func<JournalEntry, Task> append) => new(journal, append, TimeProvider.System, NullLogger.Instance);

    /// <summary>For reading alone.</summary>
    public static HubAccess Over(IJournalReader journal) => Over(journal, _ => throw new InvalidOperationException("This journal is only read."));

    /// <summary>The command that lists accounts or tokens.</summary>
    /// <typeparam name="T">What it lists.</typeparam>
    /// <param name="description">What it does.</param>
    /// <param name="find">Finds them.</param>
    /// <param name="shape">One as JSON has it.</param>
    /// <param name="write">Writes them for people.</param>
    public static Command List<T>(string description, Func<HubAccess, IReadOnlyList<T>> find, Func<T, HubAccess, object> shape, Action<IReadOnlyList<T>, HubAccess> write)
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", description) { data, json };
        command.SetAction(async parsed =>
        {
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            using HubAccess access = Over(journal);
            IReadOnlyList<T> found = find(access);
            if (parsed.GetValue(json))
                Output.Json(found.Select(one => shape(one, access)));
            else
                write(found, access);
            return found.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    /// <summary>The option that says what an account or a token may do.</summary>
    public static Option<Role> RoleOption()
    {
        Option<Role> role = new("--role") { Description = $"What it may do: {string.Join(", ", Enum.GetNames<Role>()).ToLowerInvariant()}", HelpName = "ROLE", Required = true };
        role.Validators.Add(result =>
        {
            foreach (System.CommandLine.Parsing.Token token in result.Tokens.Where(token => !Enum.GetNames<Role>().Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
                result.AddError($"--role: \"{token.Value}\" is none. Give one of {string.Join(", ", Enum.GetNames<Role>()).ToLowerInvariant()}.");
        });
        return role;
    }

    /// <summary>The option that limits it to channels.</summary>
    public static Option<string?> ChannelsOption() => new("--channels") { Description = "The channels that it is limited to, with commas between; else all", HelpName = "IDS" };

    /// <summary>What the option says.</summary>
    /// <exception cref="AccessException">It is there and names none, as where a variable of a script is empty.</exception>
    public static IReadOnlyList<string> Split(string? channels) => Accounts.ChannelsOf(channels);
}
