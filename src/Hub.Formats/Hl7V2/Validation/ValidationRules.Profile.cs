using System.Collections.Frozen;

namespace Hub.Formats.Hl7V2.Validation;

/// <content>Rules of profiles, and the list of all.</content>
public static partial class ValidationRules
{
    private const string AsProfileSays = "Send what the profile asks for, or change the profile.";

    /// <summary>The message is none of the profile's.</summary>
    public static Hl7Rule MessageNotInProfile { get; } = new(3150, 200, ValidationLevel.Profile, Hl7Severity.Error,
        "The message type or event is none that the profile takes.", AsProfileSays);

    /// <summary>The version is none of the profile's.</summary>
    public static Hl7Rule VersionNotInProfile { get; } = new(3151, 203, ValidationLevel.Profile, Hl7Severity.Error,
        "The version is none that the profile takes.", AsProfileSays);

    /// <summary>Segments that the profile requires.</summary>
    public static Hl7Rule ProfileSegmentMissing { get; } = new(3152, 100, ValidationLevel.Profile, Hl7Severity.Error,
        "A segment that the profile requires is missing.", AsProfileSays);

    /// <summary>Segments that the profile does not support.</summary>
    public static Hl7Rule ProfileSegmentPresent { get; } = new(3153, 100, ValidationLevel.Profile, Hl7Severity.Error,
        "A segment is there that the profile does not support.", AsProfileSays);

    /// <summary>How often segments come.</summary>
    public static Hl7Rule ProfileSegmentCount { get; } = new(3154, 100, ValidationLevel.Profile, Hl7Severity.Error,
        "A segment comes more or less often than the profile says.", AsProfileSays);

    /// <summary>Places that the profile requires.</summary>
    public static Hl7Rule ProfileValueMissing { get; } = new(3160, 101, ValidationLevel.Profile, Hl7Severity.Error,
        "A place that the profile requires is empty.", AsProfileSays);

    /// <summary>Places that the profile does not support.</summary>
    public static Hl7Rule ProfileValuePresent { get; } = new(3161, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "A place is populated that the profile does not support.", AsProfileSays);

    /// <summary>How often fields repeat.</summary>
    public static Hl7Rule ProfileRepetitions { get; } = new(3162, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "A field repeats more or less often than the profile says.", AsProfileSays);

    /// <summary>How long values are.</summary>
    public static Hl7Rule ProfileLength { get; } = new(3163, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "A value is longer or shorter than the profile says.", AsProfileSays);

    /// <summary>Which values there are.</summary>
    public static Hl7Rule ProfileValue { get; } = new(3164, 103, ValidationLevel.Profile, Hl7Severity.Error,
        "A value is none that the profile gives.", AsProfileSays);

    /// <summary>How values look.</summary>
    public static Hl7Rule ProfilePattern { get; } = new(3165, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "A value does not match the pattern of the profile.", AsProfileSays);

    /// <summary>Values that come twice.</summary>
    public static Hl7Rule ProfileDuplicate { get; } = new(3166, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "Values that the profile wants once come twice.", AsProfileSays);

    /// <summary>What has to hold between places.</summary>
    public static Hl7Rule ProfileConstraint { get; } = new(3167, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "A constraint of the profile does not hold; the text is the profile's own.", AsProfileSays);

    /// <summary>Values that cannot be read.</summary>
    public static Hl7Rule ProfileUnreadable { get; } = new(3168, 102, ValidationLevel.Profile, Hl7Severity.Error,
        "A value that the profile asks about is no text in the character set of the message.", "Name the right set in MSH-18.");

    /// <summary>More problems than are told.</summary>
    public static Hl7Rule MoreProblems { get; } = new(3199, 0, ValidationLevel.Lenient, Hl7Severity.Information,
        "There are more problems than are told of one message.", "Correct what is told and check again.");

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<Hl7Rule> All => Lists.All;

    /// <summary>The rule of a number; null when there is none.</summary>
    /// <param name="number">The number, 3100 to 3199.</param>
    /// <returns>The rule.</returns>
    public static Hl7Rule? Find(int number) => Lists.ByNumber.GetValueOrDefault(number);

    // A class of its own, so that it is made after all the rules of both files.
    private static class Lists
    {
        public static readonly IReadOnlyList<Hl7Rule> All =
        [
            HeaderFieldMissing, VersionUnknown, VersionChecksAsOther, MessageTypeUnknown, EventUnknown, StructureUnknown, StructureContradicts, EventMissing, StructureMissing,
            SegmentMissing, SegmentOutOfOrder, SegmentRepeats, GroupMissing, SegmentUnexpected, SegmentUndefined, SegmentNameMalformed, LineFeed, LineFeedBeforeSegment,
            FieldMissing, FieldRepeats, FieldUnexpected, ComponentMissing, ComponentUnexpected, UniversalIdIncomplete, TooLong, ValueTypeMissing, ValueTypeUnknown,
            NoTimestamp, TooFine, NoNumber, NoSequence, Padded, CodeNotInTable, CodeNotInOpenTable, CodeNotSuggested, CodeNotInNamedTable, CodeNotInOlderTable, SetIdRepeats, NotText, CharacterSetGuessed, GivenUp,
            MessageNotInProfile, VersionNotInProfile, ProfileSegmentMissing, ProfileSegmentPresent, ProfileSegmentCount,
            ProfileValueMissing, ProfileValuePresent, ProfileRepetitions, ProfileLength, ProfileValue, ProfilePattern, ProfileDuplicate, ProfileConstraint, ProfileUnreadable,
            MoreProblems,
        ];

        public static readonly FrozenDictionary<int, Hl7Rule> ByNumber = All.ToFrozenDictionary(rule => rule.Number);
    }
}
