namespace Hub.Formats.Fhir.Mapping;

/// <summary>Names the patient and encounter that a resource is about where the lines of the guide do not.</summary>
internal static class Subjects
{
    public static void Set(MapRun run, FhirResource resource)
    {
        Visit(run, resource);
        FhirField? field = resource.Type.Field("subject") ?? resource.Type.Field("patient") ?? resource.Type.Field("beneficiary");
        if (field is not { TypeName: "Reference" } || resource.Type.Name is "Basic" or "Device" or "Group" || resource.Node.Find(field.Name) is { Link: not null })
            return;
        if (run.Resources.FirstOrDefault(each => each.Type.Name == "Patient") is { } patient && (field.Targets is null || field.Targets.Contains("Patient")) && !resource.Node.IsEmpty)
            (resource.Node.Get(field).Link, resource.Node.Get(field).IsGiven) = (patient, true);
    }

    // A message of one visit is about that visit; of several, or in a resource that says which, it is left as it is. The patient's account (PID-18) is what the visit is charged to.
    private static void Visit(MapRun run, FhirResource resource)
    {
        string name = resource.Type.Name == "Encounter" ? "account" : "encounter";
        if (resource.Node.IsEmpty || resource.Type.Field(name) is not { TypeName: "Reference" } field || resource.Node.Find(name) is not null)
            return;
        string wanted = name == "account" ? "Account" : "Encounter";
        if (field.Targets is { } allowed && !allowed.Contains(wanted))
            return;
        List<FhirResource> found = [.. run.Resources.Where(each => each.Type.Name == wanted && !each.Node.IsEmpty).Take(2)];
        if (found.Count == 1)
            (resource.Node.Get(field).Link, resource.Node.Get(field).IsGiven) = (found[0], true);
    }
}
