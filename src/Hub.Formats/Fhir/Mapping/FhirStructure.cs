namespace Hub.Formats.Fhir.Mapping;

/// <summary>What an element is made of, as far as writing it matters.</summary>
internal enum FhirKind
{
    Complex,
    Resource,
    Text,
    Code,
    Uri,
    Boolean,
    Integer,
    Positive,
    Unsigned,
    Decimal,
    Date,
    DateTime,
    Instant,
    Time,
    Base64,
}

/// <summary>One element of a type of FHIR R4; each type of a choice is one of its own.</summary>
internal sealed record FhirField(string Name, int Place, FhirKind Kind, string TypeName, bool IsList, bool IsRequired, string? Choice)
{
    /// <summary>The codes that a required binding allows, of a code or of one coding of a concept; null when it is not bound, or to a set that is not whole.</summary>
    public IReadOnlySet<string>? Codes => _codes ??= Binding is { } name ? FhirStructure.Codes(name) : null;

    /// <summary>The name of the binding that <see cref="Codes"/> are of.</summary>
    public string? Binding { get; init; }

    /// <summary>The resources that a reference may name; null for any.</summary>
    public IReadOnlySet<string>? Targets { get; init; }

    /// <summary>What its values are made of; null for resources.</summary>
    public FhirType? Type => _type ??= Kind == FhirKind.Complex ? FhirStructure.Type(TypeName) : FhirStructure.Primitive;

    /// <summary>Whether JSON writes it without quotation marks.</summary>
    public bool IsBare => Kind is FhirKind.Boolean or FhirKind.Integer or FhirKind.Positive or FhirKind.Unsigned or FhirKind.Decimal;

    private FhirType? _type;
    private IReadOnlySet<string>? _codes;
}

/// <summary>A resource, data type or part of one (<c>Patient.contact</c>). Its elements are read when they are first asked for.</summary>
/// <param name="name">The name.</param>
/// <param name="isResource">Whether it is a resource.</param>
/// <param name="lines">The lines that say its elements.</param>
internal sealed class FhirType(string name, bool isResource, ArraySegment<string> lines)
{
    // Two threads may both read: they find the same, and the first to be done is kept.
    private Parts? _parts;

    public string Name => name;

    public bool IsResource => isResource;

    /// <summary>The elements, in the order of the definition.</summary>
    public IReadOnlyList<FhirField> Fields => Read().Fields;

    public FhirField? Field(string name) => Read().ByName.GetValueOrDefault(name);

    private Parts Read()
    {
        if (_parts is { } known)
            return known;
        List<FhirField> fields = [];
        foreach (string line in lines)
            FhirStructure.AddFields(fields, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Dictionary<string, FhirField> byName = new(fields.Count, StringComparer.Ordinal);
        foreach (FhirField field in fields)
            byName[field.Name] = field;
        return Interlocked.CompareExchange(ref _parts, new(fields, byName), null) ?? _parts;
    }

    private sealed record Parts(List<FhirField> Fields, Dictionary<string, FhirField> ByName);
}

/// <summary>The types of FHIR R4, as <c>generate.mjs</c> writes them. Their names are found when the first message is converted, the rest as it is used.</summary>
internal static class FhirStructure
{
    private static readonly Lazy<Index> s_index = new(Read);

    /// <summary>What primitives have besides their value.</summary>
    public static FhirType Primitive => Type("Element")!;

    public static FhirType? Type(string name) => s_index.Value.Types.GetValueOrDefault(name);

    /// <summary>Whether this names a resource.</summary>
    public static bool IsResource(string name) => Type(name) is { IsResource: true };

    /// <summary>The codes of a binding.</summary>
    public static IReadOnlySet<string> Codes(string binding) => s_index.Value.Bindings[binding].Split(' ')[2..].ToHashSet(StringComparer.Ordinal);

    /// <summary>The lines of an embedded text.</summary>
    public static string[] Lines(string name)
    {
        string resource = $"FhirMapping/{name}";
        using Stream stream = typeof(FhirStructure).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded in {typeof(FhirStructure).Assembly.GetName().Name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n');
    }

    private static Index Read()
    {
        string[] lines = Lines("structure.txt");
        Index index = new(new(StringComparer.Ordinal) { ["Element"] = new("Element", false, new([" extension 0..* Extension"])) }, new(StringComparer.Ordinal));
        for (int i = 0; i < lines.Length; i++)
        {
            string[] words = lines[i].StartsWith("type ", StringComparison.Ordinal) ? lines[i].Split(' ') : [];
            if (words.Length > 0)
            {
                int end = i + 1;
                while (end < lines.Length && lines[end].StartsWith(' '))
                    end++;
                index.Types[words[1]] = new(words[1], words.Length > 2, new(lines, i + 1, end - i - 1));
            }
            else if (lines[i].StartsWith("binding ", StringComparison.Ordinal))
            {
                index.Bindings[lines[i][8..lines[i].IndexOf(' ', 8)]] = lines[i];
            }
        }

        return index;
    }

    /// <summary>Adds the elements that a line says: one, or one for each type of a choice.</summary>
    public static void AddFields(List<FhirField> fields, string[] words)
    {
        string? binding = words.FirstOrDefault(word => word[0] == '#')?[1..];
        HashSet<string>? targets = words.FirstOrDefault(word => word[0] == '>') is { } list && list != ">Resource" ? [.. list[1..].Split(',')] : null;
        string[] kinds = words.Length > 2 && words[2][0] is not ('#' or '>') ? words[2].Split(',') : [];
        bool isChoice = words[0].EndsWith("[x]", StringComparison.Ordinal);
        string name = isChoice ? words[0][..^3] : words[0];
        foreach (string kind in kinds)
        {
            string written = isChoice ? $"{name}{char.ToUpperInvariant(kind[0])}{kind[1..]}" : name;
            fields.Add(new(written, fields.Count, KindOf(kind), kind, words[1].EndsWith('*'), words[1][0] != '0', isChoice ? name : null)
            {
                Binding = binding,
                Targets = targets,
            });
        }
    }

    private static FhirKind KindOf(string type) => type switch
    {
        "boolean" => FhirKind.Boolean,
        "integer" => FhirKind.Integer,
        "positiveInt" => FhirKind.Positive,
        "unsignedInt" => FhirKind.Unsigned,
        "decimal" => FhirKind.Decimal,
        "date" => FhirKind.Date,
        "dateTime" => FhirKind.DateTime,
        "instant" => FhirKind.Instant,
        "time" => FhirKind.Time,
        "base64Binary" => FhirKind.Base64,
        "code" => FhirKind.Code,
        "uri" or "url" or "canonical" or "oid" or "uuid" => FhirKind.Uri,
        "Resource" => FhirKind.Resource,
        _ => char.IsLower(type[0]) ? FhirKind.Text : FhirKind.Complex,
    };

    private sealed record Index(Dictionary<string, FhirType> Types, Dictionary<string, string> Bindings);
}
