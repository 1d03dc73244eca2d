namespace Hub.Contracts;

/// <summary>How bad a problem of a message is.</summary>
public enum ProblemSeverity
{
    /// <summary>The message is not as it has to be. Told to the sender of a message that is not accepted.</summary>
    Error,

    /// <summary>Something that may lead to trouble. Kept with the message; nobody refuses a message for it.</summary>
    Warning,

    /// <summary>Something worth knowing. Kept with the message.</summary>
    Information,
}

/// <summary>
/// Something wrong with one message. Kept with it in the journal and, by code and place alone, told to the sender.
/// What the Hub itself writes into <see cref="Text"/> may name values of the message header (a version, an application) but never patient data; a script of a channel may
/// put anything there, so it is shown by <see cref="TextFor"/>.
/// </summary>
/// <param name="Code">HL7 table 0357: 100 segment sequence, 101 required field, 102 data type, 103 table value, 200 message type, 201 event, 202 processing id, 203 version, 207 internal error.</param>
/// <param name="Path">Where, as people write it (<c>MSH-12</c>, <c>PID-3[2].1</c>); null when it is the message as a whole.</param>
/// <param name="Text">What is wrong and what to do, for the person who reads the journal. What validation finds says what to do in <see cref="Remedy"/>.</param>
public sealed record MessageProblem(int Code, string? Path, string Text)
{
    /// <summary>How bad it is. Default: an error.</summary>
    public ProblemSeverity Severity { get; init; }

    /// <summary>The number of the rule that the message breaks, shown as <c>HUB3101</c>; it never changes its meaning. Null for a problem that no rule of validation found.</summary>
    public int? Rule { get; init; }

    /// <summary>Of a batch, the message it is about, from 1; 0 when it is about all of it, and in what is no batch. Default 0.</summary>
    public int BatchMessage { get; init; }

    /// <summary>What to do about it, where the text does not say so. Never patient data.</summary>
    public string? Remedy { get; init; }

    /// <summary>What the user of the sending system is told (ERR-8), where the sentence for the code says too little; no content, 250 characters at most. Null: the sentence for the code.</summary>
    public string? Advice { get; init; }

    /// <summary>What is wrong, for somebody.</summary>
    /// <param name="readsReasons">Whether that person may read what can repeat what the message says.</param>
    /// <returns>The text. For those who may not, that of a rule of validation alone, which names places and tables and never a value; null of any other.</returns>
    public string? TextFor(bool readsReasons) => readsReasons || Rule is not null ? Text : null;
}
