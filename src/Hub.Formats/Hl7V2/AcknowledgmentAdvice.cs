namespace Hub.Formats.Hl7V2;

/// <summary>What an acknowledgment tells the user of the sending system (ERR-8, HL7 v2.5.1 §2.15.5.8): words about the code of HL7 table 0357 and never about what the message holds.</summary>
public static class AcknowledgmentAdvice
{
    /// <summary>For a message that is not taken although nothing is wrong with it: a batch is taken as a whole or not at all.</summary>
    public const string OfBatch = "The message was not taken, because another one of its batch was refused. Send it again when that one is corrected.";

    /// <summary>For a message that could not be stored, of which nothing here has a number.</summary>
    public const string OfUnstored = "Nothing of the message was stored, because the receiving side has no room or cannot write now. Send it again later; if it is refused again, tell the receiving side.";

    // What follows one of these is for who runs the receiving side.
    private static readonly string[] s_forOthers = [", or change the profile", ", or let a profile", "; if the interface", "; if both sides", "; a profile can", "; else drop it"];

    /// <summary>The half of a remedy that a sender can follow.</summary>
    /// <param name="remedy">What to do, for both sides.</param>
    public static string ForSender(string remedy)
    {
        int end = s_forOthers.Select(half => remedy.IndexOf(half, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(-1).Min();
        return end < 0 ? remedy : $"{remedy[..end]}.";
    }

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
