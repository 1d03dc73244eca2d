namespace Hub.Formats.Hl7V2.Validation;

// Severities follow one thought. What a receiver cannot do without, or would read wrongly, is an error. What it can ignore and keep
// (protocol E09: segments, fields, components and repetitions that nobody expects) is a warning. Lengths are warnings, because the
// standard leaves them to the two sites (HL7 v2.5.1 §2.5.3.2) and the published ones contradict its own tables (OBX-2 CWE in 2 characters).
// Numbers stay with their meanings for ever; what is dropped leaves a hole.

/// <summary>The rules of validation.</summary>
public static partial class ValidationRules
{
    /// <summary>A field of the header that says what the message is.</summary>
    public static Hl7Rule HeaderFieldMissing { get; } = new(3100, 101, ValidationLevel.Lenient, Hl7Severity.Error,
        "A header field without which no receiver can take the message is empty (MSH-9 to MSH-12).", "Fill it at the sender.");

    /// <summary>MSH-12.</summary>
    public static Hl7Rule VersionUnknown { get; } = new(3101, 203, ValidationLevel.Lenient, Hl7Severity.Error,
        "MSH-12 names no version of HL7 v2, so nothing else can be checked.", "Send a version of table 0104, for example 2.5.1.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>A version after 2.7.</summary>
    public static Hl7Rule VersionChecksAsOther { get; } = new(3102, 0, ValidationLevel.Standard, Hl7Severity.Information,
        "The version is one whose definitions are not at hand; the message is checked by the nearest one that is.", "Nothing. Where the versions differ, a profile can say so.");

    /// <summary>MSH-9.1.</summary>
    public static Hl7Rule MessageTypeUnknown { get; } = new(3103, 200, ValidationLevel.Lenient, Hl7Severity.Error,
        "MSH-9.1 is no message type of HL7 (table 0076) and does not begin with Z.", "Send a type of table 0076, or one of your own that begins with Z.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>MSH-9.2.</summary>
    public static Hl7Rule EventUnknown { get; } = new(3104, 201, ValidationLevel.Lenient, Hl7Severity.Error,
        "MSH-9.2 is no trigger event of HL7 (table 0003) and does not begin with Z.", "Send an event of table 0003, or one of your own that begins with Z.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>No structure to check by.</summary>
    public static Hl7Rule StructureUnknown { get; } = new(3105, 0, ValidationLevel.Lenient, Hl7Severity.Information,
        "The structure of this message is not known in its version, so the order of its segments is not checked.", "Nothing. A profile can say which segments are required.");

    /// <summary>MSH-9.3.</summary>
    public static Hl7Rule StructureContradicts { get; } = new(3106, 103, ValidationLevel.Standard, Hl7Severity.Warning,
        "MSH-9.3 is not the structure of the message type and event in MSH-9.1 and MSH-9.2; the message is checked by the latter.", "Correct MSH-9.3 at the sender, or leave it out.");

    /// <summary>MSH-9.2 in versions that require it.</summary>
    public static Hl7Rule EventMissing { get; } = new(3107, 101, ValidationLevel.Lenient, Hl7Severity.Error,
        "MSH-9.2 (trigger event) is empty, and the version requires it. ACK is excepted: what it answers may have had none.", "Send the event, for example ADT^A01.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>MSH-9.3 in versions that require it.</summary>
    public static Hl7Rule StructureMissing { get; } = new(3108, 101, ValidationLevel.Standard, Hl7Severity.Warning,
        "MSH-9.3 (message structure) is empty, and the version requires it. Receivers find the structure by type and event. ACK is excepted.", "Send the structure of table 0354, for example ADT^A04^ADT_A01.");

    /// <summary>A segment that has to be there.</summary>
    public static Hl7Rule SegmentMissing { get; } = new(3110, 100, ValidationLevel.Standard, Hl7Severity.Error,
        "A required segment is missing.", "Send it; if the interface does without, let a profile say so (usage optional).");

    /// <summary>A segment in a wrong place.</summary>
    public static Hl7Rule SegmentOutOfOrder { get; } = new(3111, 100, ValidationLevel.Standard, Hl7Severity.Error,
        "A segment stands where the structure of the message does not allow it. Told once for several in a row.", "Send the segments in the order of the structure.")
    { LaterSeverity = Hl7Severity.Warning };

    /// <summary>A segment too often.</summary>
    public static Hl7Rule SegmentRepeats { get; } = new(3112, 100, ValidationLevel.Standard, Hl7Severity.Error,
        "A segment or group comes more often than the structure allows.", "Send it in a message of its own, or let a profile give a larger max.")
    { LaterSeverity = Hl7Severity.Warning };

    /// <summary>A group that has to be there.</summary>
    public static Hl7Rule GroupMissing { get; } = new(3113, 100, ValidationLevel.Standard, Hl7Severity.Error,
        "A required group of segments is missing.", "Send it; if the interface does without, let a profile say so (usage optional for its first segment).");

    /// <summary>A segment that the structure does not have.</summary>
    public static Hl7Rule SegmentUnexpected { get; } = new(3114, 100, ValidationLevel.Standard, Hl7Severity.Warning,
        "A segment is not part of the structure of this message. It is kept and not checked by its place.", "Nothing if the receiver wants it; else drop it with a step.")
    { LaterSeverity = null };

    /// <summary>A segment that the version does not have.</summary>
    public static Hl7Rule SegmentUndefined { get; } = new(3115, 100, ValidationLevel.Standard, Hl7Severity.Warning,
        "A segment is not defined in this version and does not begin with Z. It is kept and not checked.", "Correct MSH-12 if the sender means another version; give segments of your own names that begin with Z.")
    { LaterSeverity = null };

    /// <summary>Something that is no segment.</summary>
    public static Hl7Rule SegmentNameMalformed { get; } = new(3116, 100, ValidationLevel.Lenient, Hl7Severity.Error,
        "A segment has no name of three capital letters or digits; perhaps a line end inside a value.", "Escape line ends in values at the sender (\\X0D\\ or \\.br\\).")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>Line feeds within segments.</summary>
    public static Hl7Rule LineFeed { get; } = new(3117, 102, ValidationLevel.Lenient, Hl7Severity.Warning,
        "A line feed stands within a segment. It is part of the value there; segments end with CR.", "Escape line ends in values at the sender (\\X0D\\ or \\.br\\).");

    /// <summary>Segments that nobody reads, because a line feed alone stands before them.</summary>
    public static Hl7Rule LineFeedBeforeSegment { get; } = new(3118, 102, ValidationLevel.Lenient, Hl7Severity.Error,
        "A line feed stands within a segment, and what follows it looks like a segment, which nobody reads as one.", "Send CR at the end of each segment and its name in capital letters, or escape line ends in values (\\X0D\\ or \\.br\\).")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>A field that has to be there.</summary>
    public static Hl7Rule FieldMissing { get; } = new(3120, 101, ValidationLevel.Standard, Hl7Severity.Error,
        "A required field is empty.", "Fill it at the sender; if the interface does without, let a profile say so (usage optional).");

    /// <summary>A field too often.</summary>
    public static Hl7Rule FieldRepeats { get; } = new(3121, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A field repeats more often than it may. What is too many is kept; a receiver may ignore it.", "Send the most important repetition first, or let a profile give a larger max.");

    /// <summary>A field that the segment does not have.</summary>
    public static Hl7Rule FieldUnexpected { get; } = new(3122, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A segment has more fields than its version defines. They are kept; a receiver may ignore them.", "Use a Z segment for fields of your own, or correct MSH-12.")
    { LaterSeverity = null };

    /// <summary>A component that has to be there.</summary>
    public static Hl7Rule ComponentMissing { get; } = new(3123, 101, ValidationLevel.Standard, Hl7Severity.Error,
        "A required component or subcomponent of a value is empty.", "Fill it at the sender, or send the field empty.");

    /// <summary>A part that the data type does not have.</summary>
    public static Hl7Rule ComponentUnexpected { get; } = new(3124, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A value has more components or subcomponents than its data type. They are kept; a receiver may ignore them.", "Escape separators that are meant as text (\\S\\, \\T\\), or leave the extra parts out.")
    { LaterSeverity = null };

    /// <summary>Universal ID and its type.</summary>
    public static Hl7Rule UniversalIdIncomplete { get; } = new(3125, 101, ValidationLevel.Standard, Hl7Severity.Error,
        "Of universal ID and universal ID type only one is populated (HL7 v2.5.1 §2.A.28, §2.A.33: both or neither).", "Send both, or neither.");

    /// <summary>A value that is too long.</summary>
    public static Hl7Rule TooLong { get; } = new(3127, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A value is longer than the standard gives it; a receiver may cut it.", "Agree on the length with the receiver, or let a profile give maxLength.");

    /// <summary>OBX-2.</summary>
    public static Hl7Rule ValueTypeMissing { get; } = new(3128, 101, ValidationLevel.Standard, Hl7Severity.Error,
        "OBX-5 has a value and OBX-2 does not say of which data type.", "Fill OBX-2 at the sender.");

    /// <summary>OBX-2 says what no version knows.</summary>
    public static Hl7Rule ValueTypeUnknown { get; } = new(3129, 103, ValidationLevel.Standard, Hl7Severity.Error,
        "OBX-2 names no data type of the version, so OBX-5 cannot be read.", "Send a type of table 0125.");

    /// <summary>Dates and times.</summary>
    public static Hl7Rule NoTimestamp { get; } = new(3130, 102, ValidationLevel.Lenient, Hl7Severity.Error,
        "A value is no date or time of its data type.", "Send YYYYMMDD (DT), HHMMSS (TM) or YYYYMMDDHHMMSS (DTM, TS), shorter when less is known, with +ZZZZ or -ZZZZ for the zone.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>Fractions of a second.</summary>
    public static Hl7Rule TooFine { get; } = new(3131, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A time has more than the four digits of a second that the standard gives it.", "Send four digits or fewer.");

    /// <summary>Numbers.</summary>
    public static Hl7Rule NoNumber { get; } = new(3132, 102, ValidationLevel.Lenient, Hl7Severity.Error,
        "A value is no number: digits with an optional sign and decimal point (NM).", "Send digits alone; a comparison such as <5 is of type SN.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>Sequence numbers.</summary>
    public static Hl7Rule NoSequence { get; } = new(3133, 102, ValidationLevel.Lenient, Hl7Severity.Error,
        "A value is no sequence ID: one to four digits (SI).", "Send 1 for the first segment, 2 for the second and so on.")
    { LenientSeverity = Hl7Severity.Warning };

    /// <summary>Blanks around a value.</summary>
    public static Hl7Rule Padded { get; } = new(3134, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A date, number or code has blanks around it; it is checked without them.", "Send it without blanks.");

    /// <summary>Codes of HL7 tables.</summary>
    public static Hl7Rule CodeNotInTable { get; } = new(3135, 103, ValidationLevel.Standard, Hl7Severity.Error,
        "A coded value (ID) is not in its HL7 table. Told of versions up to 2.6, whose tables are at hand.", "Send a code of the table; if both sides agreed on more, let a profile give values.");

    /// <summary>Codes of tables that grow.</summary>
    public static Hl7Rule CodeNotInOpenTable { get; } = new(3136, 103, ValidationLevel.Standard, Hl7Severity.Warning,
        "A coded value is not in our copy of a table that grows between versions.", "Check the code; a profile can give values to make sure.");

    /// <summary>Codes of tables that sites fill.</summary>
    public static Hl7Rule CodeNotSuggested { get; } = new(3137, 103, ValidationLevel.Standard, Hl7Severity.Information,
        "A coded value is not among those that the standard suggests for a table that every site may fill.", "Nothing, when both sides know the code; a profile can give values to make sure.");

    /// <summary>Coded elements that name their table.</summary>
    public static Hl7Rule CodeNotInNamedTable { get; } = new(3138, 103, ValidationLevel.Standard, Hl7Severity.Warning,
        "A coded element says that its code is of an HL7 table, and the table does not have it.", "Send a code of the table, or name the coding system that has it.");

    /// <summary>Codes of messages that are later than the tables at hand.</summary>
    public static Hl7Rule CodeNotInOlderTable { get; } = new(3139, 103, ValidationLevel.Standard, Hl7Severity.Warning,
        "A coded value (ID) of a message of 2.7 or later is not in its HL7 table as of 2.6, the newest that is at hand.", "Look the code up in the tables of the message's version; a profile can give values to make sure.");

    /// <summary>Set IDs.</summary>
    public static Hl7Rule SetIdRepeats { get; } = new(3140, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "The set ID of a segment does not rise from the segment of the same name right before it.", "Number the segments of a run 1, 2, 3 at the sender.");

    /// <summary>Bytes that are no text.</summary>
    public static Hl7Rule NotText { get; } = new(3141, 102, ValidationLevel.Standard, Hl7Severity.Warning,
        "A segment has bytes that are no text in the character set of the message (protocol E19).", "Name the right set in MSH-18.");

    /// <summary>A character set that was guessed.</summary>
    public static Hl7Rule CharacterSetGuessed { get; } = new(3142, 0, ValidationLevel.Standard, Hl7Severity.Information,
        "The message has bytes over 0x7F, and MSH-18 names no set that they fit; the set was guessed (protocol E17).", "Name the set that the sender uses in MSH-18.");

    /// <summary>Values of data types that HL7 gave up.</summary>
    public static Hl7Rule GivenUp { get; } = new(3143, 102, ValidationLevel.Lenient, Hl7Severity.Warning,
        "A value is not of its data type, at a place that HL7 has since withdrawn or made text (XON.3, XTN.5 to XTN.8); few receivers read it as that type.", "Nothing, when the receiver takes text there; else send it elsewhere, for example the number of an organization in XON.10.");
}
