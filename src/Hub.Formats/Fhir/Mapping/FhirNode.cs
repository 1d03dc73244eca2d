using System.Text.Json;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Tells the items of a list apart while rules write into them: what wrote it, the number that the rule gives it, and the repetition of its field.</summary>
internal readonly record struct ElementKey(int Scope, int Index, int Repetition);

/// <summary>An element that stands in another.</summary>
internal readonly record struct FhirChild(FhirField Field, ElementKey Key, FhirNode Node);

/// <summary>An element of a resource that is being made: a value, parts, or both (a primitive with extensions).</summary>
internal sealed class FhirNode(FhirType? type)
{
    /// <summary>What it is made of; null when it is a resource within a bundle.</summary>
    public FhirType? Type => type;

    /// <summary>The value of a primitive, as JSON writes it without quotation marks.</summary>
    public string? Text { get; set; }

    /// <summary>What a reference names.</summary>
    public FhirResource? Link { get; set; }

    /// <summary>Whether <see cref="Link"/> is a resource that something else made, so that it is not written into from here.</summary>
    public bool IsGiven { get; set; }

    public List<FhirChild> Children { get; private set; } = s_none;

    private static readonly List<FhirChild> s_none = [];

    public bool IsEmpty => Text is null && Link is null && Children.Count == 0;

    /// <summary>The first element of a name.</summary>
    public FhirNode? Find(string name)
    {
        foreach (FhirChild child in Children)
        {
            if (child.Field.Name == name)
                return child.Node;
        }

        return null;
    }

    /// <summary>All elements of a name.</summary>
    public IEnumerable<FhirNode> All(string name) => Children.Where(child => child.Field.Name == name).Select(child => child.Node);

    /// <summary>The value of an element, when it has one.</summary>
    public string? TextOf(string name) => Find(name)?.Text;

    /// <summary>The element of a field, made when it is not there; of a list the item of the key.</summary>
    public FhirNode Get(FhirField field, ElementKey key = default)
    {
        foreach (FhirChild child in Children)
        {
            if (ReferenceEquals(child.Field, field) && (!field.IsList || child.Key == key))
                return child.Node;
        }

        return Add(field, key);
    }

    /// <summary>Adds an element.</summary>
    public FhirNode Add(FhirField field, ElementKey key = default)
    {
        FhirNode node = new(field.Type);
        Put(field, node, key);
        return node;
    }

    /// <summary>Adds an element that is there already.</summary>
    public void Put(FhirField field, FhirNode node, ElementKey key = default)
    {
        if (ReferenceEquals(Children, s_none))
            Children = [];
        Children.Add(new(field, key, node));
    }

    /// <summary>Sets the value of a primitive element.</summary>
    public FhirNode Set(string name, string text)
    {
        Get(Type!.Field(name)!).Text = text;
        return this;
    }

    /// <summary>Takes all elements of a name away.</summary>
    public void Remove(string name) => Children.RemoveAll(child => child.Field.Name == name);

    /// <summary>Takes away what says nothing.</summary>
    /// <returns>Whether anything is left.</returns>
    public bool Prune()
    {
        if (Children.Count > 0)
            Children.RemoveAll(child => !child.Node.Prune());
        return !IsEmpty;
    }

    /// <summary>Writes the elements, in the order of the definition.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        if (Children.Count == 0)
            return;
        FhirChild[] ordered = [.. Children];
        // A stable order: items of a list stay as they were made.
        if (ordered.Length > 1)
            Array.Sort(Keys(ordered), ordered);
        for (int i = 0; i < ordered.Length;)
        {
            int end = i + 1;
            while (end < ordered.Length && ReferenceEquals(ordered[end].Field, ordered[i].Field))
                end++;
            WriteField(json, ordered[i].Field, ordered.AsSpan(i, end - i));
            i = end;
        }
    }

    private static long[] Keys(FhirChild[] children)
    {
        long[] keys = new long[children.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ((long)children[i].Field.Place << 32) + i;
        return keys;
    }

    private static void WriteField(Utf8JsonWriter json, FhirField field, ReadOnlySpan<FhirChild> items)
    {
        bool isPrimitive = field.Kind is not (FhirKind.Complex or FhirKind.Resource);
        bool hasValue = !isPrimitive;
        bool hasParts = !isPrimitive;
        foreach (FhirChild item in items)
        {
            hasValue |= item.Node.Text is not null;
            hasParts |= item.Node.Children.Count > 0;
        }

        if (hasValue)
        {
            json.WritePropertyName(field.Name);
            WriteItems(json, field, items, values: isPrimitive);
        }

        if (isPrimitive && hasParts)
        {
            json.WritePropertyName($"_{field.Name}");
            WriteItems(json, field, items, values: false);
        }
    }

    private static void WriteItems(Utf8JsonWriter json, FhirField field, ReadOnlySpan<FhirChild> items, bool values)
    {
        if (field.IsList)
            json.WriteStartArray();
        foreach (FhirChild item in items)
        {
            if (values)
                WriteValue(json, field, item.Node.Text);
            else
                item.Node.WriteObject(json, field.Kind is FhirKind.Complex or FhirKind.Resource);
        }

        if (field.IsList)
            json.WriteEndArray();
    }

    private void WriteObject(Utf8JsonWriter json, bool isWhole)
    {
        if (!isWhole && Children.Count == 0)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        if (Type is { IsResource: true })
            json.WriteString("resourceType", Type.Name);
        if (Link is not null)
            json.WriteString("reference", Link.FullUrl);
        WriteMembers(json);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FhirField field, string? text)
    {
        if (text is null)
            json.WriteNullValue();
        else if (field.Kind == FhirKind.Boolean)
            json.WriteBooleanValue(text == "true");
        else if (field.IsBare)
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }
}

/// <summary>A resource of the bundle.</summary>
internal sealed class FhirResource(FhirType type, string origin)
{
    public FhirType Type => type;

    public FhirNode Node { get; } = new(type);

    /// <summary>Where in the message it comes from, for its identity and for problems: <c>PV1[1]-7</c>.</summary>
    public string Origin => origin;

    /// <summary>The segment that it was made of; null for one that a field opened.</summary>
    public MapSegment? Segment { get; init; }

    /// <summary>The id, once all are known.</summary>
    public string Id { get; set; } = "";

    public string FullUrl => $"urn:uuid:{Id}";
}
