using Hub.Formats.Hl7V2.Outline;

namespace Hub.Engine.Commands;

/// <summary>Writes a message as a tree: a line a segment, field, component and subcomponent, with name, value and what a code means.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">The width of the window, to which lines are cut; null when a program reads them: then nothing is cut.</param>
internal sealed class ShownTree(TextWriter output, int? width)
{
    // Wider ones push what follows them to the right.
    private const int WidestPath = 22;
    private const int WidestName = 38;

    private int _pathWidth;
    private int _nameWidth;

    public void Write(Hl7Outline outline, IReadOnlyList<ShownProblem> problems)
    {
        ShownProblems places = new(outline, problems);
        IEnumerable<(OutlinePart Part, int Depth)> all = outline.Segments.SelectMany(segment => Flat(segment.Fields, 1));
        _pathWidth = Widest(all.Select(line => (2 * line.Depth) + line.Part.Path.Length), WidestPath);
        _nameWidth = Widest(all.Select(line => line.Part.Name?.Length ?? 0), WidestName);
        WriteHead(outline);
        WriteProblems(places.At(""), "", 0);
        foreach (OutlineSegment segment in outline.Segments)
        {
            Line($"{Output.Plain(segment.Path)}  {segment.Name ?? $"[{segment.Note}]"}");
            WriteProblems(places.At(segment.Path), segment.Path, 1);
            foreach ((OutlinePart part, int depth) in Flat(segment.Fields, 1))
            {
                Line(Text(part, depth));
                WriteProblems(places.At(part.Path), part.Path, depth + 1);
            }
        }
    }

    private void WriteHead(Hl7Outline outline)
    {
        string version = outline.Version.Length > 0 ? $"HL7 v{outline.Version}" : "no version in MSH-12";
        string readAs = outline.IsExact ? "" : $", read as {outline.ReadAs}";
        string structure = outline.Structure is null ? "a message that the version does not define" : $"{outline.Structure}, {outline.Description}";
        Line(Output.Plain($"{(outline.Type.Length > 0 ? outline.Type : "no type in MSH-9")}: {structure}; {version}{readAs}; {outline.CharacterSet}"));
    }

    private void WriteProblems(IEnumerable<ShownProblem> problems, string path, int depth)
    {
        foreach (ShownProblem problem in problems)
        {
            string place = problem.Path is null || problem.Path == path ? "" : $"{problem.Path}: ";
            string code = problem.Code is null ? "" : $"{problem.Code} ";
            Line($"{new string(' ', 2 * depth)}! {problem.Severity} {code}{place}{problem.Text}");
        }
    }

    private string Text(OutlinePart part, int depth)
    {
        string left = $"{new string(' ', 2 * depth)}{Output.Plain(part.Path)}".PadRight(_pathWidth) + "  " + (part.Name ?? "").PadRight(_nameWidth);
        string value = part.Value is null ? "" : $"  {Output.Plain(part.Value)}";
        string meaning = part.Meaning is null ? "" : $"  ({part.Meaning})";
        string note = part.Note is null ? "" : $"  [{part.Note}]";
        return $"{left}{value}{meaning}{note}".TrimEnd(' ');
    }

    private void Line(string text) => output.WriteLine(width is { } most ? Cut(text, most) : text);

    /// <summary>A line no longer than the window; a character of two halves is not cut through.</summary>
    internal static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        int end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}…";
    }

    /// <summary>The width of the window; null when there is none.</summary>
    internal static int? WindowWidth()
    {
        if (Console.IsOutputRedirected)
            return null;
        // A window that tells no width, or next to none, is taken for an ordinary one.
        return Console.WindowWidth is >= 20 and int wide ? wide : 80;
    }

    private static int Widest(IEnumerable<int> lengths, int most) => Math.Min(most, lengths.DefaultIfEmpty().Max());

    private static IEnumerable<(OutlinePart Part, int Depth)> Flat(IEnumerable<OutlinePart> parts, int depth) =>
        parts.SelectMany(part => Flat(part.Parts ?? [], depth + 1).Prepend((part, depth)));
}
