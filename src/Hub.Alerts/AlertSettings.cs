using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Alerts;

/// <summary>What a file of <c>alerts/</c> says, and how its mistakes are told with their lines.</summary>
/// <param name="Config">The decoded file.</param>
/// <param name="Tell">Tells a mistake of it: code, path, text.</param>
public sealed record AlertsFile(AlertsConfig Config, Action<int, string, string> Tell);

/// <summary>All that the files of <c>alerts/</c> say, checked together. Never changes; a change of files makes a new one.</summary>
public sealed class AlertSettings
{
    private readonly Dictionary<string, ContactConfig> _contacts = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _groups = [];
    private readonly Dictionary<string, Calendar> _calendars = [];
    private readonly List<RuleConfig> _rules = [];
    private readonly List<SubscriptionConfig> _subscriptions = [];

    /// <summary>Puts files together. Where they have mistakes these are told, and what comes out is not to be used.</summary>
    /// <param name="mail">How mails leave; null when nobody said.</param>
    /// <param name="tellMail">Tells a mistake of that.</param>
    /// <param name="files">The files, in their order.</param>
    /// <param name="local">The time zone of the machine.</param>
    public AlertSettings(MailConfig? mail, Action<int, string, string> tellMail, IReadOnlyList<AlertsFile> files, TimeZoneInfo local)
    {
        Mail = mail;
        Local = local;
        foreach (AlertsFile file in files)
            AddNames(file, local);
        foreach (AlertsFile file in files)
            AddUses(file);
        foreach (AlertsFile file in files)
            Check(file);
        Check(mail?.To ?? [], "$.to", tellMail);
        // Whoever adds a watch for something else does not mean to be blind to queues.
        if (Watches is not { Count: 0 } && Watches?.Any(watch => watch.On == WatchKind.Queue) is not true)
            Watches = [new() { On = WatchKind.Queue, Minutes = 30 }, .. Watches ?? []];
        // … nor to feeds that do not come as they always did; one without weeks behind it is not missed.
        if (Watches is not { Count: 0 } && !Watches.Any(watch => watch.On == WatchKind.Silence))
            Watches = [.. Watches, new() { On = WatchKind.Silence }];
        // … nor to channels that somebody stopped and forgot.
        if (Watches is not { Count: 0 } && !Watches.Any(watch => watch.On == WatchKind.Stopped))
            Watches = [.. Watches, new() { On = WatchKind.Stopped }];
    }

    /// <summary>Those of a site that has said nothing: incidents are kept, nobody is mailed.</summary>
    public static AlertSettings None(TimeZoneInfo local) => new(null, (_, _, _) => { }, [], local);

    /// <summary>The rule of incidents that no rule of a file is for.</summary>
    public static RuleConfig DefaultRule { get; } = new() { Id = "default" };

    /// <summary>How mails leave; null when nobody said.</summary>
    public MailConfig? Mail { get; }

    /// <summary>Whether a mail server is named and how to use it cannot be read yet: what nobody was told of is not over meanwhile, as a mail waits for a server that is down. Default false.</summary>
    public bool WaitsForMail { get; init; }

    /// <summary>The time zone of the machine.</summary>
    public TimeZoneInfo Local { get; }

    /// <summary>What is looked for.</summary>
    public IReadOnlyList<WatchConfig> Watches { get; private set; }

    /// <summary>The mail that says that the Hub lives.</summary>
    public DailyMailConfig? Heartbeat { get; private set; }

    /// <summary>The mail with the numbers of the day before.</summary>
    public DailyMailConfig? DailyStatistics { get; private set; }

    /// <summary>What parties are told of.</summary>
    public IReadOnlyList<SubscriptionConfig> Subscriptions => _subscriptions;

    /// <summary>The webhook of an address; null when no subscription has it any more.</summary>
    public WebhookConfig? Webhook(string url) => _subscriptions.Find(subscription => subscription.Webhook?.Url == url)?.Webhook;

    /// <summary>The rule of an event that begins an incident now.</summary>
    public RuleConfig RuleOf(EventKind kind, string channel, string destination, DateTimeOffset now) =>
        _rules.Find(rule => rule.Fits(kind, channel, destination) && IsIn(rule.During, now)) ?? DefaultRule;

    /// <summary>A rule by its name, for an incident that it was found for before.</summary>
    public RuleConfig Rule(string id) => _rules.Find(rule => rule.Id == id) ?? DefaultRule;

    /// <summary>Whether a time is in a calendar; any time is in none.</summary>
    public bool IsIn(string? calendar, DateTimeOffset now) => calendar is null || !_calendars.TryGetValue(calendar, out Calendar? hours) || hours.Has(now);

    /// <summary>The time since when so much of a calendar's time has passed; of none all time is.</summary>
    public DateTimeOffset Back(string? calendar, DateTimeOffset now, TimeSpan span) => calendar is not null && _calendars.TryGetValue(calendar, out Calendar? hours) ? hours.Back(now, span) : now - span;

    /// <summary>Who is meant, each once, with the time from which a mail is wanted.</summary>
    /// <param name="to">Ids of contacts and groups, and addresses; none for those whom <c>mail.json</c> names.</param>
    /// <param name="now">The time.</param>
    /// <returns>Addresses and times.</returns>
    public IReadOnlyList<(string Address, DateTimeOffset From)> Resolve(IReadOnlyList<string> to, DateTimeOffset now)
    {
        Dictionary<string, DateTimeOffset> found = [];
        foreach (string name in to.Count > 0 ? to : Mail?.To ?? [])
            Resolve(name, now, found, []);
        return [.. found.Select(pair => (pair.Key, pair.Value))];
    }

    private void Resolve(string name, DateTimeOffset now, Dictionary<string, DateTimeOffset> found, HashSet<string> seen)
    {
        if (_contacts.TryGetValue(name, out ContactConfig? contact))
            Add(contact.Address, contact.Hours is { } hours && _calendars.TryGetValue(hours, out Calendar? calendar) ? calendar.NextIn(now) : now);
        else if (_groups.TryGetValue(name, out IReadOnlyList<string>? members))
        {
            foreach (string member in seen.Add(name) ? members : [])
                Resolve(member, now, found, seen);
        }
        else if (Addresses.IsOne(name))
            Add(name, now);

        void Add(string address, DateTimeOffset from) => found[address] = found.TryGetValue(address, out DateTimeOffset other) && other < from ? other : from;
    }

    private void AddNames(AlertsFile file, TimeZoneInfo local)
    {
        AlertsConfig config = file.Config;
        for (int i = 0; i < config.Contacts.Count; i++)
            Once(_contacts.TryAdd(config.Contacts[i].Id, config.Contacts[i]) && !_groups.ContainsKey(config.Contacts[i].Id), config.Contacts[i].Id, $"$.contacts[{i}].id");
        foreach ((string name, IReadOnlyList<string> members) in config.Groups)
            Once(_groups.TryAdd(name, members) && !_contacts.ContainsKey(name), name, $"$.groups.{name}");
        for (int i = 0; i < config.Calendars.Count; i++)
            Once(_calendars.TryAdd(config.Calendars[i].Id, new(config.Calendars[i], local)), config.Calendars[i].Id, $"$.calendars[{i}].id");

        void Once(bool isNew, string id, string path)
        {
            if (!isNew)
                file.Tell(AlertProblems.Doubled, path, $"\"{id}\" is there twice, here or in another file of the folder. Give one of them another name.");
        }
    }

    private void AddUses(AlertsFile file)
    {
        AlertsConfig config = file.Config;
        for (int i = 0; i < config.Rules.Count; i++)
        {
            if (_rules.Exists(rule => rule.Id == config.Rules[i].Id) || config.Rules[i].Id == DefaultRule.Id)
                file.Tell(AlertProblems.Doubled, $"$.rules[{i}].id", $"The rule \"{config.Rules[i].Id}\" is there twice, or has the name of the rule for all else. Give it another name.");
            _rules.Add(config.Rules[i]);
        }

        for (int i = 0; i < config.Subscriptions.Count; i++)
        {
            if (_subscriptions.Exists(subscription => subscription.Id == config.Subscriptions[i].Id))
                file.Tell(AlertProblems.Doubled, $"$.subscriptions[{i}].id", $"The subscription \"{config.Subscriptions[i].Id}\" is there twice, here or in another file of the folder. Give it another name.");
            if (config.Subscriptions[i].Webhook is { } webhook && Webhook(webhook.Url) is { } other && other.Secret != webhook.Secret)
                file.Tell(AlertProblems.Subscription, $"$.subscriptions[{i}].webhook.secret", "Another subscription calls the same address with another secret, and which of them a call is signed with would be chance. Give both one secret, or each an address of its own, such as \"…/hub?of=lab\".");
            _subscriptions.Add(config.Subscriptions[i]);
        }

        if (config.Watches is not null)
            Watches = [.. Watches ?? [], .. config.Watches];
        if (Heartbeat is not null && config.Heartbeat is not null)
            file.Tell(AlertProblems.Doubled, "$.heartbeat", "Another file of the folder has a heartbeat already. Leave one of them out.");
        if (DailyStatistics is not null && config.DailyStatistics is not null)
            file.Tell(AlertProblems.Doubled, "$.dailyStatistics", "Another file of the folder has daily statistics already. Leave one of them out.");
        Heartbeat ??= config.Heartbeat;
        DailyStatistics ??= config.DailyStatistics;
    }

    private void Check(AlertsFile file)
    {
        AlertsConfig config = file.Config;
        for (int i = 0; i < config.Contacts.Count; i++)
            CheckCalendar(config.Contacts[i].Hours, $"$.contacts[{i}].hours", file.Tell);
        foreach ((string name, IReadOnlyList<string> members) in config.Groups)
        {
            Check(members, $"$.groups.{name}", file.Tell);
            if (IsCircle(name, [name]))
                file.Tell(AlertProblems.Circle, $"$.groups.{name}", $"The group \"{name}\" has itself as a member, by way of others. Take it out.");
        }

        for (int i = 0; i < config.Rules.Count; i++)
        {
            CheckCalendar(config.Rules[i].During, $"$.rules[{i}].during", file.Tell);
            Check(config.Rules[i].To, $"$.rules[{i}].to", file.Tell);
            Check(config.Rules[i].EscalateTo, $"$.rules[{i}].escalateTo", file.Tell);
        }

        for (int i = 0; i < (config.Watches?.Count ?? 0); i++)
            CheckCalendar(config.Watches![i].During, $"$.watches[{i}].during", file.Tell);
        for (int i = 0; i < config.Subscriptions.Count; i++)
        {
            Check(config.Subscriptions[i].To, $"$.subscriptions[{i}].to", file.Tell);
            if (config.Subscriptions[i].To.Count > 0 && Mail is null)
                file.Tell(AlertProblems.NoServer, $"$.subscriptions[{i}].to", "Nobody can be mailed, because no mail server is named. Write alerts/mail.json, or use a webhook.");
        }

        Check(config.Heartbeat?.To ?? [], "$.heartbeat.to", file.Tell);
        Check(config.DailyStatistics?.To ?? [], "$.dailyStatistics.to", file.Tell);
    }

    private void CheckCalendar(string? id, string path, Action<int, string, string> tell)
    {
        if (id is not null && !_calendars.ContainsKey(id))
            tell(AlertProblems.Unknown, path, $"There is no calendar \"{id}\". Known are: {(_calendars.Count == 0 ? "none" : string.Join(", ", _calendars.Keys))}. Add it to \"calendars\".");
    }

    private void Check(IReadOnlyList<string> names, string path, Action<int, string, string> tell)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (!_contacts.ContainsKey(names[i]) && !_groups.ContainsKey(names[i]) && !Addresses.IsOne(names[i]))
                tell(AlertProblems.Unknown, $"{path}[{i}]", $"\"{names[i]}\" is no contact, no group and no address. Add it to \"contacts\", or write an address.");
        }
    }

    private bool IsCircle(string name, HashSet<string> above) => _groups.TryGetValue(name, out IReadOnlyList<string>? members)
        && members.Any(member => above.Contains(member) || IsCircle(member, [.. above, member]));
}
