namespace Hub.Formats.Fhir.Definitions;

// The whole text is held (some 300,000 characters) and only its lines with names are looked at when it is read; what stands
// below a name is taken apart when somebody asks for it. So a hub that sees only ADT never builds the other 140 resources.

/// <summary>An embedded text of facts, a line each with cells apart by tabs, in blocks that begin with a line of a given kind.</summary>
internal sealed class DefinitionText
{
    private readonly string _text;
    private readonly Dictionary<string, (int Start, int End)> _blocks = new(StringComparer.Ordinal);

    /// <param name="resource">The name of the embedded text.</param>
    /// <param name="kind">The first cell of lines that begin a block; the second is its name.</param>
    public DefinitionText(string resource, char kind)
    {
        using Stream stream = typeof(DefinitionText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded in {typeof(DefinitionText).Assembly.GetName().Name}.");
        using StreamReader reader = new(stream);
        _text = reader.ReadToEnd();
        string? name = null;
        int start = 0;
        for (int at = 0; at < _text.Length; at = _text.IndexOf('\n', at) + 1)
        {
            if (_text[at] != kind || _text[at + 1] != '\t')
                continue;
            if (name is not null)
                _blocks.Add(name, (start, at));
            else
                Preamble = (0, at);
            (name, start) = (Name(at + 2), at);
        }

        _blocks.Add(name!, (start, _text.Length));
    }

    /// <summary>The names of the blocks, in the order of the text.</summary>
    public IEnumerable<string> Names => _blocks.Keys;

    private (int Start, int End) Preamble { get; }

    /// <summary>The lines before the first block.</summary>
    public IEnumerable<string[]> ReadPreamble() => Read(Preamble);

    /// <summary>The lines of a block, the one with its name first; null when there is none of that name.</summary>
    public IEnumerable<string[]>? ReadBlock(string name) => _blocks.TryGetValue(name, out (int, int) block) ? Read(block) : null;

    private IEnumerable<string[]> Read((int Start, int End) block)
    {
        for (int at = block.Start; at < block.End;)
        {
            int end = _text.IndexOf('\n', at);
            yield return _text[at..end].Split('\t');
            at = end + 1;
        }
    }

    private string Name(int at) => _text.Substring(at, _text.AsSpan(at).IndexOfAny('\t', '\n'));
}
