using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>What a sender needs of an answer (protocol S03, S05). A view over the answer's bytes.</summary>
/// <param name="Code">MSA-1.</param>
/// <param name="ControlId">MSA-2, as it stands.</param>
public readonly record struct AnswerView(string Code, ReadOnlyMemory<byte> ControlId)
{
    /// <summary>Most answers in one block.</summary>
    private const int MostAnswers = 100_000;

    /// <summary>Whether the code is AA or CA.</summary>
    public bool IsPositive => Code is "AA" or "CA";

    /// <summary>Whether this is a batch of answers that names no batch, so that <see cref="ControlId"/> is that of its first answer.</summary>
    public bool IsNamedByFirst { get; init; }

    /// <summary>Whether it is the answer to a block (protocol S03).</summary>
    /// <param name="sent">The block that was sent.</param>
    public bool IsFor(ReadOnlySpan<byte> sent) => Names(NamedBy(sent), FirstOf(sent));

    /// <summary>Whether it names what was sent; a batch of answers that names no batch names the first message.</summary>
    /// <param name="named">What names the block: <see cref="NamedBy"/>.</param>
    /// <param name="first">What names its first message: <see cref="FirstOf"/>.</param>
    public bool Names(ReadOnlySpan<byte> named, ReadOnlySpan<byte> first) =>
        ControlId.Span.SequenceEqual(named) || (IsNamedByFirst && ControlId.Length > 0 && ControlId.Span.SequenceEqual(first));

    /// <summary>What an answer has to name to be the answer to a block (protocol S03): MSH-10 of a message; FHS-11 or BHS-11 of a batch, or where they are empty MSH-10 of its first message.</summary>
    /// <param name="sent">The block that is sent.</param>
    /// <returns>The bytes as they stand; empty where it has none.</returns>
    public static ReadOnlySpan<byte> NamedBy(ReadOnlySpan<byte> sent)
    {
        int start = Hl7Header.Find(sent);
        bool hasHeader = start >= 0 && !sent[start..].StartsWith("MSH"u8);
        return hasHeader && OfHeaders(sent, 11) is { Length: > 0 } number ? number : FirstOf(sent);
    }

    /// <summary>MSH-10 of a message, or of the first message of a batch.</summary>
    /// <param name="sent">The block that is sent.</param>
    /// <returns>The bytes as they stand; empty where it has none.</returns>
    public static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> sent)
    {
        int start = Hl7Header.Find(sent);
        if (start < 0)
            return [];
        return Hl7Header.Field(sent[start..].StartsWith("MSH"u8) ? sent : From(sent, "MSH"u8), 10);
    }

    /// <summary>Reads an answer. A batch of answers (protocol B04), with or without a header, is one, about the batch that its header names: positive when all in it are, else with the code that matters most.</summary>
    /// <param name="answer">The block.</param>
    /// <param name="view">What it says, when it is one.</param>
    /// <returns>False when the block is no message or has no MSA; of a batch, when one of its messages has none, or a trailer counts something else.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> answer, out AnswerView view)
    {
        view = default;
        int start = Hl7Header.Find(answer.Span);
        if (start < 0)
            return false;
        bool hasHeader = !answer.Span[start..].StartsWith("MSH"u8);
        if (!hasHeader && !HasSeveral(answer))
            return TryReadOne(answer, start, out view);
        if (ReadEach(answer) is not { } answers)
            return false;
        byte[] named = hasHeader ? OfHeaders(answer.Span, 12).ToArray() : [];
        // A batch of nothing leaves out what was taken (errorsOnly).
        string code = answers.Count == 0 ? "AA" : answers.MinBy(one => Weight(one.Code)).Code;
        bool isByFirst = named.Length == 0 && answers.Count > 0;
        view = new(code, isByFirst ? answers[0].ControlId : named) { IsNamedByFirst = isByFirst };
        return true;
    }

    /// <summary>Reads the answers of a batch of answers (protocol B04), in their order.</summary>
    /// <param name="answer">The block.</param>
    /// <returns>The answers; null when it is no batch, something in it is no answer, or a trailer counts something else than is there.</returns>
    public static IReadOnlyList<AnswerView>? ReadEach(ReadOnlyMemory<byte> answer)
    {
        if (!Hl7Batch.Is(answer.Span) || Hl7Batch.Read(answer, MostAnswers, out _) is not { } batch)
            return null;
        List<AnswerView> answers = new(batch.Messages.Count);
        foreach (ReadOnlyMemory<byte> message in batch.Messages)
        {
            if (!TryReadOne(message, 0, out AnswerView one))
                return null;
            answers.Add(one);
        }

        return answers;
    }

    // Messages that stand alone, more than one of them an answer. What a receiver repeats beside its answer is none.
    private static bool HasSeveral(ReadOnlyMemory<byte> answer) =>
        Hl7Batch.Is(answer.Span)
        && (Hl7Batch.Read(answer, MostAnswers, out _, checksCounts: false) is not { } batch || batch.Messages.Count(message => TryReadOne(message, 0, out _)) > 1);

    // A field of FHS, or where that is empty of the first BHS before any message.
    private static ReadOnlySpan<byte> OfHeaders(ReadOnlySpan<byte> block, int field)
    {
        if (Hl7Header.Field(block, field) is { Length: > 0 } value)
            return value;
        ReadOnlySpan<byte> headers = block[..(block.Length - From(block, "MSH"u8).Length)];
        return Hl7Header.Field(From(headers, "BHS"u8), field);
    }

    // What begins with the first segment of a name after the header; empty where there is none.
    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name)
    {
        (int carriage, int line) = (block.IndexOf([(byte)'\r', .. name]), block.IndexOf([(byte)'\n', .. name]));
        int first = carriage < 0 || (line >= 0 && line < carriage) ? line : carriage;
        return first < 0 ? [] : block[(first + 1)..];
    }

    // Never guess (protocol L3): what nobody knows comes first, then what sending again does not mend.
    private static int Weight(string code) => code switch
    {
        "AA" or "CA" => 3,
        "AR" or "CR" => 2,
        "AE" or "CE" => 1,
        _ => 0,
    };

    private static bool TryReadOne(ReadOnlyMemory<byte> answer, int start, out AnswerView view)
    {
        view = default;
        if (answer.Length < start + 4)
            return false;
        byte separator = answer.Span[start + 3];
        bool embedded = false;
        for (int end; start < answer.Length; start = end + 1)
        {
            end = Hl7Terminators.FindEnd(answer.Span, start, separator, ref embedded);
            ReadOnlyMemory<byte> segment = answer[start..end];
            if (!Hl7Segment.HasName(segment.Span, "MSA", separator))
                continue;
            Hl7Parts.TryFind(segment.Span, separator, 3, out Range controlId);
            view = new(Encoding.Latin1.GetString(Hl7Parts.Get(segment.Span, separator, 2)), segment[controlId]);
            return true;
        }

        return false;
    }
}
