using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

/// <summary>What the text of a reference says: <c>Patient/1</c>, <c>https://lab.example/fhir/Patient/1/_history/2</c>, <c>urn:uuid:…</c>, <c>#a</c>.</summary>
internal readonly record struct ReferenceText
{
    private ReferenceText(string text, bool isAbsolute, string? type, string? id) => (Text, IsAbsolute, Type, Id) = (text, isAbsolute, type, id);

    /// <summary>The text, without the version that it may ask for.</summary>
    public string Text { get; }

    /// <summary>Whether it has a scheme.</summary>
    public bool IsAbsolute { get; }

    /// <summary>The type of the resource, when the text tells one of R4.</summary>
    public string? Type { get; }

    /// <summary>The id of the resource, when the text tells it with the type.</summary>
    public string? Id { get; }

    public bool IsFragment => Text.StartsWith('#');

    /// <summary>Whether it is a name that means something only inside a bundle.</summary>
    public bool IsUrn => Text.StartsWith("urn:uuid:", StringComparison.Ordinal) || Text.StartsWith("urn:oid:", StringComparison.Ordinal);

    /// <summary>Whether it is one that asks a server for a resource, <c>Patient?identifier=1</c>.</summary>
    public bool IsConditional => Type is not null && Id is null;

    /// <summary>For an address of HTTP or a relative one, what stands before the type: the base of the server.</summary>
    public string? Base => Id is null || !IsAbsolute ? null : Text[..^(Type!.Length + Id.Length + 1)];

    /// <summary>Reads a reference.</summary>
    public static ReferenceText Read(string text, FhirDefinitions definitions)
    {
        bool isAbsolute = HasScheme(text);
        if (text.StartsWith('#') || (isAbsolute && !text.StartsWith("http", StringComparison.OrdinalIgnoreCase)))
            return new(text, isAbsolute, null, null);
        int query = text.IndexOf('?', StringComparison.Ordinal);
        if (query > 0)
        {
            string asked = text[(text.LastIndexOf('/', query) + 1)..query];
            return new(text, isAbsolute, definitions.Resources.Contains(asked) ? asked : null, null);
        }

        int history = text.IndexOf("/_history/", StringComparison.Ordinal);
        string plain = history > 0 ? text[..history] : text;
        string[] parts = plain.Split('/');
        if (parts.Length < 2 || parts[^1].Length == 0 || !definitions.Resources.Contains(parts[^2]) || (!isAbsolute && parts.Length > 2))
            return new(plain, isAbsolute, null, null);
        return new(plain, isAbsolute, parts[^2], parts[^1]);
    }

    /// <summary>Whether an address begins with a scheme (RFC 3986 §3.1).</summary>
    public static bool HasScheme(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(text[0]) && text.AsSpan(0, colon).IndexOfAnyExcept(s_schemeLetters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> s_schemeLetters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
}
