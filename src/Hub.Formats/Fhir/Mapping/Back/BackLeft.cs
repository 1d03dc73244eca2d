namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Tells what no message carries, so that nothing is dropped in silence.</summary>
internal static class BackLeft
{
    // What says something about the bundle or the resource as a record of FHIR, and nothing about the patient.
    private static readonly HashSet<string> s_record = ["resourceType", "id", "meta", "text", "implicitRules", "language"];

    public static void Tell(BackInput input, BackPlan plan, BackNotes notes)
    {
        HashSet<BackNode> done = [.. plan.Subjects.SelectMany(subject => subject.Done)];
        foreach (BackNode resource in input.Resources)
        {
            // Provenance tells who made the bundle; the message tells it of itself.
            if (resource.Resource is "MessageHeader" or "Provenance" && !done.Contains(resource))
                continue;
            if (done.Contains(resource))
                Tell(input, resource, notes, isTop: true);
            else if (plan.Scope.PatientOf(resource) != BackScope.Unknown)
                notes.Add(resource, $"No message carries this {resource.Resource}: the event has no place for it, or nothing that the message carries names it.");
        }
    }

    private static void Tell(BackInput input, BackNode node, BackNotes notes, bool isTop)
    {
        foreach (BackNode child in node.Children)
        {
            if (isTop && s_record.Contains(child.Name))
                continue;
            if (child.Text is not null && !child.IsUsed && !IsSaid(input, child))
                notes.Add(child, "No field of the message takes it.");
            Tell(input, child, notes, isTop: child.Name is "contained");
        }
    }

    // A reference to what is in the message is said by standing beside it; that something is unknown, by silence.
    private static bool IsSaid(BackInput input, BackNode leaf)
    {
        if (leaf.Name is "reference" or "type" or "display" && leaf.Parent is { } parent && parent.Find("reference") is not null && input.Resolve(parent) is not null)
            return true;
        return leaf.Parent is { Name: "extension" } extension && extension.TextOf("url") == FhirRepair.Absent;
    }
}
