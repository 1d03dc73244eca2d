using System.CommandLine;
using Hub.Alerts;
using Hub.Engine.Alerting;
using MailTemplates = Hub.Alerts.Mail.Templates;

namespace Hub.Engine.Commands;

/// <summary><c>hub alerts</c>: <c>check</c> what the files of alerts say, <c>test</c> whether a mail arrives.</summary>
internal static class AlertsCommand
{
    public static Command Create()
    {
        Command command = new("alerts", "Check the files of alerts/, and send a mail to try them");
        command.Subcommands.Add(Make("check", "Check the files of alerts/ and say who is told; exit status 1 when one has a problem", (settings, _, _) => Task.FromResult(Check(settings))));
        command.Subcommands.Add(Make("test", "Send a mail to those whom mail.json names; exit status 1 when no server takes it", TestAsync));
        return command;
    }

    private static Command Make(string name, string description, Func<AlertSettings, MailTemplates, CancellationToken, Task<(bool IsWell, string Text)>> run)
    {
        Option<string> alerts = CommonOptions.Alerts();
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { alerts, json };
        SiteOptions site = new(command, namesChannels: false);
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = site.Read(parsed) with { Alerts = parsed.GetValue(alerts)! };
            LoadedAlerts loaded = AlertFiles.Load(options.Alerts, AlertService.SettingsOf(options), Environment.GetEnvironmentVariable, TimeZoneInfo.Local);
            foreach (string problem in loaded.Problems)
                Output.Problem(problem);
            (bool isWell, string text) = loaded.Settings is null ? (false, $"{loaded.Problems.Count} problems") : await run(loaded.Settings, loaded.Templates, stopping);
            isWell &= loaded.Problems.Count == 0;
            if (parsed.GetValue(json))
                Output.Json(new { Well = isWell, Text = text, loaded.Problems });
            else
                Console.Out.WriteLine(text);
            return isWell ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static (bool IsWell, string Text) Check(AlertSettings settings)
    {
        if (settings.Mail is not { } mail)
            return (true, "No problem. Nobody is mailed, because no mail server is named: write alerts/mail.json, or set HUB_SMTP_HOST, HUB_MAIL_FROM and HUB_MAIL_TO.");
        string servers = string.Join(", ", mail.Servers.Select(server => $"{server.Host}:{server.UsedPort}{(server.UsesTls ? " with STARTTLS" : "")}"));
        string people = string.Join(", ", settings.Resolve([], TimeProvider.System.GetUtcNow()).Select(one => one.Address));
        return (true, $"No problem. Mails go over {servers} to {people}, unless a rule says otherwise.");
    }

    private static async Task<(bool IsWell, string Text)> TestAsync(AlertSettings settings, MailTemplates templates, CancellationToken stopping)
    {
        if (settings.Mail is null)
            return (false, "No mail server is named. Write alerts/mail.json, or set HUB_SMTP_HOST, HUB_MAIL_FROM and HUB_MAIL_TO.");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string[] people = [.. settings.Resolve([], now).Select(one => one.Address)];
        if (await Alerter.TrySendAsync(settings, templates, now, stopping) is not { } failure)
            return (true, $"Sent to {string.Join(", ", people)}. Look whether it has arrived.");
        return failure.Left.Count == people.Length
            ? (false, $"No server took the mail. {failure.Reason}")
            : (false, $"Sent to {string.Join(", ", people.Except(failure.Left))}, but {string.Join(", ", failure.Left)} did not get the mail. {failure.Reason}");
    }
}
