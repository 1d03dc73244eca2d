using System.Buffers;
using System.Text;
using System.Text.Json;
using Hub.Formats.Documents;

namespace Hub.Formats.Json;

/// <summary>One JSON text. It is checked when it is read; what it holds is only taken apart when somebody asks for a place in it.</summary>
public sealed partial class JsonMessage : Document
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _mark;
    private JsonItem? _root;

    private JsonMessage(ReadOnlyMemory<byte> original, ReadOnlyMemory<byte> json)
        : base(original) => (_json, _mark) = (json, original.Length - json.Length);

    internal JsonItem Root => _root ??= JsonReading.Read(_json);

    /// <summary>Reads a message: JSON in UTF-8, with or without a byte order mark, at most 64 deep, no name twice in one object.</summary>
    /// <param name="content">The bytes. They must not change while the message is in use.</param>
    /// <param name="fault">Why not, when it is not taken.</param>
    /// <returns>The message, or null with the fault.</returns>
    public static JsonMessage? Parse(ReadOnlyMemory<byte> content, out DocumentFault? fault)
    {
        ReadOnlyMemory<byte> json = content.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content[3..] : content;
        fault = JsonReading.Check(json.Span);
        return fault is null ? new(content, json) : null;
    }

    /// <inheritdoc />
    public override string GetText(DocumentPath path, object? at)
    {
        foreach (JsonItem item in Find((JsonPath)path, at))
            return item.Text();
        return "";
    }

    /// <summary>The JSON at a place, as it stands.</summary>
    /// <param name="path">The place; of several the first.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <returns>The bytes; <c>null</c> when nothing is there.</returns>
    public byte[] GetEncoded(DocumentPath path, object? at) => Find((JsonPath)path, at).FirstOrDefault()?.ToBytes() ?? JsonItem.Null;

    /// <summary>Text as JSON writes it, with its quotes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="DocumentException">It holds half a character.</exception>
    public static byte[] Encode(string text) => JsonItem.Text(text);

    /// <inheritdoc />
    public override bool Exists(DocumentPath path, object? at) => Find((JsonPath)path, at).Any(item => item.IsPopulated);

    /// <inheritdoc />
    public override IReadOnlyList<DocumentPath> Expand(DocumentPath path, object? at)
    {
        if (!path.IsMany)
            return [path];
        JsonPath many = (JsonPath)path;
        int every = Array.FindIndex(many.Steps, step => step.Index == JsonStep.Every);
        JsonItem? list = Walk(Start(many, at), many.Steps.AsSpan(0, every));
        int count = list is { IsArray: true } ? list.Parts!.Count : 0;
        return [.. Enumerable.Range(0, count).SelectMany(index => Expand(many.AtItem(index), at))];
    }

    /// <summary>What a <c>forEach</c> goes through: the items of a list, or what stands there when it is no list.</summary>
    /// <param name="path">The list, or with <c>[*]</c> the items themselves.</param>
    /// <param name="at">What a <c>forEach</c> around this one is at.</param>
    /// <returns>The items.</returns>
    public override IReadOnlyList<object> Items(DocumentPath path, object? at)
    {
        IEnumerable<JsonItem> found = Find((JsonPath)path, at);
        if (!path.IsMany)
            found = found.SelectMany(item => item.IsArray ? item.Parts!.Select(part => part.Value) : item.Kind == JsonTokenType.Null ? [] : [item]);
        return [.. found];
    }

    /// <inheritdoc />
    public override bool Has(object item)
    {
        JsonItem? up = (JsonItem)item;
        while (up is not null && up != Root)
            up = up.Parent;
        return up is not null;
    }

    /// <inheritdoc />
    public override void SetText(DocumentPath path, string text, object? at)
    {
        // What has this text already stays as it is written.
        JsonItem[] there = [.. Find((JsonPath)path, at)];
        if (there.Length == 0 || Array.Exists(there, item => item.Kind != JsonTokenType.String || item.Text() != text))
            Put((JsonPath)path, at, () => new(JsonTokenType.String, JsonItem.Text(text)));
    }

    /// <summary>Writes JSON to a place, or to every place that a path stands for.</summary>
    /// <param name="path">The place.</param>
    /// <param name="json">The JSON.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <exception cref="DocumentException">It is not JSON, or the place cannot be written.</exception>
    public void SetEncoded(DocumentPath path, ReadOnlyMemory<byte> json, object? at)
    {
        if (JsonReading.Check(json.Span) is { } fault)
            throw new DocumentException($"{path}: the value to write is not JSON. {fault.Text}");
        Put((JsonPath)path, at, () => JsonReading.Read(json));
    }

    /// <inheritdoc />
    public override void Delete(DocumentPath path, object? at)
    {
        foreach (JsonItem item in Find((JsonPath)path, at).ToList())
        {
            if (item.Parent is null)
                throw new DocumentException($"{path} is the whole message and cannot be deleted. Use a filter to drop messages.");
            item.Parent.Remove(item);
            IsChanged = true;
        }
    }

    /// <inheritdoc />
    public override void Copy(DocumentPath from, DocumentPath to, object? at)
    {
        if (Find((JsonPath)from, at).FirstOrDefault() is { } item)
            Put((JsonPath)to, at, item.Clone);
        else
            Delete(to, at);
    }

    /// <inheritdoc />
    public override void Move(DocumentPath from, DocumentPath to, object? at)
    {
        JsonItem? item = Find((JsonPath)from, at).FirstOrDefault();
        // A copy: what is deleted may have held the target.
        JsonItem? copy = item?.Clone();
        if (item is not null)
            Delete(from, at);
        if (copy is null)
            Delete(to, at);
        else
            Put((JsonPath)to, at, copy.Clone);
    }

    /// <inheritdoc />
    public override string ToText() => Encoding.UTF8.GetString(ToBytes().Span[_mark..]);

    /// <inheritdoc />
    public override Document WithText(string text) => Parse(Encode(s_utf8, text), out DocumentFault? fault) ?? throw NotTaken(fault);

    /// <inheritdoc />
    public override Document Clone() => new JsonMessage(Original, _json) { _root = IsChanged ? Root.Clone() : null, IsChanged = IsChanged };

    private protected override ReadOnlyMemory<byte> Write()
    {
        ArrayBufferWriter<byte> written = new(Original.Length + 256);
        // A byte order mark and white space around the text stay.
        ReadOnlySpan<byte> body = _json.Span.Trim(" \t\r\n"u8);
        int before = _json.Span.IndexOfAnyExcept(" \t\r\n"u8);
        written.Write(Original.Span[..(_mark + before)]);
        Root.Write(written);
        written.Write(_json.Span[(before + body.Length)..]);
        return written.WrittenMemory;
    }

    private JsonItem Start(JsonPath path, object? at) => path.FromRoot || at is null ? Root : (JsonItem)at;

    private IEnumerable<JsonItem> Find(JsonPath path, object? at) => Find(Start(path, at), path.Steps, 0);

    private static IEnumerable<JsonItem> Find(JsonItem from, JsonStep[] steps, int next)
    {
        if (next == steps.Length)
            return [from];
        if (steps[next].Index == JsonStep.Every)
            return from.IsArray ? from.Parts!.ToList().SelectMany(part => Find(part.Value, steps, next + 1)) : [];
        return from.Child(steps[next]) is { } child ? Find(child, steps, next + 1) : [];
    }

    private static JsonItem? Walk(JsonItem from, ReadOnlySpan<JsonStep> steps)
    {
        JsonItem? item = from;
        foreach (JsonStep step in steps)
            item = item?.Child(step);
        return item;
    }

    private void Put(JsonPath path, object? at, Func<JsonItem> value)
    {
        foreach (DocumentPath place in Expand(path, at))
        {
            Make((JsonPath)place, at).Become(value());
            IsChanged = true;
        }
    }

    /// <summary>The value at a place; objects and lists on the way are made where nothing, or null, is.</summary>
    private JsonItem Make(JsonPath path, object? at)
    {
        JsonItem item = Start(path, at);
        foreach (JsonStep step in path.Steps)
        {
            bool wantsList = step.Index == JsonStep.End || step.Name is null;
            if (item.Kind == JsonTokenType.Null)
                item.Become(wantsList ? new(JsonTokenType.StartArray, "[]"u8.ToArray()) : new(JsonTokenType.StartObject, "{}"u8.ToArray()));
            item = item.Child(step) ?? Add(item, step, path);
        }

        return item;
    }

    private static JsonItem Add(JsonItem item, JsonStep step, JsonPath path)
    {
        if (item.IsObject && step.Name is not null)
            return item.Add(step.Name);
        if (item.IsArray && (step.Index == JsonStep.End || step.Index == item.Parts!.Count))
            return item.Add(null);
        throw new DocumentException(item switch
        {
            { IsObject: true } => $"{path}: an object stands where the path names an item of a list. Name a member.",
            { IsArray: true } when step.Index >= 0 => $"{path}: the list there has {item.Parts!.Count} items, and they are added one after another.",
            { IsArray: true } => $"{path}: a list stands where the path names a member. Name an item of it, such as [0], or use a forEach.",
            _ => $"{path}: a single value stands on the way. Write to a place beside it.",
        });
    }
}
