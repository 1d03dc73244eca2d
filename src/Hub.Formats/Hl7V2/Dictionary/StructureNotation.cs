using System.Buffers;

namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>
/// Reads a structure as the standard writes it (chapter 2, "message structure notation"): <c>[optional]</c>, <c>{repeating}</c>,
/// <c>&lt;one|of|these&gt;</c>; ours are <c>(GROUP its segments)</c> and <c>*</c> for any segment. The texts are ours, so a fault in one is a bug.
/// </summary>
internal ref struct StructureNotation
{
    private static readonly SearchValues<char> s_ends = SearchValues.Create(" |[]{}<>()");

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private StructureNotation(ReadOnlySpan<char> text) => _text = text;

    public static IReadOnlyList<StructureNode> Read(string text)
    {
        StructureNotation reader = new(text);
        List<StructureNode> nodes = reader.ReadUntil('\0');
        return reader._at == text.Length ? nodes : throw new FormatException($"{text}: something is left at {reader._at}.");
    }

    private List<StructureNode> ReadUntil(char end)
    {
        List<StructureNode> nodes = [];
        while (_at < _text.Length && _text[_at] != end)
        {
            if (_text[_at] is ' ' or '|')
                _at++;
            else
                nodes.Add(ReadNode());
        }

        return nodes;
    }

    private StructureNode ReadNode()
    {
        switch (_text[_at])
        {
            case '[':
                return ReadIn(']') with { Min = 0 };
            case '{':
                return ReadIn('}') with { Max = null };
            case '<':
                _at++;
                List<StructureNode> choices = ReadUntil('>');
                Take('>');
                return new(StructureNodeKind.Choice, "", 1, 1, choices);
            case '(':
                _at++;
                string name = ReadName();
                List<StructureNode> children = ReadUntil(')');
                Take(')');
                return new(StructureNodeKind.Group, name, 1, 1, children);
            default:
                string segment = ReadName();
                return new(segment == "*" ? StructureNodeKind.AnySegment : StructureNodeKind.Segment, segment, 1, 1, []);
        }
    }

    private StructureNode ReadIn(char end)
    {
        _at++;
        StructureNode node = ReadNode();
        Take(end);
        return node;
    }

    private string ReadName()
    {
        int length = _text[_at..].IndexOfAny(s_ends);
        string name = new(length < 0 ? _text[_at..] : _text.Slice(_at, length));
        _at += name.Length;
        return name.Length > 0 ? name : throw new FormatException($"{_text}: a name is missing at {_at}.");
    }

    private void Take(char expected)
    {
        if (_at >= _text.Length || _text[_at] != expected)
            throw new FormatException($"{_text}: {expected} is missing at {_at}.");
        _at++;
    }
}
