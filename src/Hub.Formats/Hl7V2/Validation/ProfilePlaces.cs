using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>
/// Whether a version of HL7 v2 knows the places that a profile names: a rule for a place that nobody has would be silent for ever.
/// Z segments are the site's own, and versions whose definitions are not at hand may have more; nothing is said of those.
/// </summary>
internal static class ProfilePlaces
{
    private static readonly string[] s_usual = ["2.5.1"];

    // What 2.7.1 to 2.9.1 have added. Their fields are not at hand, their names are.
    private static readonly string[] s_later =
        ["ARV", "BUI", "CDO", "CTR", "DON", "DPS", "DST", "GSC", "GSP", "GSR", "MCP", "OH1", "OH2", "OH3", "OH4", "OMC", "PAC", "PRT", "REL", "RXV", "SHP"];

    /// <summary>Says what is wrong with a place.</summary>
    /// <param name="path">The place.</param>
    /// <param name="versions">The versions that the profile takes; none for any.</param>
    /// <returns>What is wrong and what to do; null when one of the versions has the place.</returns>
    public static string? MistakeOf(FieldPath path, IReadOnlyList<string> versions)
    {
        if (path.Segment[0] == 'Z')
            return null;
        // Most places are in the version most used; the others need not be read for them.
        if (versions.Count == 0 && MistakeOf(path, s_usual) is null)
            return null;
        Hl7Dictionary[] known = [.. (versions.Count == 0 ? Hl7Versions.Names : versions).Select(version => Hl7Dictionary.For(version))];
        if (!known.All(dictionary => dictionary.IsExact))
            return IsNowhere(path.Segment) ? $"The segment {path.Segment} is in no version of HL7 v2. Correct the name; segments of your own begin with Z." : null;
        SegmentDefinition[] segments = [.. known.Select(dictionary => dictionary.Segment(path.Segment)).OfType<SegmentDefinition>()];
        string where = versions.Count == 0 ? "no version from 2.1 to 2.7" : $"no version that the profile takes ({string.Join(", ", versions)})";
        string more = versions.Count == 0 ? "if a later version has it, name that under \"versions\"" : "if another version has it, add that to \"versions\"";
        if (segments.Length == 0)
            return $"The segment {path.Segment} is in {where} of HL7 v2. Correct the name; {more}. Segments of your own begin with Z.";
        return path.Field > 0 && MistakeOf(path, segments, out int most) is { } part ? $"{part} has {most} {(part == path.Segment ? "fields" : "parts")}, so \"{path}\" is in {where} of HL7 v2. Correct the path; {more}." : null;
    }

    /// <summary>Says what cannot be known of a place: the profile takes a version whose definitions are not at hand, and no other has it.</summary>
    /// <param name="path">The place.</param>
    /// <param name="versions">The versions that the profile takes.</param>
    /// <returns>Null when a version that is at hand has it, when all are at hand, and for Z segments.</returns>
    public static string? CautionOf(FieldPath path, IReadOnlyList<string> versions)
    {
        string[] unknown = [.. versions.Where(version => !Hl7Dictionary.For(version).IsExact)];
        if (unknown.Length == 0 || path.Segment[0] == 'Z' || MistakeOf(path, versions) is not null)
            return null;
        string[] known = [.. versions.Except(unknown), .. unknown.Select(version => Hl7Dictionary.For(version).Version).Distinct()];
        return MistakeOf(path, [.. known.Distinct()]) is null
            ? null
            : $"\"{path}\" is in no version whose definitions are at hand, and those of {string.Join(", ", unknown)} are not, so nobody here can say whether there is such a place. Look it up: a rule for a place that is not there is silent for ever.";
    }

    private static bool IsNowhere(string segment) =>
        !s_later.Contains(segment) && Hl7Versions.Names.All(version => Hl7Dictionary.For(version).Segment(segment) is null);

    // The part that has not as many; null when all is there.
    private static string? MistakeOf(FieldPath path, SegmentDefinition[] segments, out int most)
    {
        most = segments.Max(segment => segment.Fields.Count);
        if (segments.Any(segment => segment.IsOpenEnded && path.Field > segment.Fields.Count))
            return null;
        FieldDefinition[] fields = [.. segments.Select(segment => segment.Field(path.Field)).OfType<FieldDefinition>()];
        if (fields.Length == 0)
            return path.Segment;
        string name = $"{path.Segment}-{path.Field}";
        foreach (int number in new[] { path.Component, path.Subcomponent }.Where(number => number > 0))
        {
            // What varies has any parts; what 2.7 has withdrawn stands there as text, whatever it was.
            if (fields.Any(field => field.Type.IsOpen || (field.Usage == Hl7Usage.Backward && field.Type.Name == "ST")))
                return null;
            most = fields.Max(field => Math.Max(1, field.Type.Components.Count));
            if (number > most)
                return name;
            name = $"{name}.{number}";
            // The first part of what has none is that itself.
            fields = [.. fields.Where(field => number <= Math.Max(1, field.Type.Components.Count)).Select(field => field.Type.Component(number) ?? field)];
        }

        return null;
    }
}
