namespace Hub.Listeners.Fhir;

/// <summary>What is checked of resources before they are taken.</summary>
public enum FhirCheck
{
    /// <summary>All that the Hub knows of R4: a resource with an error is answered 422 and not taken. The default.</summary>
    R4,

    /// <summary>Nothing. What the channel's own steps check is answered all the same.</summary>
    Off,
}
