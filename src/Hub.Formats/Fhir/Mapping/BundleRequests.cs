using System.Text.Json;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Says for each entry of a transaction what a server does with it; no address stands twice (R4 http.html#trules: a server fails such a transaction).</summary>
/// <param name="kind">The kind of message, MSH-9.1.</param>
internal sealed class BundleRequests(string kind)
{
    // What a message only mentions is created when it is not there, and left as it is when it is.
    private static readonly HashSet<string> s_mentioned = ["Organization", "Practitioner", "Location", "Device", "PractitionerRole", "Medication"];

    private readonly HashSet<string> _searches = new(StringComparer.Ordinal);

    /// <summary>Whether the resources of a type are only mentioned in a message, whatever its kind.</summary>
    public static bool IsMentioned(string type) => s_mentioned.Contains(type);

    /// <summary>Writes the request of an entry.</summary>
    public void Write(Utf8JsonWriter json, FhirResource resource)
    {
        string type = resource.Type.Name;
        string? search = FhirIds.Known(resource) is { } known ? $"identifier={Uri.EscapeDataString(known.System)}|{Uri.EscapeDataString(known.Value)}" : null;
        // What another one of the bundle is found by, this one is not.
        if (search is not null && !_searches.Add($"{type}?{search}"))
            search = null;
        bool isLeft = search is not null && !Owns(type);
        json.WriteStartObject("request");
        json.WriteString("method", isLeft ? "POST" : "PUT");
        json.WriteString("url", isLeft ? type : search is not null ? $"{type}?{search}" : $"{type}/{resource.Id}");
        if (isLeft)
            json.WriteString("ifNoneExist", search);
        json.WriteEndObject();
    }

    // What a field does not say is unchanged in HL7 v2, and deleted by a PUT: the patient and the visit of a result are seldom told as a whole,
    // so only messages about them replace them.
    private bool Owns(string type) => type switch
    {
        "Patient" or "Encounter" => kind == "ADT",
        "Account" => kind is "ADT" or "BAR",
        _ => !IsMentioned(type),
    };
}
