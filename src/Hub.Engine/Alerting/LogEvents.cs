using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Alerting;

// What is an error for a person is logged as one already, by every part of the Hub, with a number that never changes its meaning. So events of what no
// entry of the journal records are made where lines of the log pass: no part has to think of alerts, and an error that somebody adds next year is an
// alert from its first day. Of a line's values only names are taken; reasons may hold what a receiver said, and stay in the log.

/// <summary>Which event a line of the log is.</summary>
internal static partial class LogEvents
{
    /// <summary>Errors that are no event here: the journal raises one with what it records (messages, deliveries, pauses), or a channel's status does.</summary>
    private static readonly HashSet<int> s_told = [1060, 1903, 3001, 3050, 4002, 4041, 4043, 4051];

    /// <summary>From here on lines are of the alerts themselves: none is an event but what is known by its number.</summary>
    private const int OwnFirst = 6002;

    private const int OwnLast = 6199;

    /// <summary>The line of files of certificates that cannot be used.</summary>
    public const int FilesBroken = 2023;

    /// <summary>The line of a certificate that ends soon, and the cause of all that are said of it.</summary>
    public const int CertificateEnds = 2024;

    /// <summary>The line of a list of revoked certificates that is late.</summary>
    public const int ListLate = 2026;

    /// <summary>The line of a file beside the channels that cannot be used.</summary>
    private const int BesideBroken = 1907;

    /// <summary>What a line stands for.</summary>
    private sealed record Meaning(EventKind Kind, string Text)
    {
        public bool Lasts { get; init; }

        public bool IsEnd { get; init; }

        /// <summary>The value that makes it another cause; null where the number is enough.</summary>
        public string? By { get; init; }

        /// <summary>The number under which the cause is known, where another line begins it or says more of it; 0 for that of the line.</summary>
        public int As { get; init; }

        /// <summary>Whether all lines of the kind are one cause.</summary>
        public bool IsOne { get; init; }
    }

    private const string JournalText = "The journal cannot be used, and messages may be refused. Look at the disk of the data folder and at the log; hub health says how it stands.";
    private const string DiskText = "The disk of the journal has little room left. Make room there, or keep messages for less time (retention). Nearly full, the Hub refuses new messages until there is room.";
    private const string FullText = "The disk of the journal is full but for a little, and the Hub refuses new messages; those that were taken are delivered. Make room: it then takes messages again by itself.";
    private const string RoomText = "Large messages are refused, because there is no room in memory for them. Look who sends so many at once, or give the Hub more with --reading-memory-mib.";
    private const string AlertsText = "The files of alerts cannot all be used as they are: {Place}. See what is wrong with: hub alerts check";
    private const string ReplayText = "Replay {Replay} paused itself. See why with: hub replays; then go on with: hub replays resume {Replay}, or end it with: hub replays cancel {Replay}";
    private const string CertificateText = "The {Role} certificate {Subject} ends at {End}. Put the new one in its place in time; it is taken up without a restart.";

    private static readonly Dictionary<int, Meaning> s_known = new()
    {
        [1901] = new(EventKind.ChannelChanged, ""),
        [1902] = new(EventKind.ChannelChanged, ""),
        [7170] = new(EventKind.ChannelChanged, ""),
        [7171] = new(EventKind.ChannelChanged, ""),
        [1905] = new(EventKind.ChannelRefused, "Tests of the channel fail. It runs all the same, because the Hub found it so when it started. See which with: hub test") { Lasts = true },
        [1909] = new(EventKind.ChannelRefused, "") { IsEnd = true, As = 1905 },
        [BesideBroken] = new(EventKind.ChannelRefused, "A file beside the channels cannot be used as it is: {Place}. The log tells what is wrong.") { By = "File", Lasts = true },
        [1908] = new(EventKind.ChannelRefused, "") { By = "File", IsEnd = true, As = BesideBroken },
        [2002] = new(EventKind.Fault, "Senders are turned away, because too many are connected. Raise maxConnections if they are all wanted."),
        [2006] = new(EventKind.Rejected, "A sender sends messages over the limit of bytes, which are refused. Raise maxMessageBytes if they are wanted."),
        [2010] = new(EventKind.Fault, RoomText),
        [2045] = new(EventKind.Fault, RoomText),
        [2020] = new(EventKind.LoginFailed, "TLS handshakes of {Peer} fail: it has no certificate that is let in, or somebody tries. The log tells each."),
        [FilesBroken] = new(EventKind.CertificateExpires, "The files of {File} changed and cannot be used; those before stay in use. Put them right.") { By = "File", Lasts = true },
        [7121] = new(EventKind.Fault, "The channel's probe is not let in as a sender would be: too many are connected, or its address is not there. The log tells more.") { Lasts = true },
        [7122] = new(EventKind.Fault, "") { IsEnd = true, As = 7121 },
        [CertificateEnds] = new(EventKind.CertificateExpires, CertificateText) { By = "Subject", Lasts = true },
        [2025] = new(EventKind.CertificateExpires, "The {Role} certificate {Subject} has ended at {End}. Connections are refused until there is a new one.") { By = "Subject", As = CertificateEnds, Lasts = true },
        [ListLate] = new(EventKind.CertificateExpires, "The list of revoked certificates of {Issuer} should have been replaced by {Next}. Fetch the new one.") { By = "Issuer", Lasts = true },
        [4024] = new(EventKind.CertificateExpires, "The {Role} certificate {Subject} ends at {End}. Tell its operators; where it is pinned, add the next one to pins.") { By = "Subject", As = CertificateEnds, Lasts = true },
        [2043] = new(EventKind.Rejected, "HTTP requests to {Listen} are refused with status 404, because no channel takes messages at their path: it was removed, or they ask for another. The log tells who asks.") { By = "Listen" },
        [3002] = new(EventKind.JournalFault, JournalText) { IsOne = true },
        [3003] = new(EventKind.JournalFault, JournalText) { IsOne = true },
        [3052] = new(EventKind.JournalFault, JournalText) { IsOne = true },
        [4004] = new(EventKind.JournalFault, JournalText) { IsOne = true },
        [4005] = new(EventKind.JournalFault, JournalText) { IsOne = true },
        [5001] = new(EventKind.JournalFault, JournalText) { IsOne = true, Lasts = true },
        [5002] = new(EventKind.JournalFault, "") { IsOne = true, IsEnd = true },
        [5003] = new(EventKind.JournalFault, "The journal is written, and its log file grows, because its main file cannot be. Look at the disk of the data folder and at the log.") { Lasts = true },
        [5004] = new(EventKind.JournalFault, "") { IsEnd = true, As = 5003 },
        [5070] = new(EventKind.Fault, ReplayText) { By = "Replay", Lasts = true },
        [5074] = new(EventKind.Fault, ReplayText) { By = "Replay", As = 5070, Lasts = true },
        [5075] = new(EventKind.Fault, ReplayText) { By = "Replay", As = 5070, Lasts = true },
        [5076] = new(EventKind.Fault, "") { By = "Replay", As = 5070, IsEnd = true },
        [5077] = new(EventKind.Fault, ReplayText) { By = "Replay", As = 5070, Lasts = true },
        [5091] = new(EventKind.JournalFault, JournalText) { IsOne = true },
        [4044] = new(EventKind.Unreachable, "The receiver cannot be reached; its messages wait. See how it stands with: hub destinations") { Lasts = true, IsOne = true },
        [4045] = new(EventKind.Unreachable, "") { IsEnd = true, IsOne = true },
        [5080] = new(EventKind.Disk, DiskText) { Lasts = true, IsOne = true },
        [5081] = new(EventKind.Disk, "") { IsEnd = true, IsOne = true },
        [5082] = new(EventKind.Disk, FullText) { Lasts = true },
        [5083] = new(EventKind.Disk, "") { IsEnd = true, As = 5082 },
        [5084] = new(EventKind.Disk, "How much room the disk of the journal has cannot be found out, so nobody is warned when it gets full.") { Lasts = true },
        [5085] = new(EventKind.Disk, "") { IsEnd = true, As = 5084 },
        [7003] = new(EventKind.Fault, "Records of the audit were removed or changed from outside, or the journal was brought back from an older copy. Look at it with: hub audit verify") { Lasts = true },
        [6000] = new(EventKind.Fault, AlertsText) { As = 6001, Lasts = true },
        [6001] = new(EventKind.Fault, AlertsText) { Lasts = true },
        [6200] = new(EventKind.Fault, "") { As = 6001, IsEnd = true },
        [6023] = new(EventKind.Fault, "What the watch for {Watch} goes by cannot be read from the journal, so it tells nothing; the others go on. Look with: hub journal check") { By = "Watch" },
        [6021] = new(EventKind.Fault, "What is done each minute failed: watches, the mails of the day, subscriptions and statistics may be missing. It is done again in a minute; the log tells more. This is a mistake in the Hub; report it."),
        [6201] = new(EventKind.Unreachable, "The webhook {Address} does not take calls; they wait and are tried again for three days. Ask who runs it; the log tells what it answered.") { By = "Address", Lasts = true },
        [6202] = new(EventKind.Fault, "A call of the webhook {Address} is given up after three days: its party was not told. The log tells which, and why.") { By = "Address" },
        [6203] = new(EventKind.Unreachable, "") { By = "Address", As = 6201, IsEnd = true },
        [7010] = new(EventKind.LoginFailed, "Logins from {Peer} fail again and again: somebody tries passwords. It has to wait longer each time; hub audit list --act LoginFailed tells more."),
        [7011] = new(EventKind.LoginFailed, "Logins of account {Account} fail again and again, from more than one address: somebody tries passwords. It has to wait after each; hub audit list --act LoginFailed tells the addresses.") { By = "Account" },
        [7020] = new(EventKind.Fault, "The syslog server {Server} cannot be reached, so the audit waits in the journal. It is tried again each half minute; the log tells what is wrong.") { Lasts = true },
        [7021] = new(EventKind.Fault, "") { As = 7020, IsEnd = true },
        [7023] = new(EventKind.Fault, "syslog.json cannot be used as it is, so the audit is sent to no syslog server. The log tells what is wrong; put it right, and start the Hub again.") { Lasts = true },
        [7024] = new(EventKind.Fault, "") { As = 7023, IsEnd = true },
        [5092] = new(EventKind.Disk, "The journal is larger than it may be (--journal-max), and nothing more can go: the rest waits to be sent or for a person.") { Lasts = true },
        [5096] = new(EventKind.Disk, "") { As = 5092, IsEnd = true },
    };

    /// <summary>Whether a line of a level may be an event, before its number is known.</summary>
    public static bool MayBe(LogLevel level) => level is >= LogLevel.Information and not LogLevel.None;

    /// <summary>The event that a line is; null for most.</summary>
    /// <param name="level">How bad it is.</param>
    /// <param name="id">Its number.</param>
    /// <param name="values">Its values by their names.</param>
    /// <param name="at">When.</param>
    public static HubEvent? Of(LogLevel level, int id, IReadOnlyList<KeyValuePair<string, object?>> values, DateTimeOffset at)
    {
        bool isKnown = s_known.TryGetValue(id, out Meaning? meaning);
        if (s_told.Contains(id) || (id is >= OwnFirst and <= OwnLast && !isKnown))
            return null;
        if (id == 2040)
            return OfRequest(values, at);
        // A channel that is being changed sends its senders away for a moment, to come again.
        if (id == 2043 && Value(values, "Status") == "503")
            return null;
        if (id is BesideBroken or 1908 or 6000 or 6001)
            values = PlaceOf(Value(values, "Problem"));
        if (!isKnown)
            return level < LogLevel.Error ? null : Make(id, values, at, new(EventKind.Fault, $"The Hub had an error (HUB{id.ToString(CultureInfo.InvariantCulture)}). The log of its data folder tells more."));
        return Make(id, values, at, meaning!);
    }

    /// <summary>What makes events of a line one cause.</summary>
    /// <param name="number">The number of the line.</param>
    /// <param name="by">The value that makes it another cause; empty for none.</param>
    public static string Cause(int number, string by) => $"HUB{number.ToString(CultureInfo.InvariantCulture)} {Short(by)}".Trim();

    /// <summary>A time as texts have it.</summary>
    /// <param name="time">The time, of UTC.</param>
    public static string Shown(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    // RFC 9110 §15.5.2, §15.5.4: who is not known, and who may not.
    private static HubEvent OfRequest(IReadOnlyList<KeyValuePair<string, object?>> values, DateTimeOffset at) => Value(values, "Status") is "401" or "403"
        ? Make(2040, values, at, new(EventKind.LoginFailed, "Requests of {Peer} do not have the right secret: it has an old one, or somebody tries. The log tells each."))
        : Make(2040, values, at, new(EventKind.Rejected, "Requests are refused with status {Status}, and no message is taken from them.") { By = "Status" });

    // The text of a problem may repeat what the file says, a cell of a table for one. Only the file and the line are told.
    private static KeyValuePair<string, object?>[] PlaceOf(string problem) =>
        [KeyValuePair.Create<string, object?>("File", FileIn(problem)), KeyValuePair.Create<string, object?>("Place", PlaceIn(problem))];

    /// <summary>The file that a problem is about, which makes it a cause of its own; empty when that cannot be told.</summary>
    /// <param name="problem">The problem, as people see it.</param>
    public static string FileIn(string problem) => Place().Match(problem).Groups["file"].Value;

    /// <summary>Where a problem of a file is, as it may be told: file, line, code and path, without its text.</summary>
    /// <param name="problem">The problem, as people see it.</param>
    public static string PlaceIn(string problem)
    {
        Match match = Place().Match(problem);
        string[] parts = [$"{match.Groups["file"].Value}{match.Groups["line"].Value}", match.Groups["code"].Value, match.Groups["path"].Value];
        return parts[0].Length == 0 ? "the log names it" : string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static HubEvent Make(int id, IReadOnlyList<KeyValuePair<string, object?>> values, DateTimeOffset at, Meaning meaning)
    {
        // Every channel and destination that finds the journal out of order has the same cause.
        bool isOfAll = meaning.Kind == EventKind.JournalFault;
        return new()
        {
            Kind = meaning.Kind,
            Channel = isOfAll ? "" : Value(values, "Channel"),
            Destination = isOfAll ? "" : Value(values, "Destination"),
            Fingerprint = meaning.IsOne ? "" : Cause(meaning.As > 0 ? meaning.As : id, meaning.By is null ? "" : Value(values, meaning.By)),
            At = at,
            Lasts = meaning.Lasts,
            IsEnd = meaning.IsEnd,
            Text = Fill(meaning.Text, values),
        };
    }

    private static string Fill(string text, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        foreach (string name in new[] { "Role", "Subject", "End", "Issuer", "Next", "Peer", "Status", "File", "Place", "Listen", "Server", "Replay", "Account", "Address", "Watch" })
        {
            if (text.Contains($"{{{name}}}", StringComparison.Ordinal))
                text = text.Replace($"{{{name}}}", Short(Value(values, name)), StringComparison.Ordinal);
        }

        return text;
    }

    private static string Value(IReadOnlyList<KeyValuePair<string, object?>> values, string name)
    {
        foreach ((string known, object? value) in values)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                return value is DateTimeOffset time ? Shown(time) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        return "";
    }

    private static string Short(string text) => text.Length <= 300 ? text : $"{text[..299]}…";

    // file(line,column): text, file: HUBnnnn text, and what is said of a file that cannot be read. A path has names of ours; it ends where it has a name of the file's own.
    [GeneratedRegex(@"\A((?<file>[^""\n]+?)((?<line>\(\d+(,\d+)?\)):|:(?= (HUB|error)))( (?<code>HUB\d{4})( channel [^ ""\n]+)?( (?<path>\$(\.[a-z][A-Za-z0-9]*|\[\d+\])*))?)?|The table (?<file>[^""\n]+?) (is not|does not|cannot be) )", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
