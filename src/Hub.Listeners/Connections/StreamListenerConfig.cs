using Hub.Contracts;

namespace Hub.Listeners.Connections;

/// <summary>The source of a channel that receives messages one after the other on connections that stay open.</summary>
public abstract record StreamListenerConfig : ListenerConfig
{
    /// <summary>Address to bind, <c>host:port</c>; port 0 takes a free port.</summary>
    public override required string Listen { get; init; }

    /// <summary>Longest message taken, in bytes without the frame. A longer one is refused, in HL7 with AR 207 (protocol F06). Default 64 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a message may take from its start to its end, and a sender to take its answers, in seconds (protocol F07). Default 60.</summary>
    public int MaxMessageSeconds { get; init; } = 60;

    /// <summary>Close a connection on which nothing came for this long between messages, in seconds (protocol F08); 0 never. Default 0.</summary>
    public int IdleTimeoutSeconds { get; init; }

    /// <summary>How many senders may be connected at once; more are closed at once. Default 1,000.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check().Concat(ListenerChecks.Check(this, MaxMessageBytes, MaxMessageSeconds)))
            yield return problem;
        if (IdleTimeoutSeconds < 0)
            yield return new(1304, "idleTimeoutSeconds", $"{IdleTimeoutSeconds} is not a time. Give seconds, or 0 for never.");
        if (MaxConnections < 1)
            yield return new(1305, "maxConnections", $"{MaxConnections} is not a number of connections. Give 1 or more.");
    }
}
