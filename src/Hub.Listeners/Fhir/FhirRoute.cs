namespace Hub.Listeners.Fhir;

/// <summary>What a request asks for.</summary>
internal enum FhirRouteKind
{
    /// <summary>Nothing that is here.</summary>
    None,

    /// <summary>GET of <c>metadata</c>.</summary>
    Metadata,

    /// <summary>POST to the base.</summary>
    Base,

    /// <summary>POST to a type.</summary>
    Create,

    /// <summary>PUT to a type and id.</summary>
    Update,

    /// <summary>POST to <c>$process-message</c>.</summary>
    ProcessMessage,
}

/// <summary>Where a request goes.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Method">The method that this place has.</param>
/// <param name="Type">The type that the path names.</param>
/// <param name="Id">The id that the path names.</param>
internal readonly record struct FhirRoute(FhirRouteKind Kind, string Method, string? Type = null, string? Id = null)
{
    /// <summary>Reads the path behind the base.</summary>
    public static FhirRoute Read(string path) => path.Trim('/').Split('/') switch
    {
        [""] => new(FhirRouteKind.Base, "POST"),
        ["metadata"] => new(FhirRouteKind.Metadata, "GET"),
        ["$process-message"] => new(FhirRouteKind.ProcessMessage, "POST"),
        [var type] when IsType(type) => new(FhirRouteKind.Create, "POST", type),
        [var type, var id] when IsType(type) && id.Length > 0 && id[0] != '$' => new(FhirRouteKind.Update, "PUT", type, id),
        _ => default,
    };

    private static bool IsType(string text) => text.Length > 0 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetter);
}
