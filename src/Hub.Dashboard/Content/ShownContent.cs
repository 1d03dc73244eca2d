using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;

namespace Hub.Dashboard.Content;

/// <summary>What a message says, made ready to be shown: its tree where it is HL7 v2, and its text.</summary>
/// <param name="Trees">A tree for each message of it; none of what is not HL7 v2.</param>
/// <param name="Text">The text; cut when it is long.</param>
/// <param name="CharacterSet">What it is read in.</param>
/// <param name="Fault">Why it is no HL7 v2; null when it is.</param>
/// <param name="IsCut">Whether more of it is there than is shown.</param>
public sealed record ShownContent(IReadOnlyList<ShownTree> Trees, string Text, string CharacterSet, string? Fault, bool IsCut)
{
    /// <summary>How much text a page shows: more is for a file (<c>hub show --raw</c>).</summary>
    public const int MostText = 64 * 1024;

    /// <summary>How many lines all trees of a page have together.</summary>
    public const int MostLines = 1_500;

    private const int MostMessages = 20;

    /// <summary>Makes it ready.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isMasked">Whether values are left out.</param>
    public static ShownContent Of(ReadOnlyMemory<byte> bytes, bool isMasked)
    {
        Hl7Fault? fault = null;
        IReadOnlyList<ReadOnlyMemory<byte>> messages = [bytes];
        bool hasMore = false;
        if (Hl7Batch.Is(bytes.Span))
        {
            messages = [.. Hl7Batch.Read(bytes, 100_000, out fault)?.Messages ?? []];
            hasMore = messages.Count > MostMessages;
        }

        int left = MostLines;
        List<ShownTree> trees = [];
        foreach (ReadOnlyMemory<byte> one in messages.Take(MostMessages))
        {
            if (Hl7Message.Parse(one, out Hl7Fault? problem) is not { } message)
                fault ??= problem;
            else
                trees.Add(ShownTree.Of(message, isMasked, ref left));
        }

        string text = isMasked ? "" : ContentText.Of(bytes);
        bool isLong = text.Length > MostText;
        return new(trees, isLong ? text[..MostText] : text, ContentText.CharacterSetOf(bytes).Name, fault?.Text, hasMore || isLong || left <= 0);
    }
}

/// <summary>A message as a tree.</summary>
/// <param name="Head">Type, structure, version and character set.</param>
/// <param name="Lines">Its lines: segments, fields, components, subcomponents.</param>
public sealed record ShownTree(Hl7Outline Head, IReadOnlyList<ShownLine> Lines)
{
    private const string Mask = "••••";

    /// <summary>Makes the tree of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isMasked">Whether values are left out.</param>
    /// <param name="left">How many lines there is room for.</param>
    public static ShownTree Of(Hl7Message message, bool isMasked, ref int left)
    {
        Hl7Outline outline = Hl7Outline.Of(message);
        List<ShownLine> lines = [];
        foreach (OutlineSegment segment in outline.Segments)
        {
            Add(lines, new(0, segment.Path, segment.Name ?? "", null, null, segment.Note), ref left);
            foreach (OutlinePart field in segment.Fields)
                Add(lines, field, 1, isMasked, ref left);
        }

        return new(outline, lines);
    }

    private static void Add(List<ShownLine> lines, OutlinePart part, int depth, bool isMasked, ref int left)
    {
        string? value = part.Value is null ? null : isMasked ? Mask : part.Value;
        Add(lines, new(depth, part.Path, part.Name ?? "", value, isMasked ? null : part.Meaning, part.Note), ref left);
        foreach (OutlinePart below in part.Parts ?? [])
            Add(lines, below, depth + 1, isMasked, ref left);
    }

    private static void Add(List<ShownLine> lines, ShownLine line, ref int left)
    {
        if (left-- > 0)
            lines.Add(line);
    }
}

/// <summary>A line of a tree.</summary>
/// <param name="Depth">How deep it stands: 0 is a segment.</param>
/// <param name="Path">Its place.</param>
/// <param name="Name">What the standard calls it.</param>
/// <param name="Value">Its text; null when it has parts.</param>
/// <param name="Meaning">What the code means.</param>
/// <param name="Note">What there is to say about it.</param>
public sealed record ShownLine(int Depth, string Path, string Name, string? Value, string? Meaning, string? Note);
