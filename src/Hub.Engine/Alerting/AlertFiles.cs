using Hub.Alerts;
using Hub.Alerts.Config;
using Hub.Channels.Config;
using MailTemplates = Hub.Alerts.Mail.Templates;

namespace Hub.Engine.Alerting;

/// <summary>What the folder of alerts says.</summary>
/// <param name="Settings">It all together; null when a file has a problem.</param>
/// <param name="Templates">The texts of mails.</param>
/// <param name="Problems">What is wrong, all at once.</param>
/// <param name="AtStart">What holds for a Hub that has nothing from before: mails as far as what is said of them is right, and the Hub's own rules.</param>
/// <param name="IsServerNamed">Whether somebody meant to name a mail server, right or wrong.</param>
internal sealed record LoadedAlerts(AlertSettings? Settings, MailTemplates Templates, IReadOnlyList<string> Problems, AlertSettings AtStart, bool IsServerNamed);

/// <summary>Reads the folder <c>alerts/</c>: <c>mail.json</c>, any other <c>*.json</c>, and templates. Without the folder, variables of the process can name a mail server.</summary>
internal static class AlertFiles
{
    /// <summary>The file that says how mails leave.</summary>
    public const string MailFile = "mail.json";

    private const string SchemaEnding = ".schema.json";

    /// <summary>Reads them.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <param name="settings">Where <c>${env:…}</c> and <c>${secret:…}</c> get their values.</param>
    /// <param name="variables">Gives the variables of the process.</param>
    /// <param name="local">The time zone of the machine.</param>
    public static LoadedAlerts Load(string folder, Settings settings, Func<string, string?> variables, TimeZoneInfo local)
    {
        List<string> problems = [];
        MailTemplates templates = MailTemplates.Load(Path.Combine(folder, "templates"), (file, text) => problems.Add($"{file}: HUB{AlertProblems.Template} {text}"));
        string[]? paths = FilesOf(folder, problems);
        SiteFile<MailConfig>? mailFile = paths?.FirstOrDefault(path => Path.GetFileName(path) == MailFile) is { } mailPath
            ? SiteFile.Load<MailConfig>(mailPath, settings, "the mail servers: { \"servers\": [ … ], \"from\": …, \"to\": [ … ] }.")
            : null;
        SiteFile<AlertsConfig>[] files = [.. (paths ?? []).Where(path => Path.GetFileName(path) != MailFile).Select(path => SiteFile.Load<AlertsConfig>(path, settings, "rules: { \"rules\": [ … ] }."))];
        MailConfig? mail = mailFile is null ? FromVariables(settings, variables, problems) : mailFile.Value;
        // Each alone; what shows only beside other files comes to it below.
        SiteFile<AlertsConfig>[] whole = [.. files.Where(file => file.Problems.Count == 0)];
        bool isServerNamed = paths is null || mailFile is not null || variables("HUB_SMTP_HOST") is { Length: > 0 };
        AlertSettings atStart = AtStart(mail, whole, local, mail is null && isServerNamed);
        // Beside each other only when each is right alone: else every name of a broken file would be told as unknown.
        AlertSettings? all = paths is not null && (mailFile is null || mailFile.Problems.Count == 0) && whole.Length == files.Length
            ? new(mail, mailFile is null ? (code, path, text) => problems.Add($"HUB_MAIL_TO: HUB{code} {text}") : mailFile.Add, [.. files.Select(file => new AlertsFile(file.Value!, file.Add))], local)
            : null;
        problems.AddRange((mailFile?.Problems ?? []).Concat(files.SelectMany(file => file.Problems)).Select(problem => problem.ToString()));
        // A template that cannot be used is no reason to tell nobody.
        bool isUsable = problems.TrueForAll(problem => problem.Contains($"HUB{AlertProblems.Template}", StringComparison.Ordinal));
        return new(isUsable ? all : null, templates, problems, atStart, isServerNamed);
    }

    // A mistake in a rule is no reason to tell nobody. Those whom mail.json names may be in files beside the broken one.
    private static AlertSettings AtStart(MailConfig? mail, IEnumerable<SiteFile<AlertsConfig>> whole, TimeZoneInfo local, bool waitsForMail)
    {
        IEnumerable<AlertsConfig> people = whole.Select(file => new AlertsConfig { Contacts = file.Value!.Contacts, Groups = file.Value.Groups, Calendars = file.Value.Calendars });
        return new(mail, (_, _, _) => { }, [.. people.Select(one => new AlertsFile(one, (_, _, _) => { }))], local) { WaitsForMail = waitsForMail };
    }

    // Null when the folder cannot be read: nobody knows then what the site wants.
    private static string[]? FilesOf(string folder, List<string> problems)
    {
        try
        {
            return [.. Directory.GetFiles(folder, "*.json").Where(file => !file.EndsWith(SchemaEnding, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException) when (!File.Exists(folder))
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{folder}: HUB{AlertProblems.Folder} The folder cannot be read: {exception.Message} Let the user of the Hub read it, or take it away.");
            return null;
        }
    }

    // The least that a container has to be given; null when it is not given, or has a problem.
    private static MailConfig? FromVariables(Settings settings, Func<string, string?> variables, List<string> problems)
    {
        if (variables("HUB_SMTP_HOST") is not { Length: > 0 } host)
            return null;
        int before = problems.Count;
        int port = 0;
        if (variables("HUB_SMTP_PORT") is { Length: > 0 } given && !int.TryParse(given, out port))
            problems.Add($"HUB_SMTP_PORT: HUB{AlertProblems.Range} \"{given}\" is no port. Give one from 1 to 65535, or leave it out for 587.");
        string? user = variables("HUB_SMTP_USER") is { Length: > 0 } name ? name : null;
        SettingValue? password = user is null ? null : settings.Secret("smtp-password");
        if (password is { Value: null })
            problems.Add($"HUB_SMTP_USER: HUB{AlertProblems.Login} {password.Problem}");
        MailConfig mail = new()
        {
            Servers = [new() { Host = host, Port = port == 0 ? null : port, User = user, Password = password?.Value }],
            From = variables("HUB_MAIL_FROM") ?? "",
            To = [.. (variables("HUB_MAIL_TO") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        };
        problems.AddRange(mail.Check().Select(problem => $"{(problem.Path == "to" ? "HUB_MAIL_TO" : problem.Path == "from" ? "HUB_MAIL_FROM" : "HUB_SMTP_HOST")}: HUB{problem.Code} {problem.Text}"));
        problems.AddRange(mail.Servers[0].Check().Select(problem => $"HUB_SMTP_HOST: HUB{problem.Code} {problem.Text}"));
        return problems.Count == before ? mail : null;
    }
}
