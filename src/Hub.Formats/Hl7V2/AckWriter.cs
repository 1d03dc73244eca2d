using System.Globalization;
using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>Writes the segments of an answer with the delimiters of the message it answers. Texts given as strings are ours and are escaped; bytes are as received.</summary>
internal sealed class AckWriter(Hl7Delimiters delimiters)
{
    // Nearly every answer fits.
    private byte[] _bytes = new byte[320];
    private int _length;
    private int _segment;
    private int _component;

    public Hl7Delimiters Delimiters => delimiters;

    /// <summary>The set that texts of ours are written in; default ASCII.</summary>
    public Hl7CharacterSet CharacterSet { get; init; } = Hl7CharacterSet.Ascii;

    public AckWriter Segment(string name) => Text(name);

    public AckWriter EncodingCharacters()
    {
        Field(ReadOnlySpan<byte>.Empty);
        foreach (byte character in (ReadOnlySpan<byte>)[delimiters.Component, delimiters.Repetition, delimiters.Escape, delimiters.Subcomponent, delimiters.Truncation])
        {
            if (character == 0)
                break;
            Write(character);
        }

        return this;
    }

    public AckWriter Fields(int empty)
    {
        for (int i = 0; i < empty; i++)
            Field(ReadOnlySpan<byte>.Empty);
        return this;
    }

    public AckWriter Field(string text) => Field(ReadOnlySpan<byte>.Empty).Text(text);

    public AckWriter Field(ReadOnlySpan<byte> raw)
    {
        Write(delimiters.Field);
        Write(raw);
        _component = 1;
        return this;
    }

    public AckWriter Component(ReadOnlySpan<byte> raw)
    {
        Write(delimiters.Component);
        Write(raw);
        _component++;
        return this;
    }

    public AckWriter ToComponent(int component)
    {
        while (_component < component)
            Component([]);
        return this;
    }

    // Without a subcomponent separator in force the code stands alone.
    public AckWriter Subcomponent(string text)
    {
        if (delimiters.Subcomponent == 0)
            return this;
        Write(delimiters.Subcomponent);
        return Text(text);
    }

    /// <summary>Segment, its occurrence, field and, where they were named, repetition, component and subcomponent; parts may stop early.</summary>
    public AckWriter Location(FieldPath? path, bool deep)
    {
        if (path is null)
            return this;
        Text(path.Segment).Component(Number(Math.Max(1, path.Occurrence)));
        if (path.Field == 0)
            return this;
        Component(Number(path.Field));
        int[] parts = deep ? [path.Repetition, path.Component, path.Subcomponent] : [];
        int last = Array.FindLastIndex(parts, part => part > 0);
        for (int i = 0; i <= last; i++)
            Component(Number(Math.Max(1, parts[i])));
        return this;
    }

    public AckWriter Text(string text)
    {
        text = ReadableText.In(CharacterSet, text);
        if (!Ascii.IsValid(text))
        {
            // Escaped before it is encoded: half a character may look like a delimiter (protocol E20).
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            Write(CharacterSet.Encode(Encoding.UTF8.GetString(delimiters.Escape == 0 ? utf8 : Hl7Escapes.Encode(utf8, delimiters))));
            return this;
        }

        Room(text.Length);
        int start = _length;
        _length += Encoding.ASCII.GetBytes(text, _bytes.AsSpan(_length));
        // Times and ids of ours hold . + and -, which a sender may have chosen as delimiters.
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(start.._length);
        if (delimiters.Escape == 0 || !Hl7Escapes.IsNeeded(bytes, delimiters))
            return this;
        byte[] escaped = Hl7Escapes.Encode(bytes, delimiters);
        _length = start;
        Write(escaped);
        return this;
    }

    public void End()
    {
        ReadOnlySpan<byte> segment = _bytes.AsSpan(_segment.._length);
        if (segment.Contains((byte)'\n'))
        {
            byte[] bytes = AsOneSegment(segment);
            _length = _segment;
            Write(bytes);
        }

        Write((byte)'\r');
        _segment = _length;
    }

    public byte[] ToArray() => _bytes[.._length];

    // In a new place the line feed of a received field could come to end the segment (protocol E01).
    private byte[] AsOneSegment(ReadOnlySpan<byte> segment)
    {
        byte[] bytes = segment.ToArray();
        if (delimiters.Escape != 0)
            return Hl7Terminators.Escape(bytes, delimiters);
        bytes.AsSpan().Replace((byte)'\n', (byte)' ');
        return bytes;
    }

    private void Write(byte value)
    {
        Room(1);
        _bytes[_length++] = value;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Room(int length)
    {
        if (_bytes.Length - _length < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
    }

    private static byte[] Number(int value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
