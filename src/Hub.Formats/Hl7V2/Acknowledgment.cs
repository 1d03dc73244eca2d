using System.Globalization;
using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>What an acknowledgment says: MSA-1, HL7 table 0008.</summary>
public enum AcknowledgmentCode
{
    /// <summary>Application accept.</summary>
    AA,

    /// <summary>Application error: the content is wrong.</summary>
    AE,

    /// <summary>Application reject: not wanted, or not possible now.</summary>
    AR,

    /// <summary>Accept answer of enhanced mode: it is stored.</summary>
    CA,

    /// <summary>Accept answer of enhanced mode: the content is wrong, or it cannot be stored now.</summary>
    CE,

    /// <summary>Accept answer of enhanced mode: not wanted here.</summary>
    CR,
}

/// <summary>One problem told to the sender: a code of HL7 table 0357 and a place. It never carries content.</summary>
/// <param name="Code">The code.</param>
/// <param name="Path">The place; null for the message as a whole.</param>
public sealed record AcknowledgmentError(int Code, FieldPath? Path)
{
    /// <summary>Of a batch, the message it is about, from 1; 0 when it is about all of it. Default 0.</summary>
    public int Message { get; init; }

    /// <summary>ERR-7: what finds the problem on the receiving side, a number and no content. Versions before 2.5 have no place for it. Null leaves it out.</summary>
    public string? Diagnostic { get; init; }

    /// <summary>ERR-8: what the user of the sending system reads, no content; of a long text the first 250 characters. Null leaves it out.</summary>
    public string? UserText { get; init; }
}

/// <summary>What an acknowledgment has beside its code, where that is asked for.</summary>
/// <param name="SequenceNumber">MSA-4 (protocol Q02 to Q06); null leaves it out.</param>
/// <param name="AcceptCondition">
/// For the application answer of enhanced mode, which is the first message of a new exchange: its MSH-15, <c>NE</c> or <c>AL</c>; its MSH-16 is NE (protocol A10).
/// Null for every other answer, which has neither (protocol A02).
/// </param>
public readonly record struct AcknowledgmentDetails(long? SequenceNumber = null, string? AcceptCondition = null);

/// <summary>Builds acknowledgments in original and enhanced mode (HL7 v2.5.1 §2.9.2, §2.9.3; protocol A02, A03, A05, A07, A10).</summary>
public static class Acknowledgment
{
    private const int MostErrors = 10;

    // HL7 v2.5.1 §2.15.5.8: ERR-8 has 250 characters.
    private const int LongestUserText = 250;

    private static readonly Version s_assumed = new(2, 5);
    private static readonly Version s_version24 = new(2, 4);
    private static readonly Version s_version25 = new(2, 5);
    private static readonly Version s_version27 = new(2, 7);

    /// <summary>Builds the answer to a block.</summary>
    /// <param name="inbound">The block as received. It may be cut short: only its header is read.</param>
    /// <param name="code">What to say.</param>
    /// <param name="errors">Why, when not accepted; the first ten are told.</param>
    /// <param name="now">The time for MSH-7, with its offset.</param>
    /// <param name="controlId">MSH-10 of the answer, at most 20 characters of ASCII.</param>
    /// <param name="details">What else it has.</param>
    /// <returns>The answer without a frame; to a block without a header segment (JSON, XML, anything that a channel takes) with a header like that of <see cref="BuildUndecodable"/>, the code, an empty MSA-2 and the problems.</returns>
    public static byte[] Build(ReadOnlySpan<byte> inbound, AcknowledgmentCode code, IReadOnlyList<AcknowledgmentError> errors, DateTimeOffset now, string controlId, AcknowledgmentDetails details = default)
    {
        int start = Hl7Header.Find(inbound);
        if (start < 0)
            return BuildHeaderless(code, errors, now, controlId);
        // E05: with delimiters that cannot be used, the answer has the recommended ones and MSA-2 is what MSH-1 alone gives.
        bool readable = Hl7Delimiters.TryRead(inbound[start..], out Hl7Delimiters delimiters);
        // The header of a batch has no version, type or processing id, and other fields in their places.
        bool isBatch = !inbound[start..].StartsWith("MSH"u8);
        Version version = readable && !isBatch ? VersionOf(inbound, delimiters) : s_assumed;
        AckWriter writer = new(delimiters) { CharacterSet = errors.Count > 0 && readable && !isBatch ? SetOf(inbound, delimiters) : Hl7CharacterSet.Ascii };
        if (readable && isBatch)
            WriteHeaderOfBatch(writer, inbound, now, controlId);
        else if (readable)
            WriteHeader(writer, inbound, version, now, controlId, details.AcceptCondition);
        else
            writer.Segment("MSH").EncodingCharacters().Fields(4).Field(Time(now)).Fields(1).Field("ACK").Field(controlId).Field("P").Field("2.5").End();
        // A03: MSA-3 only before 2.7 and only when not accepted.
        bool withText = !IsPositive(code) && errors.Count > 0 && version < s_version27;
        // A batch that cannot be read is answered by what names it: FHS-11, BHS-11, or MSH-10 of its first message.
        writer.Segment("MSA").Field(code.ToString()).Field(AnswerView.NamedBy(inbound));
        if (withText)
            writer.Field(TextOf(errors[0].Code));
        if (details.SequenceNumber is { } number)
            writer.Fields(withText ? 0 : 1).Field(number.ToString(CultureInfo.InvariantCulture));
        writer.End();
        foreach (AcknowledgmentError error in errors.Take(MostErrors))
            WriteError(writer, error, version);
        return writer.ToArray();
    }

    private static byte[] BuildHeaderless(AcknowledgmentCode code, IReadOnlyList<AcknowledgmentError> errors, DateTimeOffset now, string controlId)
    {
        AckWriter writer = new(Hl7Delimiters.Standard);
        writer.Segment("MSH").EncodingCharacters().Fields(4).Field(Time(now)).Fields(1).Field("ACK").Field(controlId).Field("P").Field("2.5").End();
        writer.Segment("MSA").Field(code.ToString()).Fields(1);
        if (!IsPositive(code) && errors.Count > 0)
            writer.Field(TextOf(errors[0].Code));
        writer.End();
        foreach (AcknowledgmentError error in errors.Take(MostErrors))
            WriteError(writer, error, s_assumed);
        return writer.ToArray();
    }

    /// <summary>Builds the answer to a block that is no message at all (protocol A07).</summary>
    /// <param name="now">The time.</param>
    /// <param name="controlId">MSH-10 of the answer.</param>
    /// <returns>The answer without a frame.</returns>
    public static byte[] BuildUndecodable(DateTimeOffset now, string controlId) => Encoding.ASCII.GetBytes(
        $"MSH|^~\\&|||||{Time(now)}||ACK|{controlId}|P|2.5\rMSA|AR|\rERR|||100^{TextOf(100)}^HL70357|E\r");

    private static bool IsPositive(AcknowledgmentCode code) => code is AcknowledgmentCode.AA or AcknowledgmentCode.CA;

    /// <summary>The text that HL7 table 0357 gives for a code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The text; that of 207 for a code the table does not have.</returns>
    public static string TextOf(int code) => code switch
    {
        0 => "Message accepted",
        100 => "Segment sequence error",
        101 => "Required field missing",
        102 => "Data type error",
        103 => "Table value not found",
        200 => "Unsupported message type",
        201 => "Unsupported event code",
        202 => "Unsupported processing id",
        203 => "Unsupported version id",
        204 => "Unknown key identifier",
        205 => "Duplicate key identifier",
        206 => "Application record locked",
        _ => "Application internal error",
    };

    // A02, A10: sender and receiver change places, whole fields as received; version, processing id and character set as received.
    private static void WriteHeader(AckWriter writer, ReadOnlySpan<byte> inbound, Version version, DateTimeOffset now, string controlId, string? acceptCondition)
    {
        ReadOnlySpan<byte> trigger = Hl7Parts.Get(Hl7Header.Field(inbound, 9), writer.Delimiters.Component, 2);
        writer.Segment("MSH").EncodingCharacters();
        foreach (int field in (ReadOnlySpan<int>)[5, 6, 3, 4])
            writer.Field(Hl7Header.Field(inbound, field));
        writer.Field(Time(now)).Fields(1);
        if (trigger.IsEmpty || version < s_version24)
            writer.Field("ACK");
        else
            writer.Field("ACK").Component(trigger).Component("ACK"u8);
        writer.Field(controlId).Field(Hl7Header.Field(inbound, 11)).Field(Hl7Header.Field(inbound, 12));
        if (acceptCondition is not null)
            writer.Fields(2).Field(acceptCondition).Field("NE");
        ReadOnlySpan<byte> characterSet = Hl7Header.Field(inbound, 18);
        if (!characterSet.IsEmpty)
            writer.Fields(acceptCondition is null ? 5 : 1).Field(characterSet);
        writer.End();
    }

    private static void WriteHeaderOfBatch(AckWriter writer, ReadOnlySpan<byte> inbound, DateTimeOffset now, string controlId)
    {
        writer.Segment("MSH").EncodingCharacters();
        foreach (int field in (ReadOnlySpan<int>)[5, 6, 3, 4])
            writer.Field(Hl7Header.Field(inbound, field));
        writer.Field(Time(now)).Fields(1).Field("ACK").Field(controlId).Field("P").Field("2.5").End();
    }

    // A05; HL7 v2.5.1 §2.15.5 (ERR) and, before 2.5, v2.4 §2.16.5.
    private static void WriteError(AckWriter writer, AcknowledgmentError error, Version version)
    {
        string code = error.Code.ToString(CultureInfo.InvariantCulture);
        writer.Segment("ERR");
        if (version >= s_version25)
        {
            writer.Fields(1).Field("").Location(error.Path, deep: true);
            writer.Field(code).Component(Encoding.ASCII.GetBytes(TextOf(error.Code))).Component("HL70357"u8).Field("E");
            if (error.Diagnostic is not null || error.UserText is not null)
                writer.Fields(2).Field(error.Diagnostic ?? "");
            if (error.UserText is { } text)
                writer.Field(text.Length > LongestUserText ? text[..(char.IsHighSurrogate(text[LongestUserText - 1]) ? LongestUserText - 1 : LongestUserText)] : text);
            writer.End();
            return;
        }

        writer.Field("").Location(error.Path, deep: false);
        writer.ToComponent(4).Text(code).Subcomponent(TextOf(error.Code)).Subcomponent("HL70357").End();
    }

    // A02: where it names none that is read here, ASCII, which every set has in it.
    private static Hl7CharacterSet SetOf(ReadOnlySpan<byte> inbound, Hl7Delimiters delimiters) =>
        CharacterSetChoice.InHeader(Hl7Header.Segment(inbound), delimiters, out _) ?? Hl7CharacterSet.Ascii;

    private static Version VersionOf(ReadOnlySpan<byte> inbound, Hl7Delimiters delimiters)
    {
        string text = Encoding.Latin1.GetString(Hl7Parts.Get(Hl7Header.Field(inbound, 12), delimiters.Component, 1));
        return Version.TryParse(text, out Version? version) ? version : s_assumed;
    }

    // HL7 writes the offset without a colon. Digit by digit, as every answer has one and formats are slow.
    internal static string Time(DateTimeOffset now) => string.Create(23, now, static (text, time) =>
    {
        int offset = (int)time.Offset.TotalMinutes;
        Digits(text[..4], time.Year);
        Digits(text[4..6], time.Month);
        Digits(text[6..8], time.Day);
        Digits(text[8..10], time.Hour);
        Digits(text[10..12], time.Minute);
        Digits(text[12..14], time.Second);
        text[14] = '.';
        Digits(text[15..18], time.Millisecond);
        text[18] = offset < 0 ? '-' : '+';
        Digits(text[19..21], Math.Abs(offset) / 60);
        Digits(text[21..23], Math.Abs(offset) % 60);
    });

    private static void Digits(Span<char> place, int value)
    {
        for (int i = place.Length - 1; i >= 0; i--, value /= 10)
            place[i] = (char)('0' + (value % 10));
    }
}
