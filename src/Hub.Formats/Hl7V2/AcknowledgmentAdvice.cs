namespace Hub.Formats.Hl7V2;

/// <summary>What an acknowledgment tells the user of the sending system (ERR-8, HL7 v2.5.1 §2.15.5.8): words about the code of HL7 table 0357 and never about what the message holds.</summary>
public static class AcknowledgmentAdvice
{
    /// <summary>For a message that is not taken although nothing is wrong with it: a batch is taken as a whole or not at all.</summary>
    public const string OfBatch = "The message was not taken, because another one of its batch was refused. Send it again when that one is corrected.";

    /// <summary>What to do about a code.</summary>
    /// <param name="code">A code of HL7 table 0357.</param>
    /// <returns>A sentence or two for a person; for a code that the table does not have that of 207.</returns>
    public static string Of(int code) => code switch
    {
        100 => "Segments are missing or not in their order. Correct the message and send it again.",
        101 => "A required field is empty. Fill it and send the message again.",
        102 => "A value is not of the type of its field. Correct it and send the message again.",
        103 => "A value is not in the table of its field. Correct it and send the message again.",
        200 => "Messages of this type or from this sender are not taken here. Check where the message is to go.",
        201 => "This trigger event is not taken here. Check where the message is to go.",
        202 => "Messages with this processing id are not taken here. Check where the message is to go.",
        203 => "This version of HL7 is not taken here. Check where the message is to go.",
        _ => "The message was not taken. Send it again later; if it is refused again, give the receiving side what ERR-7 says.",
    };
}
