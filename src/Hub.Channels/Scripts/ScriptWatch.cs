using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hub.Channels.Scripts;

/// <summary>The watch over a running script. Calls to it are put into every loop, jump, function and type of a script when it is compiled; scripts cannot name it.</summary>
public static class ScriptWatch
{
    // The clock is asked once in so many calls: asking it costs more than a short loop.
    private const int CallsPerLook = 64;

    [ThreadStatic]
    private static long s_deadline;

    [ThreadStatic]
    private static int s_calls;

    [ThreadStatic]
    private static bool s_isOver;

    /// <summary>Called by scripts all the time. Ends the script when its time is over or when it calls itself too deeply, which would end the process.</summary>
    /// <exception cref="ScriptTimeException">The time is over.</exception>
    /// <exception cref="InsufficientExecutionStackException">The stack is nearly used up.</exception>
    public static void Check()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        // Once over, it stays over: a script that catches this is stopped in whatever it does next.
        s_isOver |= ++s_calls % CallsPerLook == 0 && Stopwatch.GetTimestamp() > s_deadline;
        if (s_isOver)
            throw new ScriptTimeException();
    }

    /// <summary><see cref="Check"/> as a value, where a script makes something of its own.</summary>
    /// <returns>Always false.</returns>
    public static bool Enter()
    {
        Check();
        return false;
    }

    /// <summary>Runs a script on this thread.</summary>
    /// <param name="limit">Its time.</param>
    /// <param name="script">The script.</param>
    /// <returns>Whether it ended in time, whatever it caught.</returns>
    internal static bool Run(TimeSpan limit, Action script)
    {
        s_isOver = false;
        s_deadline = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        script();
        return Stopwatch.GetTimestamp() <= s_deadline;
    }
}

/// <summary>A script's time is over.</summary>
public sealed class ScriptTimeException : Exception
{
    /// <summary>Makes one.</summary>
    public ScriptTimeException()
        : base("The script's time is over.")
    {
    }

    /// <summary>Makes one with a text; for the runtime.</summary>
    public ScriptTimeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause; for the runtime.</summary>
    public ScriptTimeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
