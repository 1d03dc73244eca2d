using System.Globalization;
using Hub.Channels.Values;

namespace Hub.Channels.Filters;

/// <summary>One test of a value.</summary>
/// <param name="Passes">The test.</param>
/// <param name="Wanted">What it wants, to stand after "wanted": <c>"M"</c>, <c>one of "A28", "A31"</c>.</param>
internal sealed record FieldTest(Func<string, bool> Passes, string Wanted)
{
    /// <summary>The tests that a condition names.</summary>
    public static IEnumerable<FieldTest> Of(ConditionConfig config)
    {
        StringComparison comparison = config.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (config.EqualTo is { } equal)
            yield return new(value => value.Equals(equal, comparison), Quote(equal));
        if (config.In is { } list)
            yield return OneOf([.. list], comparison);
        if (config.Contains is { } part)
            yield return new(value => value.Contains(part, comparison), $"{Quote(part)} in it");
        if (config.StartsWith is { } start)
            yield return new(value => value.StartsWith(start, comparison), $"{Quote(start)} at the start");
        if (config.Matches is { } text)
            yield return new(TextPattern.Parse(text, config.IgnoreCase).Matches, $"a match of {Quote(text)}");
        if (config.IsDate is { } format)
            yield return new(value => format.TryRead(value, out _), $"a date written {format}");
        foreach (FieldTest test in Comparisons(config))
            yield return test;
    }

    private static IEnumerable<FieldTest> Comparisons(ConditionConfig config)
    {
        if (config.GreaterThan is { } above)
            yield return Compared(above, "above", order => order > 0);
        if (config.AtLeast is { } least)
            yield return Compared(least, "at least", order => order >= 0);
        if (config.LessThan is { } below)
            yield return Compared(below, "below", order => order < 0);
        if (config.AtMost is { } most)
            yield return Compared(most, "at most", order => order <= 0);
    }

    private static FieldTest Compared(string text, string words, Func<int, bool> passes)
    {
        Bound bound = Bound.Parse(text);
        return new(value => bound.Compare(value) is { } order && passes(order), $"{words} {bound}");
    }

    private static FieldTest OneOf(string[] list, StringComparison comparison) => new(
        value => Array.Exists(list, item => item.Equals(value, comparison)),
        list.Length == 1 ? Quote(list[0]) : $"one of {string.Join(", ", list.Select(Quote))}");

    private static string Quote(string text) => string.Create(CultureInfo.InvariantCulture, $"\"{text}\"");
}
