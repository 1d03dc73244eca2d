using System.Text.RegularExpressions;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>A condition of a profile, ready to be asked.</summary>
internal abstract class ProfileTest
{
    /// <summary>Conditions nest no deeper: a person could not read them, and the stack has an end.</summary>
    public const int MaxDepth = 20;

    /// <summary>Makes a condition ready; null stays null.</summary>
    public static ProfileTest? From(ProfileCondition? condition)
    {
        if (condition is null)
            return null;
        if (condition.Not is { } not)
            return new Opposite(From(not)!);
        if (condition.All is { } all)
            return new Several([.. all.Select(one => From(one)!)], untilHolds: false);
        if (condition.Any is { } any)
            return new Several([.. any.Select(one => From(one)!)], untilHolds: true);
        return new Single(condition);
    }

    /// <summary>A pattern of a profile: run without backtracking, in time that grows with the value alone.</summary>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    // $ would let a line feed at the end through.
    public static Regex Pattern(string pattern) => new(pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal) ? $"{pattern[..^1]}\\z" : pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Asks.</summary>
    /// <param name="reader">The message.</param>
    /// <param name="at">The segment that is being checked; -1 for the message.</param>
    /// <exception cref="Hl7FormatException">A value is not text in the message's character set.</exception>
    public abstract bool Holds(PlaceReader reader, int at);

    private sealed class Opposite(ProfileTest other) : ProfileTest
    {
        public override bool Holds(PlaceReader reader, int at) => !other.Holds(reader, at);
    }

    private sealed class Several(ProfileTest[] tests, bool untilHolds) : ProfileTest
    {
        public override bool Holds(PlaceReader reader, int at)
        {
            foreach (ProfileTest test in tests)
            {
                if (test.Holds(reader, at) == untilHolds)
                    return untilHolds;
            }

            return !untilHolds;
        }
    }

    private sealed class Single(ProfileCondition condition) : ProfileTest
    {
        private readonly FieldPath _path = FieldPath.Parse(condition.Path!);
        private readonly Regex? _matches = condition.Matches is null ? null : Pattern(condition.Matches);

        public override bool Holds(PlaceReader reader, int at)
        {
            int segment = reader.Find(_path, at);
            if (_path.Field == 0)
                return condition.Exists == segment >= 0;
            ReadOnlySpan<byte> field = segment < 0 ? [] : reader.Field(segment, _path.Field);
            byte separator = reader.Message.Delimiters.Repetition;
            if (_path.Repetition != FieldPath.Every)
                return Passes(reader, Whole() ? field : reader.Part(Hl7Parts.Get(field, separator, Math.Max(1, _path.Repetition)), _path));
            // A separator that is not in force is 0; then all of the field is one repetition, which holds no field separator.
            foreach (Range range in field.Split(separator == 0 ? reader.Message.Delimiters.Field : separator))
            {
                if (Passes(reader, reader.Part(field[range], _path)))
                    return true;
            }

            return false;
        }

        private bool Whole() => (_path.Repetition == 0 && _path.Component == 0) || Hl7Segment.HoldsDelimiters(_path);

        private bool Passes(PlaceReader reader, ReadOnlySpan<byte> value)
        {
            bool isBlank = reader.IsBlank(value) && !Hl7Segment.HoldsDelimiters(_path);
            if (condition.Exists is { } exists && exists == isBlank)
                return false;
            if (condition.EqualTo is null && condition.In is null && _matches is null)
                return true;
            string text = isBlank ? "" : reader.Text(value);
            return (condition.EqualTo is null || text == condition.EqualTo)
                && (condition.In is null || condition.In.Contains(text, StringComparer.Ordinal))
                && (_matches is null || _matches.IsMatch(text));
        }
    }
}
