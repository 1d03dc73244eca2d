using System.Buffers;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>A repetition, component or subcomponent of a message that is being made.</summary>
internal sealed class DraftValue
{
    private List<DraftValue>? _parts;

    public string? Text { get; private set; }

    /// <summary>Its text: of one with parts that of the first.</summary>
    public string First => _parts is null ? Text ?? "" : _parts.Count == 0 ? "" : _parts[0].First;

    public bool IsEmpty => _parts is null ? string.IsNullOrEmpty(Text) : _parts.TrueForAll(part => part.IsEmpty);

    public int Count => _parts?.Count ?? 1;

    public bool IsAscii => _parts is null ? Text is null || System.Text.Ascii.IsValid(Text) : _parts.TrueForAll(part => part.IsAscii);

    /// <summary>A part, from 1, made when it is not there; what the whole says becomes the first.</summary>
    public DraftValue Part(int number)
    {
        if (_parts is null)
        {
            _parts = [];
            if (Text is not null)
                _parts.Add(new() { Text = Text });
            Text = null;
        }

        while (_parts.Count < number)
            _parts.Add(new());
        return _parts[number - 1];
    }

    /// <summary>A part that is there; null when it is not.</summary>
    public DraftValue? Find(int number) => _parts is null ? (number == 1 ? this : null) : number <= _parts.Count ? _parts[number - 1] : null;

    /// <summary>Sets the text, of one with parts that of the first.</summary>
    public void Set(string text)
    {
        if (_parts is null)
            Text = text;
        else
            Part(1).Set(text);
    }

    public void Clear() => (Text, _parts) = (null, null);

    /// <summary>Leaves of the parts the first alone.</summary>
    public void KeepFirst() => (Text, _parts) = (First.Length == 0 ? null : First, null);

    public DraftValue Clone() => new() { Text = Text, _parts = _parts?.ConvertAll(part => part.Clone()) };

    public void Take(DraftValue other) => (Text, _parts) = (other.Text, other._parts);

    public void Write(IBufferWriter<byte> to, int level, Func<string, byte[]> encode)
    {
        if (_parts is null)
        {
            if (Text is { Length: > 0 })
                to.Write(encode(Text));
            return;
        }

        int last = _parts.FindLastIndex(part => !part.IsEmpty);
        for (int i = 0; i <= last; i++)
        {
            if (i > 0)
                to.Write(level == 0 ? "^"u8 : "&"u8);
            // HL7 v2.5.1 §2.5.3: below subcomponents there is nothing.
            if (level == 0)
                _parts[i].Write(to, level + 1, encode);
            else if (_parts[i].First.Length > 0)
                to.Write(encode(_parts[i].First));
        }
    }
}

/// <summary>A segment that is being made.</summary>
internal sealed class DraftSegment(string name)
{
    private readonly SortedDictionary<int, List<DraftValue>> _fields = [];

    public string Name => name;

    public IEnumerable<int> Fields => _fields.Where(each => each.Value.Exists(value => !value.IsEmpty)).Select(each => each.Key);

    public bool IsEmpty => !Fields.Any();

    /// <summary>Whether it is of an observation that has a status, whether or not the table of the field has a code for it.</summary>
    public bool HasState { get; set; }

    /// <summary>The repetitions that are there.</summary>
    public IReadOnlyList<DraftValue> All(int field) => _fields.TryGetValue(field, out List<DraftValue>? values) ? values : [];

    /// <summary>A repetition, from 1, made when it is not there.</summary>
    public DraftValue Value(int field, int repetition = 1)
    {
        if (!_fields.TryGetValue(field, out List<DraftValue>? values))
            _fields[field] = values = [];
        while (values.Count < repetition)
            values.Add(new());
        return values[repetition - 1];
    }

    /// <summary>The text of a field; empty when it says nothing.</summary>
    public string TextOf(int field) => All(field) is [var first, ..] ? first.First : "";

    public void Set(int field, string text) => Value(field).Set(text);

    public void Remove(int field) => _fields.Remove(field);

    public void Write(IBufferWriter<byte> to, Hl7CharacterSet set)
    {
        to.Write(set.Encode(name));
        int last = Fields.DefaultIfEmpty(0).Max();
        bool isHeader = name == "MSH";
        if (isHeader)
            to.Write("|^~\\&"u8);
        for (int i = isHeader ? 3 : 1; i <= last; i++)
        {
            to.Write("|"u8);
            bool isNext = false;
            List<DraftValue> values = [.. All(i)];
            values.RemoveRange(values.FindLastIndex(value => !value.IsEmpty) + 1, values.Count - values.FindLastIndex(value => !value.IsEmpty) - 1);
            foreach (DraftValue value in values)
            {
                if (isNext)
                    to.Write("~"u8);
                value.Write(to, 0, text => Encode(text, set));
                isNext = true;
            }
        }

        to.Write("\r"u8);
    }

    // HL7 v2.5.1 §2.7.6: \.br\ begins a new line of formatted text; line feeds themselves would end the segment.
    private static byte[] Encode(string text, Hl7CharacterSet set)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        ArrayBufferWriter<byte> written = new(text.Length + 8);
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                written.Write("\\.br\\"u8);
            written.Write(Hl7Escapes.Encode(set.Encode(lines[i]), Hl7Delimiters.Standard));
        }

        return written.WrittenSpan.ToArray();
    }
}
