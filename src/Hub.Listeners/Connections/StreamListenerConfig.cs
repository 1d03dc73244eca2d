using Hub.Contracts;

namespace Hub.Listeners.Connections;

/// <summary>The source of a channel that receives messages one after the other on connections that stay open.</summary>
public abstract record StreamListenerConfig : ListenerConfig
{
    /// <summary>Address to bind, <c>host:port</c>; port 0 takes a free port.</summary>
    public override required string Listen { get; init; }

    /// <summary>Longest message taken, in bytes without the frame. A longer one is refused, in HL7 with AR 207 (protocol F06). Default 64 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a message may take from its start to its end, and a sender to take its answers, in seconds (protocol F07), at most a day. Default 60.</summary>
    public int MaxMessageSeconds { get; init; } = 60;

    /// <summary>Close a connection on which nothing came for this long between messages, in seconds (protocol F08), at most a day; 0 never. Default 0.</summary>
    public int IdleTimeoutSeconds { get; init; }

    /// <summary>How many senders may be connected at once; more are closed at once. Default 1,000.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check().Concat(ListenerChecks.Check(this, MaxMessageBytes, MaxMessageSeconds)))
            yield return problem;
        if (IdleTimeoutSeconds is < 0 or > ListenerChecks.LongestSeconds)
            yield return new(1304, "idleTimeoutSeconds", $"{IdleTimeoutSeconds} is not a time to be silent. Give 1 to 86400 seconds, or 0 for never.");
        if (MaxConnections is < 1 or > ListenerChecks.MostAtOnce)
            yield return new(1305, "maxConnections", $"{MaxConnections} is not a number of connections. Give 1 to 65535, or leave it out for 1,000.");
    }
}
