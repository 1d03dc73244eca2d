using System.CommandLine;
using Hub.Dashboard.Access;
using Hub.Engine.Admin;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub users</c>: the accounts of people; who can use it has the journal itself, so it asks nobody who it is.</summary>
internal static class UsersCommand
{
    public static Command Create()
    {
        Command command = new("users", "Manage the accounts of people");
        command.Subcommands.Add(List());
        command.Subcommands.Add(WithRole("add", "Make an account, and a link by which its owner sets a password", AccessOperation.Add));
        command.Subcommands.Add(WithRole("role", "Change what an account may do", AccessOperation.Role));
        command.Subcommands.Add(Change("reset", "Take password and second factor away, and make a new link", AccessOperation.Reset));
        command.Subcommands.Add(Change("disable", "Shut an account out, and end its sessions", AccessOperation.Disable));
        command.Subcommands.Add(Change("enable", "Let an account in again", AccessOperation.Enable));
        return command;
    }

    private static Command List() => AccessDesk.List(
        "Show the accounts; exit status 1 when there is none",
        access => access.Accounts.All,
        (account, access) => new { account.Name, account.Role, account.Channels, State = State(account), SecondFactor = account.TotpSecret is not null, Sessions = access.Sessions.Of(account.Name).Count, account.MadeAt, account.LastLoginAt },
        Write);

    private static void Write(IReadOnlyList<Account> accounts, HubAccess access)
    {
        if (accounts.Count == 0)
        {
            Console.Out.WriteLine("No account. Start the Hub, or make one with: hub users add NAME --role administrator");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("NAME", "ROLE", "CHANNELS", "STATE", "SECOND FACTOR", "SESSIONS", "LAST LOGIN");
        foreach (Account account in accounts)
        {
            string[] cells =
            [
                account.Name, account.Role.ToString().ToLowerInvariant(), account.Channels.Count == 0 ? "all" : string.Join(", ", account.Channels), State(account),
                account.TotpSecret is null ? "no" : "yes", $"{access.Sessions.Of(account.Name).Count}", account.LastLoginAt is { } at ? JournalView.Time(at) : "never",
            ];
            table.AddRow([.. cells.Select(cell => new Text(Output.Cell(cell)))]);
        }

        Output.Table(table);
    }

    private static string State(Account account) => account.IsDisabled ? "disabled" : account.Password is not null ? "enabled" : account.LinkEndsAt > TimeProvider.System.GetUtcNow() ? "invited" : "no password";

    private static Command WithRole(string name, string description, AccessOperation operation)
    {
        Option<Role> role = AccessDesk.RoleOption();
        Option<string?> channels = AccessDesk.ChannelsOption();
        return Make(name, description, operation, [role, channels], (request, parsed) => request with { Role = parsed.GetValue(role), Channels = AccessDesk.Split(parsed.GetValue(channels)) });
    }

    private static Command Change(string name, string description, AccessOperation operation) => Make(name, description, operation, [], (request, _) => request);

    private static Command Make(string name, string description, AccessOperation operation, Option[] options, Func<AccessRequest, ParseResult, AccessRequest> fill)
    {
        Argument<string> account = new("NAME") { Description = "The name of the account" };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { account, data, json };
        foreach (Option option in options)
            command.Options.Add(option);
        command.SetAction(async (parsed, stopping) =>
        {
            AccessRequest request = fill(new(operation, parsed.GetValue(account)!, Environment.UserName), parsed);
            (AccessAnswer answer, string url) = await AccessDesk.AskAsync(new() { Data = parsed.GetValue(data)! }, request, stopping);
            string link = answer.Secret.Length == 0 ? "" : url.TrimEnd('/') + answer.Secret;
            if (parsed.GetValue(json))
                Output.Json(new { Name = Accounts.Normal(request.Name), Link = link.Length == 0 ? null : link });
            else
                Console.Out.WriteLine(link.Length == 0 ? $"{Accounts.Normal(request.Name)}: {name} done" : $"{Accounts.Normal(request.Name)} sets a password, once and within 24 hours, at {link}");
            return ExitCodes.Done;
        });
        return command;
    }
}
