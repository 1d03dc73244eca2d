using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>A rule of <c>build</c>, ready to run: reads the message of the context, writes the new one.</summary>
internal interface IBuildRule
{
    void Apply(StepContext context, Hl7Message target);
}

/// <summary>Copies segments whole: all of a name, or one occurrence.</summary>
internal sealed class CopySegments(FieldPath segment) : IBuildRule
{
    public void Apply(StepContext context, Hl7Message target)
    {
        int occurrence = 0;
        for (int i = 0; i < context.Message.SegmentCount; i++)
        {
            if (context.Message.SegmentName(i) != segment.Segment || (++occurrence != segment.Occurrence && segment.Occurrence > 0))
                continue;
            target.AddRawSegment(context.Message.SegmentBytes(i));
            context.Trace?.Note($"{segment.Segment} copied");
        }
    }
}

/// <summary>Copies what stands at a place, or some components of it.</summary>
internal sealed class CopyPlace(FieldPath from, FieldPath to, IReadOnlyList<int>? components) : IBuildRule
{
    public void Apply(StepContext context, Hl7Message target)
    {
        ReadOnlySpan<byte> raw = context.Message.GetRaw(from);
        if (raw.IsEmpty)
            return;
        byte[] value = components is null ? raw.ToArray() : Keep(raw, target.Delimiters);
        target.SetRaw(to, value);
        context.Trace?.Note($"{to} \"{target.CharacterSet.Show(value)}\" from {from}");
    }

    private byte[] Keep(ReadOnlySpan<byte> field, Hl7Delimiters delimiters)
    {
        List<byte> kept = new(field.Length);
        int component = 1;
        foreach (byte value in field)
        {
            bool separates = value != 0 && (value == delimiters.Component || value == delimiters.Repetition);
            if (separates)
                component = value == delimiters.Component ? component + 1 : 1;
            if (separates || components!.Contains(component))
                kept.Add(value);
        }

        return [.. kept];
    }
}

/// <summary>Writes a value to a place, or adds it as a repetition.</summary>
internal sealed class WriteValue(FieldPath path, FieldValue value, bool appends) : IBuildRule
{
    public void Apply(StepContext context, Hl7Message target)
    {
        byte[] bytes = value.Bytes(context);
        if (appends)
            target.AppendRepetition(path, bytes);
        else
            target.SetRaw(path, bytes);
        context.Trace?.Note($"{path}{(appends ? " and" : "")} \"{target.CharacterSet.Show(bytes)}\"");
    }
}
