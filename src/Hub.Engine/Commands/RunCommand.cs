using System.CommandLine;
using Hub.Contracts;
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
        DiskOptions disk = new(command);
        Option<bool> fresh = new("--new-journal") { Description = "Begin with an empty journal although the keys of one are there (HUB5029); for one start" };
        command.Options.Add(fresh);
        command.Options.Add(urls);
        command.Options.Add(json);
        command.SetAction((parsed, stopping) => RunAsync(
            disk.Read(parsed, keys.Read(parsed, site.Read(parsed))) with { Data = parsed.GetValue(data)!, Urls = parsed.GetValue(urls)!, BeginsNewJournal = parsed.GetValue(fresh) },
            parsed.GetValue(json),
            stopping));
    }

    private static async Task<int> RunAsync(HubOptions options, bool json, CancellationToken stopping)
    {
        using ILoggerFactory loggers = Wiring.Loggers(options);
        IJournal journal = Wiring.Journal(options, loggers);
        await using HubServer hub = new(options, journal, TimeProvider.System, loggers);
        IReadOnlyList<ChannelStatus> statuses = await hub.StartAsync(stopping);
        Tell(statuses, hub.AdminUrl, json);
        TaskCompletionSource stopped = new();
        await using (stopping.UnsafeRegister(_ => stopped.SetResult(), null))
            await stopped.Task;
        await hub.StopAsync();
        return ExitCodes.Done;
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
