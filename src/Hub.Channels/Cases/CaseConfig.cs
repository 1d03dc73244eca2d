using System.Globalization;
using System.Text.Json.Serialization;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>
/// One test of a channel: a message, and what the channel makes of it. The file <c>tests/CHANNEL/NAME.json</c> beside the channel file.
/// What it does not say comes from the files <c>NAME.in.hl7</c> and <c>NAME.DESTINATION.hl7</c> beside it.
/// </summary>
public sealed record CaseConfig
{
    /// <summary>The time that <c>${now:…}</c> gives when nothing else is said.</summary>
    public static readonly DateTimeOffset DefaultNow = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>What the test is about, in a line.</summary>
    public string? Description { get; init; }

    /// <summary>The message as the channel receives it. Default: the file <c>NAME.in.hl7</c> (or another extension) beside the case.</summary>
    public CaseContentConfig? Input { get; init; }

    /// <summary>The time that <c>${now:…}</c> gives, with its zone: <c>2026-03-01T10:15:30+01:00</c>. Default <c>2026-01-01T12:00:00Z</c>.</summary>
    public string? Now { get; init; }

    /// <summary>Values of <c>${env:NAME}</c> in the channel file. The variables of the machine are not looked at; one that is missing here is <c>stand-in-for-name</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Invented values of <c>${secret:NAME}</c> in the channel file. Real secrets are never read by tests; one that is missing here is <c>stand-in-for-name</c>.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the channel may refuse the message before its steps, as it does when it runs. False runs the steps on a message that its <c>accept</c> list refuses. Default true.</summary>
    public bool Admit { get; init; } = true;

    /// <summary>What is expected. Default: what the files <c>NAME.DESTINATION.hl7</c> beside the case say.</summary>
    public ExpectConfig? Expect { get; init; }

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Now is not null && ReadTime(Now) is null)
            yield return new(ProblemCodes.CaseClock, "now", $"{Quoted.Text(Now)} is not a time with its zone. Write it as \"2026-03-01T10:15:30+01:00\" or \"2026-03-01T09:15:30Z\".");
        foreach ((string name, string value) in Secrets)
        {
            if (value.Length == 0)
                yield return new(ProblemCodes.CaseInput, $"secrets.{name}", "A secret is never empty. Give an invented value, or leave it out for a stand-in.");
        }
    }

    /// <summary>Says that it is a case and no more: a member may hold a stand-in of a secret.</summary>
    /// <returns>The kind.</returns>
    public override string ToString() => "case";

    internal static DateTimeOffset? ReadTime(string text)
    {
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];
        bool hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return hasZone && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time) ? time : null;
    }
}

/// <summary>What is the same for all cases of a channel, in the file <c>defaults.json</c> among them. A case's own values win.</summary>
public sealed record CaseDefaultsConfig
{
    /// <summary>The time that <c>${now:…}</c> gives, with its zone. Default <c>2026-01-01T12:00:00Z</c>.</summary>
    public string? Now { get; init; }

    /// <summary>Values of <c>${env:NAME}</c> in the channel file.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Invented values of <c>${secret:NAME}</c> in the channel file.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check() => new CaseConfig { Now = Now, Secrets = Secrets }.Check();
}

/// <summary>A message: exactly one of a file, a text and a list of segments.</summary>
public record CaseContentConfig
{
    /// <summary>A file, relative to the case. HL7 segments may end in CR, LF or both.</summary>
    public string? File { get; init; }

    /// <summary>The message itself, with <c>\r</c> between segments.</summary>
    public string? Text { get; init; }

    /// <summary>The message as a list of segments, one text each.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    internal int Ways => (File is null ? 0 : 1) + (Text is null ? 0 : 1) + (Segments is null ? 0 : 1);

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public virtual IEnumerable<ConfigProblem> Check()
    {
        if (Ways != 1)
            yield return new(ProblemCodes.CaseInput, "", "Give exactly one of \"file\" (\"a01.hl7\"), \"text\" and \"segments\" ([\"MSH|…\", \"PID|…\"]).");
        foreach (ConfigProblem problem in CheckFile())
            yield return problem;
    }

    private protected IEnumerable<ConfigProblem> CheckFile()
    {
        if (File is not null && (File.Length == 0 || Path.IsPathRooted(File) || File.Contains('\\')))
            yield return new(ProblemCodes.CaseFile, "file", $"{Quoted.Text(File)} cannot be used. Name the file relative to the case and with \"/\", for example \"a01.hl7\".");
    }
}
