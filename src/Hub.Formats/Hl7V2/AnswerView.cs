using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>What a sender needs of an answer (protocol S03, S05). A view over the answer's bytes.</summary>
/// <param name="Code">MSA-1.</param>
/// <param name="ControlId">MSA-2, as it stands.</param>
public readonly record struct AnswerView(string Code, ReadOnlyMemory<byte> ControlId)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The block.</param>
    /// <param name="view">What it says, when it is one.</param>
    /// <returns>False when the block is no message or has no MSA.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> answer, out AnswerView view)
    {
        view = default;
        int start = Hl7Header.Find(answer.Span);
        if (start < 0)
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
