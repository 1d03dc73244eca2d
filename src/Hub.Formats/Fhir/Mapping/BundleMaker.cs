using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Makes the bundle of what a message was mapped to: what R4 requires, the ids, the entries.</summary>
internal sealed class BundleMaker(MapRun run)
{
    private readonly List<FhirResource> _entries = [];
    private readonly HashSet<FhirResource> _seen = [];

    private bool IsMessage => run.Options.Bundle == FhirBundleKind.Message;

    /// <summary>Makes the bundle.</summary>
    /// <returns>The bundle; null when there is nothing that could stand in it.</returns>
    public ReadOnlyMemory<byte>? Make()
    {
        Collect();
        if (_entries.Count == 0)
            return null;
        string source = Source();
        BundleIds ids = new(run, _entries, Sender(), source);
        ids.Give();
        foreach (FhirResource resource in _entries)
        {
            FhirRepair.Finish(run, resource);
            if (run.Options.MetaSource)
                resource.Node.Get(resource.Type.Field("meta")!).Set("source", source);
        }

        ids.Part();
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
            BundleRequests requests = new(run.Header.Field(9)[0].Part(1).Text);
            foreach (FhirResource resource in _entries)
            {
                if (told.Add(resource.Id))
                    WriteEntry(json, resource, requests);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return written.WrittenMemory;
    }

    private void WriteEntry(Utf8JsonWriter json, FhirResource resource, BundleRequests requests)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", resource.FullUrl);
        json.WriteStartObject("resource");
        json.WriteString("resourceType", resource.Type.Name);
        json.WriteString("id", resource.Id);
        resource.Node.WriteMembers(json);
        json.WriteEndObject();
        if (run.Options.Bundle == FhirBundleKind.Transaction)
            requests.Write(json, resource);
        json.WriteEndObject();
    }
}
