namespace Hub.Engine.Commands;

/// <summary>What the exit status of <c>hub</c> says. Scripts rely on it.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, and the answer is no: a channel file has problems, a message was refused, nothing was found.</summary>
    public const int Problems = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Not possible now: the journal, a port or a peer cannot be reached.</summary>
    public const int Unavailable = 3;

    /// <summary>A mistake in the Hub itself.</summary>
    public const int Mistake = 4;
}
