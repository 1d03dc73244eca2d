using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// How long the messages of a channel are kept after they arrived. What waits to be sent, what is parked and what waits to be processed is kept whatever its age,
/// and nothing goes while duplicates of it are looked for.
/// </summary>
/// <example><code>{ "content": "30d", "record": "400d" }</code></example>
public sealed record RetentionConfig
{
    /// <summary>How long the bytes of a message are kept: as received, as sent, and what receivers answered. After that it can be neither shown nor sent again. Default <c>30d</c>, a month to find and mend what went wrong.</summary>
    public Duration Content { get; init; } = Duration.Parse("30d");

    /// <summary>How long it is known that there was a message, when, from whom, and what became of it. At least as long as <c>content</c>. Default <c>400d</c>, a year and the weeks that an audit of it takes.</summary>
    public Duration Record { get; init; } = Duration.Parse("400d");

    /// <summary>Finds times that do not go together.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Record.Length < Content.Length)
            yield return new(ProblemCodes.RetentionOrder, "record", $"\"{Record}\" is shorter than \"content\" (\"{Content}\"), and a message whose record is gone has no content either. Give \"record\" at least {Quoted.Text(Content.ToString())}, or shorten \"content\".");
    }
}
