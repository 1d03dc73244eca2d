using System.Buffers;

namespace Hub.Formats.Hl7V2;

/// <summary>Writes a segment anew, part by part: with other delimiters, or without separators that nothing follows.</summary>
internal sealed class Hl7Rewriter(Hl7Delimiters old, Hl7Delimiters wanted, bool trim)
{
    private readonly ArrayBufferWriter<byte> _written = new(256);

    // Below the segment: field into repetitions, repetition into components, component into subcomponents.
    private readonly (byte Old, byte Wanted)[] _levels =
        [(old.Repetition, wanted.Repetition), (old.Component, wanted.Component), (old.Subcomponent, wanted.Subcomponent)];

    public byte[] Rewrite(ReadOnlySpan<byte> segment)
    {
        bool header = Hl7Segment.IsHeader(segment, old.Field);
        _written.ResetWrittenCount();
        int place = 0;
        foreach (Range part in segment.Split(old.Field))
        {
            ReadOnlySpan<byte> field = segment[part];
            if (++place > 1)
                _written.Write([wanted.Field]);
            if (place == 1)
                _written.Write(old.Field == wanted.Field || !field.Contains(wanted.Field) ? field : throw NameSplits());
            else if (header && place == 2)
                _written.Write(old == wanted ? field : wanted.EncodingCharacters());
            else
                WriteLevel(field, 0);
        }

        return (trim ? Hl7Parts.TrimEnd(_written.WrittenSpan, wanted.Field) : _written.WrittenSpan).ToArray();
    }

    /// <summary>One field alone.</summary>
    public byte[] RewriteField(ReadOnlySpan<byte> field)
    {
        _written.ResetWrittenCount();
        WriteLevel(field, 0);
        return _written.WrittenSpan.ToArray();
    }

    private void WriteLevel(ReadOnlySpan<byte> value, int level)
    {
        if (level == _levels.Length)
        {
            _written.Write(old == wanted ? value : Translate(value));
            return;
        }

        (byte separator, byte replacement) = _levels[level];
        if (separator == 0)
        {
            WriteLevel(value, level + 1);
            return;
        }

        // An empty repetition is a repetition (protocol E07); a component at the end that is not populated is nothing.
        ReadOnlySpan<byte> parts = trim && level > 0 ? TrimParts(value, level) : value;
        bool first = true;
        foreach (Range part in parts.Split(separator))
        {
            if (!first)
                _written.Write([replacement != 0 ? replacement : throw Missing("separator")]);
            first = false;
            WriteLevel(parts[part], level + 1);
        }
    }

    // A component that holds subcomponent separators alone is not populated either.
    private ReadOnlySpan<byte> TrimParts(ReadOnlySpan<byte> value, int level) =>
        level == 1 && old.Subcomponent != 0
            ? value[..(value.LastIndexOfAnyExcept(old.Component, old.Subcomponent) + 1)]
            : Hl7Parts.TrimEnd(value, _levels[level].Old);

    private byte[] Translate(ReadOnlySpan<byte> value)
    {
        if (wanted.Escape != 0)
            return old.Escape != 0 ? Hl7Escapes.Translate(value, old, wanted) : Hl7Escapes.Encode(value, wanted);
        byte[] text = old.Escape == 0 ? value.ToArray() : Hl7Escapes.Decode(value, old);
        return Hl7Escapes.IsNeeded(text, wanted) ? throw Missing("escape character") : text;
    }

    private static Hl7FormatException NameSplits() =>
        new("The message has a line that is no segment and holds the new field separator. Choose another one in useDelimiters.");

    private static Hl7FormatException Missing(string what) =>
        new($"The message needs the {what} and the new delimiters do not give one. Give component, repetition, escape and subcomponent characters in useDelimiters.");
}
