namespace Hub.Formats.Hl7V2;

/// <summary>Why bytes are not taken as a message.</summary>
/// <param name="IsUndecodable">They are no message at all (protocol E03, A07).</param>
/// <param name="IsReject">Answered AR rather than AE, when decodable.</param>
/// <param name="Code">HL7 table 0357.</param>
/// <param name="Path">Where; null for the message as a whole.</param>
/// <param name="Text">What is wrong and what to do, without message content.</param>
public sealed record Hl7Fault(bool IsUndecodable, bool IsReject, int Code, string? Path, string Text)
{
    /// <summary>What the user of the sending system is told, where the sentence for the code says too little. Null: that one.</summary>
    public string? Advice { get; init; }
}
