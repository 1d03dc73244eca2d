using System.Diagnostics;
using System.Globalization;

namespace Hub.Testing;

/// <summary>How much work something is, on a machine that does other work beside it.</summary>
public static class CpuTime
{
    /// <summary>How long the processor worked for the calling thread. Where the system does not tell (it is read from /proc), how long it took.</summary>
    /// <param name="work">What is done; all of it on the calling thread.</param>
    public static TimeSpan Of(Action work)
    {
        const string told = "/proc/thread-self/schedstat";
        bool isTold = File.Exists(told);
        TimeSpan Now() => isTold
            ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText(told).Split(' ')[0], CultureInfo.InvariantCulture) / 1000)
            : Stopwatch.GetElapsedTime(0);

        TimeSpan start = Now();
        work();
        return Now() - start;
    }
}
