using FsCheck;
using FsCheck.Fluent;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>Made-up messages as several senders of several versions might send them: few values, so that sets of codes are learned.</summary>
internal static class LearnedMessages
{
    private static readonly string[] s_values = ["A", "B", "F", "M", "MR", "\"\"", "", "", "1", "20260101", "long and wide", "A&B", "A&&", "&B", "\\T\\", "${x}", "\u00e9"];

    /// <summary>One message or more.</summary>
    public static Gen<string[]> Several => Gen.OneOf(Message.NonEmptyListOf(), Patient.ListOf(12)).Select(texts => texts.ToArray());

    // The same few codes again and again, so that they are taken for a set.
    private static Gen<string> Patient =>
        from version in Gen.Elements("2.1", "2.5", "2.5", "2.5", "2.5.1")
        from components in Gen.Elements("MR", "MR", "MR", "MR", "PI").ListOf(8)
        from count in Gen.Elements(5, 5, 5, 4, 8)
        from sex in Gen.Elements("F", "M", "F", "M", "")
        select $"MSH|^~\\&|PAS||||20260102||ADT^A01^ADT_A01|1|P|{version}\rPID|||{string.Join('^', components.Take(count))}|||||{sex}\r";

    private static Gen<string> Message =>
        from version in Gen.Elements("2.1", "2.2", "2.3", "2.4", "2.5", "2.7", "2.8", "2.5^GBR", "x", "")
        from type in Gen.Elements("ADT^A01^ADT_A01", "ADT^A01", "ADT", "ORU^R01", "QBP^Q11^QBP_Q11", "ACK", "zzz", "")
        from delimiters in Gen.Elements("^~\\&", "^~", "^", "^~\\&#")
        from segments in Segment.ListOf()
        select $"MSH|{delimiters}|PAS||||20260102||{type}|1|P|{version}\r{string.Concat(segments.Select(segment => $"{segment}\r"))}";

    private static Gen<string> Segment =>
        from name in Gen.Elements("PID", "PV1", "OBX", "OBR", "NK1", "ZZ1", "XYZ", "QPD", "no segment")
        from fields in Field.ListOf()
        select $"{name}|{string.Join('|', fields)}";

    private static Gen<string> Field =>
        from repetitions in Repetition.ListOf(3)
        from count in Gen.Elements(1, 1, 1, 2, 3)
        select string.Join('~', repetitions.Take(count));

    private static Gen<string> Repetition =>
        from components in Gen.Elements(s_values).ListOf(8)
        from count in Gen.Elements(1, 1, 2, 4, 5, 8)
        select string.Join('^', components.Take(count));
}
