using System.Buffers;
using System.Text;
using System.Text.Json;
using Hub.Formats.Documents;

namespace Hub.Formats.Json;

// A value of a JSON text as the bytes it was read from. Objects and lists know their parts and what stands between them, so
// that a change anywhere leaves every other byte as it was: white space, escapes, the way numbers are written.

/// <summary>One value, or with <see cref="Parts"/> an object or list.</summary>
internal sealed class JsonItem
{
    public static readonly byte[] Null = "null"u8.ToArray();

    private ReadOnlyMemory<byte> _raw;
    private bool _changed;

    public JsonItem(JsonTokenType kind, ReadOnlyMemory<byte> raw)
    {
        Kind = kind;
        _raw = raw;
        if (kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
            Parts = [];
    }

    /// <summary>StartObject, StartArray, String, Number, True, False or Null.</summary>
    public JsonTokenType Kind { get; private set; }

    public JsonItem? Parent { get; private set; }

    public List<JsonPart>? Parts { get; private set; }

    public bool IsObject => Kind == JsonTokenType.StartObject;

    public bool IsArray => Kind == JsonTokenType.StartArray;

    public bool IsPopulated => Parts is not null ? Parts.Count > 0 : Kind != JsonTokenType.Null && _raw.Length > (Kind == JsonTokenType.String ? 2 : 0);

    /// <summary>The value that a step leads to; null when there is none. An index of <see cref="JsonStep.Every"/> leads nowhere by itself.</summary>
    public JsonItem? Child(JsonStep step)
    {
        if (IsArray)
            return step.Index >= 0 && step.Index < Parts!.Count ? Parts[step.Index].Value : null;
        return IsObject && step.Name is not null ? Parts!.Find(part => part.Name == step.Name)?.Value : null;
    }

    /// <summary>A part is put at the end while the text is read.</summary>
    public void Take(JsonPart part)
    {
        part.Value.Parent = this;
        Parts!.Add(part);
    }

    /// <summary>A new part at the end, set off as the one before it is.</summary>
    public JsonItem Add(string? name)
    {
        JsonPart? last = Parts!.Count > 0 ? Parts[^1] : null;
        byte[] key = name is null ? [] : [.. Text(name), .. KeySeparator(last)];
        JsonItem value = new(JsonTokenType.Null, Null);
        ReadOnlyMemory<byte> after = last?.After ?? default;
        if (last is not null)
            last.After = Parts.Count > 1 ? Parts[0].After : default;
        Take(new(last?.Before ?? default, key, name, value) { After = after });
        Touch();
        return value;
    }

    public void Remove(JsonItem child)
    {
        int index = Parts!.FindIndex(part => part.Value == child);
        if (index < 0)
            return;
        // What stands before the end stays before the end.
        if (index == Parts.Count - 1 && index > 0)
            Parts[index - 1].After = Parts[index].After;
        Parts.RemoveAt(index);
        child.Parent = null;
        Touch();
    }

    /// <summary>Holds only some of the parts that it had; what stood before its end stays there.</summary>
    public void Hold(JsonPart[] all, Predicate<JsonPart> isHeld)
    {
        Parts = [.. all.Where(part => isHeld(part))];
        if (Parts.Count > 0)
            Parts[^1] = new(Parts[^1].Before, Parts[^1].Key, Parts[^1].Name, Parts[^1].Value) { After = all[^1].After };
        Touch();
    }

    /// <summary>Becomes another value in its place.</summary>
    public void Become(JsonItem other)
    {
        (Kind, Parts, _raw, _changed) = (other.Kind, other.Parts, other._raw, other._changed);
        foreach (JsonPart part in Parts ?? [])
            part.Value.Parent = this;
        Parent?.Touch();
    }

    public JsonItem Clone()
    {
        JsonItem copy = new(Kind, _raw) { _changed = _changed };
        foreach (JsonPart part in Parts ?? [])
            copy.Take(new(part.Before, part.Key, part.Name, part.Value.Clone()) { After = part.After });
        return copy;
    }

    /// <summary>Text as it is; numbers, true and false as written; null as nothing; objects and lists as JSON.</summary>
    public string Text() => Kind switch
    {
        JsonTokenType.Null => "",
        JsonTokenType.String => Decode(_raw.Span),
        _ => Encoding.UTF8.GetString(ToBytes()),
    };

    /// <summary>What it was read from when nobody changed it, else its new bytes.</summary>
    public ReadOnlyMemory<byte> ToMemory() => _changed ? ToBytes() : _raw;

    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> written = new(Math.Max(16, _raw.Length));
        Write(written);
        return written.WrittenSpan.ToArray();
    }

    public void Write(ArrayBufferWriter<byte> to)
    {
        if (!_changed)
        {
            to.Write(_raw.Span);
            return;
        }

        to.Write(IsObject ? "{"u8 : "["u8);
        for (int i = 0; i < Parts!.Count; i++)
        {
            JsonPart part = Parts[i];
            if (i > 0)
                to.Write(","u8);
            to.Write(part.Before.Span);
            to.Write(part.Key.Span);
            part.Value.Write(to);
            to.Write(part.After.Span);
        }

        to.Write(IsObject ? "}"u8 : "]"u8);
    }

    /// <summary>Text as a JSON string.</summary>
    /// <exception cref="DocumentException">It holds half a character.</exception>
    public static byte[] Text(string text)
    {
        try
        {
            return [(byte)'"', .. JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
        }
        catch (ArgumentException)
        {
            throw new DocumentException("A text holds half a character (a lone surrogate), which cannot be written.");
        }
    }

    /// <exception cref="DocumentException">The string holds half a character.</exception>
    public static string Decode(ReadOnlySpan<byte> raw)
    {
        try
        {
            Utf8JsonReader reader = new(raw);
            reader.Read();
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new DocumentException("A text holds half a character (\\ud800 to \\udfff alone), which cannot be read. Correct it at the sender.");
        }
    }

    private void Touch()
    {
        for (JsonItem? item = this; item is { _changed: false }; item = item.Parent)
            item._changed = true;
    }

    private static ReadOnlySpan<byte> KeySeparator(JsonPart? like)
    {
        int colon = like is null ? -1 : like.Key.Span.LastIndexOf((byte)':');
        return colon < 0 ? ":"u8 : like!.Key.Span[colon..];
    }
}

/// <summary>A part of an object or list, with the white space around it.</summary>
/// <param name="before">White space before it.</param>
/// <param name="key">In an object, the name with its quotes, the colon, and white space up to the value.</param>
/// <param name="name">In an object, the name.</param>
/// <param name="value">The value.</param>
internal sealed class JsonPart(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> key, string? name, JsonItem value)
{
    public ReadOnlyMemory<byte> Before => before;

    public ReadOnlyMemory<byte> Key => key;

    public string? Name => name;

    public JsonItem Value => value;

    /// <summary>White space after the value.</summary>
    public ReadOnlyMemory<byte> After { get; set; }
}
