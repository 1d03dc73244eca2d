using System.Buffers;

namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>The versions that there are facts of, each read when first asked for.</summary>
internal static class Hl7Versions
{
    private static readonly Known[] s_known = [.. new[] { "2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7" }.Select(version => new Known(version))];

    /// <summary>For messages that do not say.</summary>
    private const string Usual = "2.5.1";

    private static readonly SearchValues<char> s_numeric = SearchValues.Create("0123456789.");

    /// <summary>Their names, oldest first.</summary>
    public static IEnumerable<string> Names => s_known.Select(known => known.Name);

    public static Hl7Dictionary Find(ReadOnlySpan<char> version)
    {
        int end = version.IndexOfAnyExcept(s_numeric);
        ReadOnlySpan<char> asked = end < 0 ? version : version[..end];
        foreach (Known known in s_known)
        {
            if (asked.SequenceEqual(known.Name))
                return known.Exact.Value;
        }

        return Nearest(asked).Other.Value;
    }

    private static Known Nearest(ReadOnlySpan<char> asked)
    {
        int number = Number(asked);
        if (number < 0)
            return Array.Find(s_known, known => known.Name == Usual)!;
        int at = s_known.Length - 1;
        while (at > 0 && s_known[at].Number > number)
            at--;
        return s_known[at];
    }

    /// <summary>One number that orders versions; -1 for what is none.</summary>
    private static int Number(ReadOnlySpan<char> version)
    {
        int number = 0;
        int parts = 0;
        foreach (Range range in version.Split('.'))
        {
            if (++parts > 3 || !int.TryParse(version[range], out int part) || part > 99)
                return -1;
            number = (number * 100) + part;
        }

        for (; parts < 3; parts++)
            number *= 100;
        return number;
    }

    private sealed class Known
    {
        public Known(string name)
        {
            Name = name;
            Number = Number(name);
            Exact = new(() => new(name, DictionaryResource.ReadVersion(name)));
            Other = new(() => new(Exact.Value));
        }

        public string Name { get; }

        public int Number { get; }

        public Lazy<Hl7Dictionary> Exact { get; }

        public Lazy<Hl7Dictionary> Other { get; }
    }
}
