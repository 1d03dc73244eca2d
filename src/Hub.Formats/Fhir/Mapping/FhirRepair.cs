using System.Collections.Frozen;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>
/// What R4 requires of a resource and the message does not say, and what R4 forbids: required elements get the code that says least or the reason
/// that they are absent; what cannot stand is taken out and told. A message is never refused for it.
/// </summary>
internal static class FhirRepair
{
    public const string Absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    // Codes for required elements of which the guide says nothing in the case at hand.
    private static readonly FrozenDictionary<string, string> s_codes = new Dictionary<string, string>
    {
        ["Account.status"] = "unknown",
        ["Appointment.status"] = "proposed",
        ["Appointment.participant.status"] = "needs-action",
        ["Coverage.status"] = "active",
        ["DiagnosticReport.status"] = "unknown",
        ["DocumentReference.status"] = "current",
        ["Encounter.status"] = "unknown",
        ["EpisodeOfCare.status"] = "active",
        ["MedicationRequest.status"] = "unknown",
        ["MedicationRequest.intent"] = "order",
        ["MedicationAdministration.status"] = "unknown",
        ["Observation.status"] = "unknown",
        ["Procedure.status"] = "unknown",
        ["Provenance.entity.role"] = "source",
        ["ServiceRequest.status"] = "unknown",
        ["ServiceRequest.intent"] = "order",
        ["SupplyRequest.status"] = "unknown",
        ["Task.status"] = "requested",
        ["Task.intent"] = "order",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Finish(MapRun run, FhirResource resource)
    {
        _ = resource.Node.Prune();
        FhirRules.Resource(run, resource);
        Walk(run, resource, resource.Node);
        _ = resource.Node.Prune();
        FhirRules.Complete(resource.Node);
        Require(run, resource.Node);
    }

    /// <summary>Says that an element is absent, and why.</summary>
    public static void SayAbsent(FhirNode node) =>
        node.Add(node.Type!.Field("extension")!).Set("url", Absent).Set("valueCode", "unknown");

    private static void Walk(MapRun run, FhirResource resource, FhirNode node)
    {
        FhirRules.OneOfEachChoice(run, resource.Origin, node);
        for (int i = node.Children.Count - 1; i >= 0; i--)
        {
            FhirChild child = node.Children[i];
            Walk(run, resource, child.Node);
            _ = child.Node.Prune();
            string? wrong = child.Node.IsEmpty ? "" : child.Field.Kind == FhirKind.Complex ? FhirRules.Element(child.Field, child.Node) : null;
            if (wrong is null)
                continue;
            if (wrong.Length > 0)
                run.Note(resource.Origin, child.Field.Name, wrong);
            node.Children.RemoveAt(i);
        }
    }

    private static void Require(MapRun run, FhirNode node)
    {
        if (node.Type is not { } type)
            return;
        foreach (FhirField field in type.Fields)
        {
            if (field.IsRequired && !node.Children.Any(child => child.Field.Name == field.Name || (field.Choice is not null && child.Field.Choice == field.Choice)))
                Supply(run, type, node, field);
        }

        foreach (FhirChild child in node.Children)
            Require(run, child.Node);
    }

    private static void Supply(MapRun run, FhirType type, FhirNode node, FhirField field)
    {
        // Of a choice one is enough: a date, else a concept, else the first.
        if (field.Choice is not null && type.Fields.Where(each => each.Choice == field.Choice).OrderBy(each => each.Kind == FhirKind.DateTime ? 0 : each.TypeName == "CodeableConcept" ? 1 : 2).First() != field)
            return;
        FhirNode made = node.Add(field);
        if (s_codes.TryGetValue($"{type.Name}.{field.Name}", out string? code))
            made.Text = code;
        else if (field.Kind == FhirKind.Instant && PrimitiveText.Of(run.Header.Field(7)[0].Text, FhirKind.Instant, run.OffsetAt) is { } sent)
            made.Text = sent;
        else if (type.Name == "Encounter" && field.Name == "class")
            made.Set("system", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor").Set("code", "UNK");
        else if (field.TypeName.Contains('.', StringComparison.Ordinal) && field.Type!.Fields.Any(each => each.IsRequired))
            return;
        else
            SayAbsent(made);
    }
}
