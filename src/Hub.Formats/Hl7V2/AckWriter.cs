using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>Writes the segments of an answer with the delimiters of the message it answers. Texts given as strings are ours and are escaped; bytes are as received.</summary>
internal sealed class AckWriter(Hl7Delimiters delimiters)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);
    private int _component;

    public Hl7Delimiters Delimiters => delimiters;

    public AckWriter Segment(string name) => Text(name);

    public AckWriter EncodingCharacters() => Field(delimiters.EncodingCharacters());

    public AckWriter Fields(int empty)
    {
        for (int i = 0; i < empty; i++)
            Field(ReadOnlySpan<byte>.Empty);
        return this;
    }

    public AckWriter Field(string text) => Field(ReadOnlySpan<byte>.Empty).Text(text);

    public AckWriter Field(ReadOnlySpan<byte> raw)
    {
        _bytes.Write([delimiters.Field]);
        _bytes.Write(raw);
        _component = 1;
        return this;
    }

    public AckWriter Component(ReadOnlySpan<byte> raw)
    {
        _bytes.Write([delimiters.Component]);
        _bytes.Write(raw);
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
        _bytes.Write([delimiters.Subcomponent]);
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
        // Times and ids of ours hold . + and -, which a sender may have chosen as delimiters.
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        _bytes.Write(delimiters.Escape == 0 ? bytes : Hl7Escapes.Encode(bytes, delimiters));
        return this;
    }

    public void End() => _bytes.Write([(byte)'\r']);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private static byte[] Number(int value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
