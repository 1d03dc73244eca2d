using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Formats.Hl7V2;

/// <summary>Reads one path and, when it is not one, says how it should be written.</summary>
internal sealed partial class FieldPathReader(string text)
{
    // Protocol E21 sets the limits of what a message may hold; a path beyond them is a slip.
    private const int Largest = 10_000;

    public FieldPath? Read()
    {
        Match match = Whole().Match(text);
        if (!match.Success)
            return null;
        FieldPath path = new()
        {
            Segment = match.Groups["segment"].Value,
            Occurrence = Number(match, "occurrence"),
            Field = Number(match, "field"),
            Repetition = match.Groups["repetition"].ValueSpan is "*" ? FieldPath.Every : Number(match, "repetition"),
            Component = Number(match, "component"),
            Subcomponent = Number(match, "subcomponent"),
        };
        return IsInRange(match, path) ? path : null;
    }

    public string Explain()
    {
        if (text.Length == 0)
            return "The path is empty. Write a field such as \"PID-3\" or \"PID-3[2].1\".";
        Match dotted = Dotted().Match(text);
        if (dotted.Success)
        {
            string rest = dotted.Groups["rest"].Value;
            return $"\"{text}\" is not a path. Write \"{dotted.Groups["segment"].Value.ToUpperInvariant()}-{dotted.Groups["field"].Value}{rest.Replace('-', '.')}\": a hyphen before the field, dots before components.";
        }
        if (Lower().IsMatch(text))
            return $"\"{text}\" is not a path. Segment names are in capitals: \"{text.ToUpperInvariant()}\".";
        if (text.Contains("[0]", StringComparison.Ordinal) || Zero().IsMatch(text))
            return $"\"{text}\" is not a path: segments, fields, repetitions and components count from 1.";
        return $"\"{text}\" is not a path. Write segment, field, repetition and component, for example \"PID-3\", \"PID-3[2].1\", \"OBX[2]-5\" or \"PID-3[*].4\"; numbers go from 1 to {Largest.ToString(CultureInfo.InvariantCulture)}.";
    }

    private static int Number(Match match, string group) =>
        match.Groups[group].Success && int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static bool IsInRange(Match match, FieldPath path)
    {
        (string Group, int Value)[] numbers =
        [
            ("occurrence", path.Occurrence), ("field", path.Field), ("component", path.Component), ("subcomponent", path.Subcomponent),
            ("repetition", path.Repetition == FieldPath.Every ? 1 : path.Repetition),
        ];
        return numbers.All(number => !match.Groups[number.Group].Success || number.Value is >= 1 and <= Largest);
    }

    [GeneratedRegex(@"^(?<segment>[A-Z][A-Z0-9]{2})(\[(?<occurrence>[0-9]{1,6})\])?(-(?<field>[0-9]{1,6})(\[(?<repetition>[0-9]{1,6}|\*)\])?(\.(?<component>[0-9]{1,6})(\.(?<subcomponent>[0-9]{1,6}))?)?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^(?<segment>[A-Za-z][A-Za-z0-9]{2})\.(?<field>[0-9]+(\[([0-9]+|\*)\])?)(?<rest>([.-][0-9]+)*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Dotted();

    [GeneratedRegex(@"^(?=.*[a-z])[A-Za-z][A-Za-z0-9]{2}(\[[0-9]+\])?(-[0-9]+.*)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Lower();

    [GeneratedRegex(@"[-.]0+([^0-9]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Zero();
}
