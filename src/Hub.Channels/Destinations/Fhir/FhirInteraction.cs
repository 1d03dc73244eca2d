namespace Hub.Channels.Destinations.Fhir;

/// <summary>What a FHIR server is asked to do with a message.</summary>
public enum FhirInteraction
{
    /// <summary>
    /// What the content asks for: a bundle of type transaction or batch goes to the base, one of type message to <c>$process-message</c>, a resource with an id is put under it.
    /// Anything else is parked.
    /// </summary>
    ByContent,

    /// <summary>The resource is created under its type, unless <c>search</c> finds one already (<c>If-None-Exist</c>). Needs <c>search</c>.</summary>
    Create,

    /// <summary>The resource is put under its type and id; with <c>search</c>, under what it finds (conditional update).</summary>
    Update,

    /// <summary>The bundle, of type transaction or batch, is posted to the base.</summary>
    Transaction,

    /// <summary>The bundle, of type message, is posted to <c>$process-message</c>.</summary>
    ProcessMessage,
}
