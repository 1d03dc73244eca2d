using System.CommandLine;
using Hub.Dashboard.Access;
using Hub.Engine.Admin;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub tokens</c>: the tokens by which programs use the API.</summary>
internal static class TokensCommand
{
    private const int UsualDays = 90;

    public static Command Create()
    {
        Command command = new("tokens", "Manage the tokens of programs");
        command.Subcommands.Add(List());
        command.Subcommands.Add(New());
        command.Subcommands.Add(Revoke());
        return command;
    }

    private static Command List() => AccessDesk.List(
        "Show the tokens; exit status 1 when there is none",
        access => access.Tokens.All,
        (token, _) => new { token.Id, token.Name, token.Role, token.Channels, token.MadeBy, token.MadeAt, token.EndsAt, token.UsedAt, token.RevokedAt },
        (tokens, _) => Write(tokens));

    private static void Write(IReadOnlyList<ApiToken> tokens)
    {
        if (tokens.Count == 0)
        {
            Console.Out.WriteLine("No token. Make one with: hub tokens new NAME --role viewer");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("ID", "NAME", "ROLE", "CHANNELS", "MADE BY", "LAST USED", "ENDS");
        foreach (ApiToken token in tokens)
        {
            string[] cells =
            [
                token.Id, token.Name, token.Role.ToString().ToLowerInvariant(), token.Channels.Count == 0 ? "all" : string.Join(", ", token.Channels), token.MadeBy,
                token.UsedAt is { } used ? JournalView.Time(used) : "never", token.RevokedAt is { } revoked ? $"revoked {JournalView.Time(revoked)}" : JournalView.Time(token.EndsAt),
            ];
            table.AddRow([.. cells.Select(cell => new Text(Output.Cell(cell)))]);
        }

        Output.Table(table);
    }

    private static Command New()
    {
        Argument<string> name = new("NAME") { Description = "What the token is for" };
        Option<Role> role = AccessDesk.RoleOption();
        Option<string?> channels = AccessDesk.ChannelsOption();
        Option<int> days = CommonOptions.Number("--days", "N", "For how many days it is good", 1, ApiTokens.MostDays, UsualDays);
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("new", "Make a token, and show it once") { name, role, channels, days, data, json };
        command.SetAction(async (parsed, stopping) =>
        {
            AccessRequest request = new(AccessOperation.Token, parsed.GetValue(name)!, Environment.UserName) { Role = parsed.GetValue(role), Channels = AccessDesk.Split(parsed.GetValue(channels)), Days = parsed.GetValue(days) };
            (AccessAnswer answer, _) = await AccessDesk.AskAsync(new() { Data = parsed.GetValue(data)! }, request, stopping);
            if (parsed.GetValue(json))
                Output.Json(new { Token = answer.Secret });
            else
                Console.Out.WriteLine(answer.Secret);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        Argument<string> id = new("ID") { Description = "The id of the token, as hub tokens list shows it" };
        Option<string> data = CommonOptions.Data();
        Command command = new("revoke", "End a token at once") { id, data };
        command.SetAction(async (parsed, stopping) =>
        {
            await AccessDesk.AskAsync(new() { Data = parsed.GetValue(data)! }, new(AccessOperation.Revoke, parsed.GetValue(id)!, Environment.UserName), stopping);
            Console.Out.WriteLine($"{parsed.GetValue(id)}: revoked");
            return ExitCodes.Done;
        });
        return command;
    }
}
