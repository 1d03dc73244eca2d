using System.Globalization;

namespace Hub.Faults;

/// <summary>How a site differs from others.</summary>
internal sealed record SiteShape
{
    /// <summary>How many senders, each on a connection of its own. Default 6.</summary>
    public int Senders { get; init; } = 6;

    /// <summary>How long a sender rests between messages, on average, in milliseconds. Default 3.</summary>
    public int PauseMilliseconds { get; init; } = 3;

    /// <summary>Whether the channel also writes each message to a file. Default false.</summary>
    public bool HasFiles { get; init; }

    /// <summary>Whether the channel also sends each message over HTTP. Default false.</summary>
    public bool HasWeb { get; init; }

    /// <summary>Whether the channel also hands each message to another channel, which sends it to a recorder of its own. Default false.</summary>
    public bool HandsOver { get; init; }

    /// <summary>When the channel answers, as the channel file has it. Default <c>processed</c>.</summary>
    public string Acknowledge { get; init; } = "processed";

    /// <summary>How many faults this site meets; for the line that says how to repeat it.</summary>
    public required int Faults { get; init; }

    /// <summary>How many connections the listener takes. Default 1,000, as the Hub's own.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Puts something between the Hub and a recorder: given the recorder's port, gives its own. Default: nothing.</summary>
    public Func<int, int>? Before { get; init; }

    /// <summary>How long the Hub waits for a receiver's answer, in seconds, as the channel file has it. Default 60: a recorder that is only late must not look like a fault.</summary>
    public string AckTimeoutSeconds { get; init; } = 60.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether messages may be on their way to receivers twice without a fault that the checker knows of. Default: when something is <see cref="Before"/> them.</summary>
    public bool? Repeats { get; init; }
}
