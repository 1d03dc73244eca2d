namespace Hub.Formats.Hl7V2;

/// <summary>When an answer is wanted: HL7 table 0155.</summary>
public enum AcknowledgmentCondition
{
    /// <summary>AL, always.</summary>
    Always,

    /// <summary>NE, never. It says nothing about whether the message is stored.</summary>
    Never,

    /// <summary>ER, only when the message is not taken.</summary>
    Error,

    /// <summary>SU, only when it is.</summary>
    Success,
}

/// <summary>Which answers a message asks for, by MSH-15 and MSH-16 (HL7 v2.5.1 §2.9.2, §2.9.3; protocol A01, A09 to A11).</summary>
/// <param name="IsEnhanced">Whether one of the two is valued; otherwise the mode is original, with one answer.</param>
/// <param name="Accept">When the accept answer is wanted (MSH-15): CA, CE, CR.</param>
/// <param name="Application">When the application answer is wanted (MSH-16): AA, AE, AR.</param>
/// <param name="IsGuessed">Whether one of them has a value that table 0155 does not have, which counts as AL.</param>
public readonly record struct AcknowledgmentRequest(bool IsEnhanced, AcknowledgmentCondition Accept, AcknowledgmentCondition Application, bool IsGuessed)
{
    private static readonly FieldPath s_type = FieldPath.Parse("MSH-9.1");
    private static readonly FieldPath s_accept = FieldPath.Parse("MSH-15");

    /// <summary>Original mode.</summary>
    public static AcknowledgmentRequest Original { get; } = new(false, AcknowledgmentCondition.Never, AcknowledgmentCondition.Always, false);

    /// <summary>Reads what a message asks for.</summary>
    /// <param name="content">The block; its header is enough. A batch is answered in original mode, because its header has no such fields.</param>
    /// <returns>The request.</returns>
    public static AcknowledgmentRequest Read(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> header = Hl7Header.Segment(content);
        if (header.Length < 4 || !header.StartsWith("MSH"u8))
            return Original;
        ReadOnlySpan<byte> accept = Hl7Header.Field(content, 15);
        ReadOnlySpan<byte> application = Hl7Header.Field(content, 16);
        if (!IsValued(accept) && !IsValued(application))
            return Original;
        bool isGuessed = false;
        AcknowledgmentCondition first = ConditionOf(accept, ref isGuessed);
        AcknowledgmentRequest request = new(true, first, ConditionOf(application, ref isGuessed), isGuessed);
        return Hl7Batch.Is(content) ? Original : request;
    }

    /// <summary>Whether the accept answer is to be sent (protocol A09).</summary>
    /// <param name="isTaken">Whether the message was taken.</param>
    public bool WantsAccept(bool isTaken) => Holds(Accept, isTaken);

    /// <summary>Whether the application answer is to be sent (protocol A10).</summary>
    /// <param name="isTaken">Whether what became of the message is good.</param>
    public bool WantsApplication(bool isTaken) => Holds(Application, isTaken);

    private static bool Holds(AcknowledgmentCondition condition, bool isTaken) => condition switch
    {
        AcknowledgmentCondition.Always => true,
        AcknowledgmentCondition.Error => !isTaken,
        AcknowledgmentCondition.Success => isTaken,
        _ => false,
    };

    /// <summary>Whether a message is an answer itself, to which nothing is ever said (protocol A13): an ACK, or one with MSA that asks for no accept answer (MSH-15).</summary>
    /// <param name="message">The message.</param>
    public static bool IsOfAnswer(Hl7Message message) => IsAcknowledgment(message) || (message.CountSegments("MSA") > 0 && !IsValued(message.GetRaw(s_accept)));

    /// <summary>Whether a message is an ACK, which says nothing but how another message fared.</summary>
    /// <param name="message">The message.</param>
    public static bool IsAcknowledgment(Hl7Message message) => message.GetRaw(s_type).SequenceEqual("ACK"u8);

    private static bool IsValued(ReadOnlySpan<byte> field) => !field.IsEmpty && !field.SequenceEqual("\"\""u8);

    private static AcknowledgmentCondition ConditionOf(ReadOnlySpan<byte> field, ref bool isGuessed)
    {
        if (!IsValued(field) || field.SequenceEqual("NE"u8))
            return AcknowledgmentCondition.Never;
        if (field.SequenceEqual("ER"u8))
            return AcknowledgmentCondition.Error;
        if (field.SequenceEqual("SU"u8))
            return AcknowledgmentCondition.Success;
        isGuessed |= !field.SequenceEqual("AL"u8);
        return AcknowledgmentCondition.Always;
    }
}
