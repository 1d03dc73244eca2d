namespace Hub.Channels.Destinations.Replies;

/// <summary>What the answers of a destination's receiver have, so that rules can go by it.</summary>
[Flags]
public enum AnswerParts
{
    /// <summary>There are no answers.</summary>
    None = 0,

    /// <summary>An HL7 acknowledgment code, MSA-1.</summary>
    Code = 1,

    /// <summary>An HTTP status.</summary>
    Status = 2,

    /// <summary>Text.</summary>
    Text = 4,
}
