using System.Text.Json;

namespace Hub.Formats.Fhir.Validation;

/// <summary>A value of the JSON text.</summary>
/// <param name="kind">StartObject, StartArray, String, Number, True, False or Null.</param>
internal sealed class FhirJson(JsonTokenType kind)
{
    public JsonTokenType Kind => kind;

    /// <summary>A text as it is, a number as written, true or false.</summary>
    public string? Text { get; init; }

    /// <summary>Of an object, in the order of the text; of doubled names the first.</summary>
    public List<KeyValuePair<string, FhirJson>>? Members { get; init; }

    /// <summary>Names that the object has more than once.</summary>
    public List<string>? Doubled { get; set; }

    /// <summary>Of a list.</summary>
    public List<FhirJson>? Items { get; init; }

    public bool IsObject => kind == JsonTokenType.StartObject;

    public bool IsList => kind == JsonTokenType.StartArray;

    public bool IsNull => kind == JsonTokenType.Null;

    /// <summary>A member of an object.</summary>
    /// <returns>Null when there is none.</returns>
    public FhirJson? Find(string name)
    {
        foreach ((string key, FhirJson value) in Members!)
        {
            if (key == name)
                return value;
        }

        return null;
    }
}
