using System.Text;

namespace Hub.Channels.Cases;

/// <summary>One thing that came out otherwise than expected.</summary>
/// <param name="Part">The part of the outcome: <c>outcome</c>, <c>answer</c>, <c>problems</c>, <c>to mpi</c>, <c>to mpi[2]</c>.</param>
/// <param name="Place">The place within it, <c>PID-5.1</c>; empty for the part as a whole.</param>
/// <param name="Expected">What was expected there, in words or in quotes.</param>
/// <param name="Was">What was there.</param>
public sealed record Difference(string Part, string Place, string Expected, string Was)
{
    private const int Longest = 200;

    /// <summary>Where it is, without what stands there: fit for logs.</summary>
    public string Where => Place.Length == 0 ? Part : $"{Part} {Place}";

    /// <summary>The difference in one line.</summary>
    /// <returns><c>to mpi PID-5.1  expected "SMITH"  was "SMYTH"</c></returns>
    public override string ToString() => $"{Where}  expected {Expected}  was {Was}";

    /// <summary>A text in quotes: a long one is cut, control characters are shown as <c>·</c>.</summary>
    internal static string Quote(string text) => $"\"{Cut(text)}\"";

    /// <summary>A text without quotes: a long one is cut, control characters are shown as <c>·</c>.</summary>
    internal static string Cut(string text)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text.EnumerateRunes().Take(Longest))
            shown.Append(rune.Value == '\r' ? "\\r" : rune.Value == '\n' ? "\\n" : Rune.IsControl(rune) ? "·" : rune.ToString());
        return shown.Append(text.EnumerateRunes().Skip(Longest).Any() ? "…" : "").ToString();
    }
}
