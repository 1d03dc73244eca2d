using Hub.Formats.Hl7V2;

namespace Hub.Dashboard.Content;

/// <summary>
/// Content as a text that a person edits, and back to bytes: in its own character set, with its own line ends. What does not come back as the same bytes when nothing is
/// changed is not offered.
/// </summary>
public sealed class EditableText
{
    /// <summary>The longest that is edited in a page, in bytes; longer ones by <c>hub deliveries edit</c>.</summary>
    public const int MostBytes = 256 * 1024;

    private readonly Hl7CharacterSet _set;
    private readonly string _lineEnd;
    private readonly string _last;

    private EditableText(Hl7CharacterSet set, string lineEnd, string text)
    {
        (_set, _lineEnd) = (set, lineEnd);
        _last = text[text.AsSpan().TrimEnd("\r\n").Length..];
        Text = text[..^_last.Length].Replace(lineEnd, "\n", StringComparison.Ordinal);
    }

    /// <summary>The text, lines apart by LF.</summary>
    public string Text { get; }

    /// <summary>The name of its character set.</summary>
    public string CharacterSet => _set.Name;

    /// <summary>Makes a text of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Null when they are too long, or no text that would come back as they are.</returns>
    public static EditableText? Of(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length is 0 or > MostBytes)
            return null;
        try
        {
            bool isHl7 = Hl7Message.Parse(bytes, out _) is not null || Hl7Batch.Is(bytes.Span);
            Hl7CharacterSet set = ContentText.CharacterSetOf(bytes);
            string text = set.Decode(bytes.Span);
            string lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : isHl7 && text.Contains('\r', StringComparison.Ordinal) ? "\r" : "\n";
            EditableText editable = new(set, lineEnd, text);
            // Browsers send each line end as CR LF and no other control characters.
            bool isPlain = editable.Text.All(letter => letter is '\n' or '\t' || !char.IsControl(letter));
            return isPlain && editable.ToBytes(editable.Text) is { } back && back.AsSpan().SequenceEqual(bytes.Span) ? editable : null;
        }
        catch (Hl7FormatException)
        {
            return null;
        }
    }

    /// <summary>Makes bytes of what came back.</summary>
    /// <param name="text">The text, with any line ends.</param>
    /// <returns>The bytes, in the character set and with the line ends of the original.</returns>
    /// <exception cref="Hl7FormatException">The set has no bytes for a character; the text says so.</exception>
    public byte[] ToBytes(string text)
    {
        string lines = text.ReplaceLineEndings("\n").TrimEnd('\n');
        return _set.Encode(lines.Replace("\n", _lineEnd, StringComparison.Ordinal) + _last);
    }

    /// <summary>Says what keeps new bytes from being a message as the old ones were; null when nothing does.</summary>
    /// <param name="old">The bytes from before.</param>
    /// <param name="bytes">The new ones.</param>
    public static EditProblem? Check(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> bytes)
    {
        if (Hl7Batch.Is(old.Span) || Hl7Message.Parse(old, out _) is not { } before)
            return null;
        if (Hl7Message.Parse(bytes, out Hl7Fault? fault) is not { } after)
            return new(fault, before.WireCharacterSet.Name, before.WireCharacterSet.Name);
        return after.WireCharacterSet == before.WireCharacterSet ? null : new(null, before.WireCharacterSet.Name, after.WireCharacterSet.Name);
    }
}

/// <summary>Why an edit is not taken.</summary>
/// <param name="Fault">Why the bytes are no message; null when they are one in another character set, which its bytes are not written in.</param>
/// <param name="Was">The character set before.</param>
/// <param name="Becomes">That of the new bytes.</param>
public sealed record EditProblem(Hl7Fault? Fault, string Was, string Becomes);
