using System.Globalization;

namespace Hub.Engine;

/// <summary>Control ids (MSH-10) of answers: the start of this process in milliseconds and a count, both in base 36. Unique over restarts, at most 20 characters (protocol A02).</summary>
internal sealed class ControlIds(TimeProvider clock)
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly string _prefix = "H" + Base36(clock.GetUtcNow().ToUnixTimeMilliseconds());
    private long _count;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Base36(Interlocked.Increment(ref _count))}");

    private static string Base36(long value)
    {
        Span<char> text = stackalloc char[13];
        int at = text.Length;
        do
        {
            text[--at] = Digits[(int)(value % 36)];
            value /= 36;
        }
        while (value > 0);
        return new(text[at..]);
    }
}
