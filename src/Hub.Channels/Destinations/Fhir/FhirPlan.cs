using Hub.Formats.Fhir.Outcomes;

namespace Hub.Channels.Destinations.Fhir;

/// <summary>What is asked of the server for one resource.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">What follows the base.</param>
/// <param name="IfNoneExist">The condition of a create.</param>
/// <param name="IsMinimal">Whether the server is asked not to send the resource back. A message is answered with a message.</param>
internal sealed record FhirPlan(HttpMethod Method, string Path, string? IfNoneExist = null, bool IsMinimal = true)
{
    /// <summary>Finds what to ask.</summary>
    /// <param name="interaction">What the file says.</param>
    /// <param name="head">What the resource is.</param>
    /// <param name="search">How the server finds it; null for none.</param>
    /// <param name="refusal">Why nothing can be asked.</param>
    public static FhirPlan? Of(FhirInteraction interaction, FhirHead head, string? search, out string? refusal)
    {
        bool isTransaction = head.BundleType is "transaction" or "batch";
        refusal = null;
        switch (interaction)
        {
            case FhirInteraction.Create when search is not null:
                return new(HttpMethod.Post, $"/{head.Type}", search);
            case FhirInteraction.Update when search is not null:
                return new(HttpMethod.Put, $"/{head.Type}?{search}");
            case FhirInteraction.Transaction or FhirInteraction.ByContent when isTransaction:
                return new(HttpMethod.Post, "");
            case FhirInteraction.ProcessMessage or FhirInteraction.ByContent when head.BundleType == "message":
                return new(HttpMethod.Post, "/$process-message", IsMinimal: false);
            case FhirInteraction.Update or FhirInteraction.ByContent when IsId(head.Id):
                return new(HttpMethod.Put, $"/{head.Type}/{head.Id}");
            default:
                refusal = $"HUB4306 {Explain(interaction, head)}";
                return null;
        }
    }

    private static bool IsId(string? id) => id is { Length: > 0 and <= 64 } && id is not ("." or "..") && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');

    private static string Explain(FhirInteraction interaction, FhirHead head) => interaction switch
    {
        FhirInteraction.Transaction => $"The content is {head.Type}, and \"interaction\": \"transaction\" sends bundles of type transaction or batch. Change the steps that make it, or the interaction.",
        FhirInteraction.ProcessMessage => $"The content is {head.Type}, and \"interaction\": \"processMessage\" sends bundles of type message. Change the steps that make it, or the interaction.",
        _ => $"The content is {head.Type} without an id that FHIR allows, so there is nothing to put it under. Give it an id with a step, or say with \"search\" how the server finds it.",
    };
}
