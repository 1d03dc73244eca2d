using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Hub.Formats.Fhir.Validation;

// One pass over the bytes. Names are made once each, so that a bundle of a thousand elements has some sixty of them. Depth is
// bounded, and with it the recursion; values are counted, and with them the memory.

/// <summary>Reads JSON into values, keeping sight of what JSON readers let through: names that are there twice.</summary>
internal sealed class FhirJsonReader
{
    /// <summary>How deep objects and lists may nest. A bundle of resources with contained ones and their extensions has some twenty.</summary>
    public const int Deepest = 64;

    // Names are compared one by one up to here, and by hash beyond.
    private const int FewNames = 24;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _nameLookup;
    private readonly FhirProblems _problems;
    private readonly int _maxValues;
    private int _values;

    private FhirJsonReader(FhirProblems problems, int maxValues)
    {
        (_problems, _maxValues) = (problems, maxValues);
        _nameLookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads a text.</summary>
    /// <returns>Null, with a problem told, when it is not JSON that can be taken.</returns>
    public static FhirJson? Read(ReadOnlySpan<byte> json, FhirValidatorOptions options, FhirProblems problems)
    {
        if (json.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            json = json[3..];
        if (json.Length > options.MaxBytes)
        {
            problems.Error(FhirRule.TooMuch, null, $"The resource has {json.Length} bytes, and at most {options.MaxBytes} are looked at.", "Divide the bundle.");
            return null;
        }

        if (!Utf8.IsValid(json))
        {
            problems.Error(FhirRule.Json, null, "The text is not UTF-8.", "Send UTF-8, as FHIR asks for.");
            return null;
        }

        return new FhirJsonReader(problems, options.MaxValues).Read(json);
    }

    private FhirJson? Read(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new() { MaxDepth = Deepest + 1 });
        try
        {
            reader.Read();
            FhirJson? value = ReadValue(ref reader);
            // What stands behind the end is told by an exception.
            if (value is not null)
                reader.Read();
            return value is null ? Refuse(json, reader) : value;
        }
        catch (JsonException mistake)
        {
            _problems.Error(FhirRule.Json, null, $"The text is not JSON at line {(mistake.LineNumber ?? 0) + 1}, byte {(mistake.BytePositionInLine ?? 0) + 1}.", "Look for a missing quote, comma or bracket there, or for what stands after the end.");
        }
        catch (InvalidOperationException)
        {
            _problems.Error(FhirRule.Json, null, $"A text or name at {Place(json, reader)} holds half a character (\\ud800 to \\udfff alone).", "Send whole characters.");
        }

        return null;
    }

    private FhirJson? Refuse(ReadOnlySpan<byte> json, in Utf8JsonReader reader)
    {
        string what = _values > _maxValues ? $"The resource has more than {_maxValues} values." : $"Objects and lists are nested more than {Deepest} deep at {Place(json, reader)}.";
        _problems.Error(FhirRule.TooMuch, null, what, "Divide the bundle, or send flatter resources.");
        return null;
    }

    private static string Place(ReadOnlySpan<byte> json, in Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> before = json[..(int)reader.TokenStartIndex];
        return $"line {before.Count((byte)'\n') + 1}, byte {before.Length - before.LastIndexOf((byte)'\n')}";
    }

    /// <returns>Null when a limit is reached.</returns>
    private FhirJson? ReadValue(ref Utf8JsonReader reader)
    {
        if (++_values > _maxValues)
            return null;
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => reader.CurrentDepth < Deepest ? ReadObject(ref reader) : null,
            JsonTokenType.StartArray => reader.CurrentDepth < Deepest ? ReadList(ref reader) : null,
            JsonTokenType.String => new(JsonTokenType.String) { Text = reader.GetString() },
            JsonTokenType.Number => new(JsonTokenType.Number) { Text = Encoding.UTF8.GetString(reader.ValueSpan) },
            JsonTokenType.True => new(JsonTokenType.True) { Text = "true" },
            JsonTokenType.False => new(JsonTokenType.False) { Text = "false" },
            _ => new(JsonTokenType.Null),
        };
    }

    private FhirJson? ReadList(ref Utf8JsonReader reader)
    {
        List<FhirJson> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadValue(ref reader) is not { } item)
                return null;
            items.Add(item);
        }

        return new(JsonTokenType.StartArray) { Items = items };
    }

    private FhirJson? ReadObject(ref Utf8JsonReader reader)
    {
        List<KeyValuePair<string, FhirJson>> members = [];
        List<string>? doubled = null;
        HashSet<string>? names = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = ReadName(ref reader);
            reader.Read();
            if (ReadValue(ref reader) is not { } value)
                return null;
            if (members.Count == FewNames)
                names = [.. members.Select(member => member.Key)];
            bool isNew = names is not null ? names.Add(name) : !Has(members, name);
            if (isNew)
                members.Add(new(name, value));
            else
                (doubled ??= []).Add(name);
        }

        return new(JsonTokenType.StartObject) { Members = members, Doubled = doubled };
    }

    private static bool Has(List<KeyValuePair<string, FhirJson>> members, string name)
    {
        foreach ((string key, _) in members)
        {
            if (ReferenceEquals(key, name))
                return true;
        }

        return false;
    }

    private string ReadName(ref Utf8JsonReader reader)
    {
        const int ShortName = 128;
        if (reader.ValueSpan.Length > ShortName)
            return _names.TryGetValue(reader.GetString()!, out string? known) ? known : Keep(reader.GetString()!);
        Span<char> letters = stackalloc char[ShortName];
        ReadOnlySpan<char> name = letters[..reader.CopyString(letters)];
        return _nameLookup.TryGetValue(name, out string? kept) ? kept : Keep(name.ToString());
    }

    private string Keep(string name)
    {
        _names.Add(name);
        return name;
    }
}
