using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Engine.Alerting;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Commands;

/// <summary><c>hub run</c>: the Hub itself.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Command command = new("run", "Run the Hub until it is told to stop (Ctrl+C, SIGTERM)");
        AddTo(command);
        return command;
    }

    /// <summary>Gives a command the options and the work of <c>run</c>.</summary>
    public static void AddTo(Command command)
    {
        SiteOptions site = new(command);
        Option<string> data = CommonOptions.Data();
        Option<string> urls = new("--urls")
        {
            Description = "Address of the admin interface",
            HelpName = "ADMIN",
            DefaultValueFactory = _ => new HubOptions().Urls,
        };
        command.Options.Add(data);
        Option<bool> json = new("--json") { Description = "Write a line of JSON a channel, and one that ends with \"ready\": true" };
        KeyOptions keys = new(command);
        LimitOptions limits = new(command);
        Option<bool> fresh = new("--new-journal") { Description = "Begin with an empty journal although the keys of one are there (HUB5029); for one start" };
        command.Options.Add(fresh);
        command.Options.Add(urls);
        Option<string> alerts = CommonOptions.Alerts();
        command.Options.Add(alerts);
        Option<string> syslog = new("--syslog") { Description = "File that says where the audit is sent to", HelpName = "FILE", DefaultValueFactory = _ => new HubOptions().Syslog };
        command.Options.Add(syslog);
        Option<string> admin = new("--admin") { Description = "File that says how the admin interface is reached: TLS, proxies, reasons", HelpName = "FILE", DefaultValueFactory = _ => new HubOptions().Admin };
        // Without a file the Hub is open as it always was; a name with a slip in it must not mean that.
        admin.Validators.Add(given =>
        {
            if (!given.Implicit && given.GetValueOrDefault<string>() is { } file && !File.Exists(file))
                given.AddError($"--admin: {file} is not there, or cannot be read. Name the file that says how the admin interface is reached, or leave --admin out.");
        });
        command.Options.Add(admin);
        command.Options.Add(json);
        command.SetAction((parsed, stopping) => RunAsync(
            limits.Read(parsed, keys.Read(parsed, site.Read(parsed))) with { Data = parsed.GetValue(data)!, Urls = parsed.GetValue(urls)!, Alerts = parsed.GetValue(alerts)!, Syslog = parsed.GetValue(syslog)!, Admin = parsed.GetValue(admin)!, BeginsNewJournal = parsed.GetValue(fresh) },
            parsed.GetValue(json),
            stopping));
    }

    private static async Task<int> RunAsync(HubOptions options, bool json, CancellationToken stopping)
    {
        using ILoggerFactory lines = Wiring.Loggers(options);
        using EventLog loggers = new(lines, TimeProvider.System);
        IJournal journal = Wiring.Journal(options, loggers);
        await using HubServer hub = new(options, journal, TimeProvider.System, loggers);
        IReadOnlyList<ChannelStatus> statuses = await hub.StartAsync(stopping);
        await InviteAsync(hub);
        Tell(statuses, hub.AdminUrl, json);
        TaskCompletionSource stopped = new();
        await using (stopping.UnsafeRegister(_ => stopped.SetResult(), null))
            await Task.WhenAny(stopped.Task, journal.Lost);
        await hub.StopAsync();
        return journal.Lost.IsCompleted ? throw await journal.Lost : ExitCodes.Done;
    }

    // To standard error, which people read; a new Hub has no account, and nobody but who started it is to make the first.
    private static async Task InviteAsync(HubServer hub)
    {
        try
        {
            if (await hub.Access.Accounts.FirstLinkAsync() is { } link)
                await Console.Error.WriteLineAsync($"Nobody has a password yet. Set the one of {Accounts.First}, once and within 24 hours, at {hub.AdminUrl.TrimEnd('/')}{link}\nA new link: hub users reset {Accounts.First}");
        }
        catch (JournalException exception)
        {
            await Console.Error.WriteLineAsync($"hub: The link to set the first password cannot be made: {exception.Message} Later: hub users reset {Accounts.First}");
        }
    }

    private static void Tell(IReadOnlyList<ChannelStatus> statuses, string admin, bool json)
    {
        foreach (ChannelStatus status in statuses)
        {
            if (json)
                Output.JsonLine(new { status.Id, status.State, status.Address, status.Problems });
            else
                Console.Out.WriteLine($"{status.Id,-24} {status.State,-8} {status.Address}");
        }

        if (json)
            Output.JsonLine(new { Admin = admin, Ready = true });
        else
            Console.Out.WriteLine("Hub ready");
    }
}
