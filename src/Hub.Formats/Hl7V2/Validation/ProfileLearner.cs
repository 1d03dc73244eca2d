using System.Text;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Makes a starting profile from messages as they come.</summary>
public static class ProfileLearner
{
    // So many messages have to show a code, and each code twice, before a set is taken for closed.
    private const int FewestForCodes = 5;
    private const int LongestCode = 20;

    // A message said something that is no name: it is not written down, and the profile takes any.
    private const string Any = "";

    // The standard has some 180; with a site's own ones more than this is noise.
    private const int MaxSegments = 500;

    /// <summary>
    /// Looks at messages and writes down what all of them have in common: message types and versions, segments and fields that are always there
    /// (required) or sometimes (requiredOrEmpty), most repetitions, longest values, and small sets of codes.
    /// Each message is looked at once and not kept. What comes out is a start for a person: it is as narrow as what was seen.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <returns>A profile that all of them pass. It holds no value of a message, except codes of fields and components of type ID or IS, which are bound to a table.</returns>
    public static Hl7Profile Learn(IEnumerable<Hl7Message> messages)
    {
        Dictionary<int, LearnedSegment> segments = [];
        SortedSet<string> types = new(StringComparer.Ordinal);
        SortedSet<string> versions = new(StringComparer.Ordinal);
        int count = 0;
        foreach (Hl7Message message in messages)
        {
            count++;
            See(message, segments, types, versions);
        }

        string[] taken = versions.Contains(Any) ? [] : [.. versions];
        // What no version has would be a mistake in the profile; the messages have it all the same, and are told so by the standard.
        LearnedSegment[] seen = [.. segments.Values.Where(segment => ProfileChecks.MistakeOf(segment.Name, taken) is null).OrderBy(segment => segment.Name == "MSH" ? "" : segment.Name, StringComparer.Ordinal)];
        return new()
        {
            Name = "learned",
            Description = $"What {count} message(s) have in common. Loosen what is there by chance, such as lengths and counts, before it refuses messages.",
            Messages = types.Contains(Any) ? [] : [.. types],
            Versions = taken,
            Segments = [.. seen.Select(segment => SegmentOf(segment, count))],
            Fields = [.. seen.SelectMany(FieldsOf).Where(field => ProfileChecks.MistakeOf(field.Path, taken) is null)],
        };
    }

    private static void See(Hl7Message message, Dictionary<int, LearnedSegment> segments, SortedSet<string> types, SortedSet<string> versions)
    {
        PlaceReader reader = new(message);
        reader.Index();
        string version = Header(reader, 12, 1);
        string type = Header(reader, 9, 1);
        string trigger = Header(reader, 9, 2);
        versions.Add(HeaderChecker.Knows(version) ? version : Any);
        types.Add(!IsName(type) || !(trigger.Length == 0 || IsName(trigger)) ? Any : trigger.Length == 0 ? type : $"{type}^{trigger}");
        VersionPlan plan = VersionPlan.Of(Hl7Dictionary.For(version));
        foreach (IGrouping<int, int> group in Enumerable.Range(0, message.SegmentCount).GroupBy(reader.KeyOf))
        {
            if (group.Key == SegmentKey.None || (!segments.ContainsKey(group.Key) && segments.Count == MaxSegments))
                continue;
            if (!segments.TryGetValue(group.Key, out LearnedSegment? segment))
                segments.Add(group.Key, segment = new(SegmentKey.Name(group.Key)));
            segment.SeeMessage(group.Count());
            foreach (int index in group)
                segment.See(reader, index, plan.Segment(group.Key));
        }
    }

    private static string Header(PlaceReader reader, int field, int component) =>
        Encoding.Latin1.GetString(Hl7Parts.Get(reader.Field(0, field), reader.Message.Delimiters.Component, component));

    private static bool IsName(string text) => text.Length is 2 or 3 && text.All(one => char.IsAsciiLetterUpper(one) || char.IsAsciiDigit(one));

    private static ProfileSegment SegmentOf(LearnedSegment segment, int messages) => new()
    {
        Segment = segment.Name,
        Usage = segment.Messages == messages ? ProfileUsage.Required : ProfileUsage.RequiredOrEmpty,
        Max = segment.Most,
    };

    private static IEnumerable<ProfileField> FieldsOf(LearnedSegment segment)
    {
        foreach (((int field, int component), LearnedPlace seen) in segment.Places)
        {
            int chances = component == 0 ? segment.Count : segment.ChancesOf(field);
            IReadOnlyList<string>? values = CodesOf(seen);
            // A component that is there sometimes and has no codes is nothing to say anything about.
            if (component > 0 && seen.Times < chances && values is null)
                continue;
            yield return new()
            {
                Path = component == 0 ? $"{segment.Name}-{field}" : $"{segment.Name}-{field}.{component}",
                Usage = seen.Times == chances ? ProfileUsage.Required : ProfileUsage.RequiredOrEmpty,
                Max = component == 0 ? seen.MostRepetitions : null,
                MaxLength = component == 0 && seen.Longest > 0 ? seen.Longest : null,
                Values = values,
            };
        }
    }

    /// <summary>The codes of a place; null when they are no closed set, or one of them does not look like a code.</summary>
    private static string[]? CodesOf(LearnedPlace seen)
    {
        if (seen.Codes is not { } codes || seen.Times < FewestForCodes || seen.Times < 2 * codes.Count || codes.Any(code => !IsCode(code)))
            return null;
        return [.. codes.Order(StringComparer.Ordinal)];
    }

    private static bool IsCode(string text) => text.Length <= LongestCode && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' or '+' or '/');
}
