using Hub.Channels.Cases;

namespace Hub.Engine.Commands;

/// <summary>Writes differences for people: the place with its name, then what stands on the left and on the right.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">The width of the window, to which lines are cut; null when a program reads them: then nothing is cut.</param>
internal sealed class DiffWriter(TextWriter output, int? width)
{
    public void Write(string left, string right, IReadOnlyList<DiffEntry> found)
    {
        if (found.Count == 0)
        {
            Line("No differences.");
            return;
        }

        Line($"- {left}");
        Line($"+ {right}");
        foreach (DiffEntry entry in found)
            Write(entry);
        Line($"{found.Count} {(found.Count == 1 ? "difference" : "differences")}.");
    }

    private void Write(DiffEntry entry)
    {
        string[] place = [entry.Message is { } number ? $"message {number}" : "", Output.Plain(entry.Place)];
        string[] words = [string.Join(' ', place.Where(part => part.Length > 0)), entry.Name ?? "", Word(entry)];
        output.WriteLine();
        Line(string.Join("  ", words.Where(word => word.Length > 0)));
        if (entry.Kind != nameof(Hl7ChangeKind.Added))
            Value('-', entry.Left, entry.LeftMeaning);
        if (entry.Kind != nameof(Hl7ChangeKind.Removed))
            Value('+', entry.Right, entry.RightMeaning);
    }

    private static string Word(DiffEntry entry) => entry.Kind switch
    {
        nameof(Hl7ChangeKind.Added) => "[on the right alone]",
        nameof(Hl7ChangeKind.Removed) => "[on the left alone]",
        nameof(Hl7ChangeKind.Separators) => "[the same values, other separators at the end]",
        "Text" => "[not HL7 v2 on both sides: compared as text]",
        _ when entry.Left == entry.Right => "[the same text in other bytes]",
        _ => "",
    };

    private void Value(char side, string? value, string? meaning)
    {
        foreach (string line in (value ?? "[nothing]").Split('\n'))
            Line($"  {side} {Output.Plain(line)}{(meaning is null ? "" : $"  ({meaning})")}");
    }

    private void Line(string text) => output.WriteLine(width is { } most ? ShownTree.Cut(text, most) : text);
}
