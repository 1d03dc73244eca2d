using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Makes the bundle of what a message was mapped to: what R4 requires, the ids, the entries.</summary>
internal sealed class BundleMaker(MapRun run)
{
    // What a message owns is updated; what it only mentions is created when it is not there, and left as it is when it is.
    private static readonly HashSet<string> s_mentioned = ["Organization", "Practitioner", "Location", "Device", "PractitionerRole", "Medication"];

    private readonly List<FhirResource> _entries = [];
    private readonly HashSet<FhirResource> _seen = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    private bool IsMessage => run.Options.Bundle == FhirBundleKind.Message;

    public ReadOnlyMemory<byte> Make()
    {
        Collect();
        string source = Source();
        string patient = "";
        foreach (FhirResource resource in _entries.OrderBy(each => each.Type.Name == "Patient" ? 0 : 1))
        {
            resource.Id = IdOf(resource, patient, source);
            if (resource.Type.Name == "Patient" && patient.Length == 0)
                patient = resource.Id;
        }

        foreach (FhirResource resource in _entries)
        {
            FhirRepair.Finish(run, resource);
            if (run.Options.MetaSource)
                resource.Node.Get(resource.Type.Field("meta")!).Set("source", source);
        }

        return Write(source);
    }

    // Those that the lines of the message's map made, and after each what hangs on it.
    private void Collect()
    {
        foreach (FhirResource resource in run.Resources)
            Subjects.Set(run, resource);
        foreach (FhirResource resource in run.Resources)
            _ = resource.Node.Prune();
        foreach (FhirResource resource in run.Resources.OrderBy(each => each.Type.Name == "MessageHeader" ? 0 : 1))
        {
            if ((IsMessage || resource.Type.Name != "MessageHeader") && !resource.Node.IsEmpty)
                Add(resource);
        }
    }

    private void Add(FhirResource resource)
    {
        if (!_seen.Add(resource))
            return;
        _entries.Add(resource);
        AddLinked(resource.Node);
    }

    private void AddLinked(FhirNode node)
    {
        if (node.Link is { } link)
        {
            // A resource that a field opened and said nothing of is none.
            if (!link.Node.Prune() && !node.IsGiven && !_seen.Contains(link))
            {
                node.Link = null;
                return;
            }

            if (!_seen.Contains(link))
                Subjects.Set(run, link);
            Add(link);
        }

        foreach (FhirChild child in node.Children)
            AddLinked(child.Node);
    }

    private string IdOf(FhirResource resource, string patient, string source)
    {
        string? known = FhirIds.Identity(resource, patient, Sender());
        string identity = known is not null ? $"{resource.Type.Name}|{known}" : $"{source}|{resource.Type.Name}|{resource.Origin}";
        int times = _ids[identity] = _ids.GetValueOrDefault(identity) + 1;
        // In a message each mention is a resource of its own; elsewhere what is known to be the same is one.
        bool isOwn = known is null || (IsMessage && resource.Type.Name != "Patient");
        return FhirIds.Of(times == 1 || !isOwn ? identity : $"{identity}#{times}");
    }

    private string Sender() => $"urn:hl7v2:{Escape(run.Header.Field(3)[0].Text)}:{Escape(run.Header.Field(4)[0].Text)}";

    private string Source() => $"{Sender()}:{Escape(run.Header.Field(10)[0].Text)}";

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private ReadOnlyMemory<byte> Write(string source)
    {
        ArrayBufferWriter<byte> written = new(16 * 1024);
        using (Utf8JsonWriter json = new(written, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("id", FhirIds.Of($"{source}|Bundle"));
            run.Bundle.Set("type", run.Options.Bundle switch { FhirBundleKind.Message => "message", FhirBundleKind.Transaction => "transaction", _ => "collection" });
            _ = run.Bundle.Prune();
            run.Bundle.WriteMembers(json);
            json.WriteStartArray("entry");
            HashSet<string> told = new(StringComparer.Ordinal);
            foreach (FhirResource resource in _entries)
            {
                if (told.Add(resource.Id))
                    WriteEntry(json, resource);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return written.WrittenMemory;
    }

    private void WriteEntry(Utf8JsonWriter json, FhirResource resource)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", resource.FullUrl);
        json.WriteStartObject("resource");
        json.WriteString("resourceType", resource.Type.Name);
        json.WriteString("id", resource.Id);
        resource.Node.WriteMembers(json);
        json.WriteEndObject();
        if (run.Options.Bundle == FhirBundleKind.Transaction)
            WriteRequest(json, resource);
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, FhirResource resource)
    {
        string type = resource.Type.Name;
        json.WriteStartObject("request");
        string? search = FhirIds.Known(resource.Node) is { } known ? $"identifier={Uri.EscapeDataString(known.System)}|{Uri.EscapeDataString(known.Value)}" : null;
        bool isMentioned = s_mentioned.Contains(type) && search is not null;
        json.WriteString("method", isMentioned ? "POST" : "PUT");
        json.WriteString("url", isMentioned ? type : search is not null ? $"{type}?{search}" : $"{type}/{resource.Id}");
        if (isMentioned)
            json.WriteString("ifNoneExist", search);
        json.WriteEndObject();
    }
}

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
