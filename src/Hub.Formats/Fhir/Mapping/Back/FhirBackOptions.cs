namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>How FHIR becomes HL7 v2.</summary>
public sealed record FhirBackOptions
{
    /// <summary>The event, <c>A08</c> or <c>ORM^O01</c>. Default: that of the MessageHeader, else by what the resources are.</summary>
    public string? Event { get; init; }

    /// <summary>The version of HL7 v2 (MSH-12), whose structures and fields are used. Default <c>2.5.1</c>.</summary>
    public string Version { get; init; } = "2.5.1";

    /// <summary>MSH-3; over what a MessageHeader says. Its parts may stand apart by <c>^</c>.</summary>
    public string? SendingApplication { get; init; }

    /// <summary>MSH-4; as above.</summary>
    public string? SendingFacility { get; init; }

    /// <summary>MSH-5; as above.</summary>
    public string? ReceivingApplication { get; init; }

    /// <summary>MSH-6; as above.</summary>
    public string? ReceivingFacility { get; init; }

    /// <summary>MSH-11. Default: what a MessageHeader says, else <c>P</c>.</summary>
    public string? ProcessingId { get; init; }

    /// <summary>The character set (MSH-18). Default: none while ASCII is enough, else <c>UNICODE UTF-8</c>.</summary>
    public Hl7V2.Hl7CharacterSet? CharacterSet { get; init; }

    /// <summary>Whether each message is checked by the rules of the standard, and its errors told among the notes. Default <c>true</c>; who reads no notes spares the time.</summary>
    public bool Check { get; init; } = true;

    /// <summary>MSH-7 when neither the bundle nor its resources tell a time. Given by the caller, so that a conversion reads no clock.</summary>
    public DateTimeOffset Now { get; init; }
}

/// <summary>Why there is no message.</summary>
/// <param name="Code">The problem code.</param>
/// <param name="Location">Where, as FHIRPath, or a line of the JSON; empty for the whole.</param>
/// <param name="Text">What is wrong and what to do, without content of the resource.</param>
public sealed record FhirBackFault(int Code, string Location, string Text);

/// <summary>Something of a resource that no message carries, or not as the resource says it.</summary>
/// <param name="Location">Where, as FHIRPath.</param>
/// <param name="Text">What became of it, without content.</param>
public sealed record FhirBackNote(string Location, string Text);

/// <summary>One message of HL7 v2.</summary>
/// <param name="Bytes">The message; segments end with a carriage return.</param>
/// <param name="Event">What it is, <c>ADT^A01</c>.</param>
/// <param name="ControlId">MSH-10.</param>
public sealed record FhirBackMessage(ReadOnlyMemory<byte> Bytes, string Event, string ControlId);

/// <summary>What became of a resource or bundle.</summary>
/// <param name="Messages">The messages; none when there is a fault.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="Notes">What they do not carry.</param>
public sealed record FhirBackConversion(IReadOnlyList<FhirBackMessage> Messages, FhirBackFault? Fault, IReadOnlyList<FhirBackNote> Notes);

/// <summary>Problem codes of the way from FHIR to HL7 v2.</summary>
public static class FhirBackCodes
{
    /// <summary>What is there is no resource of FHIR R4 in JSON.</summary>
    public const int NotFhir = 3205;

    /// <summary>Nothing in it becomes a message.</summary>
    public const int NothingToSend = 3206;

    /// <summary>It is about a patient that is not there.</summary>
    public const int NoPatient = 3207;

    /// <summary>The event is none that resources can become.</summary>
    public const int UnknownEvent = 3209;

    /// <summary>A text cannot be written in the character set of the message.</summary>
    public const int NotWritable = 3210;

    /// <summary>It becomes several messages where one is asked for.</summary>
    public const int SeveralMessages = 3211;

    /// <summary>There is more in it than is taken.</summary>
    public const int TooLarge = 3212;
}
