using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Gives the resources of a bundle their ids: what is known to be the same has the same one, and what differs has another.</summary>
/// <param name="run">The message.</param>
/// <param name="entries">The resources.</param>
/// <param name="sender">Who sent the message.</param>
/// <param name="source">The message.</param>
internal sealed class BundleIds(MapRun run, IReadOnlyList<FhirResource> entries, string sender, string source)
{
    private readonly Dictionary<string, List<FhirResource>> _same = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    private bool IsMessage => run.Options.Bundle == FhirBundleKind.Message;

    /// <summary>Gives each an id by what it is.</summary>
    public void Give()
    {
        // Others are known by their patient and their visit.
        foreach (FhirResource resource in entries.OrderBy(each => each.Type.Name switch { "Patient" => 0, "Encounter" => 1, _ => 2 }))
        {
            string type = resource.Type.Name;
            string? known = FhirIds.Identity(resource, IdOf(resource, "Patient", "subject", "patient", "beneficiary"), IdOf(resource, "Encounter", "encounter") is { Length: > 0 } visit ? visit : source, sender);
            string identity = known is not null ? $"{type}|{known}" : $"{source}|{type}|{resource.Origin}";
            if (!_same.TryGetValue(identity, out List<FhirResource>? same))
                _same[identity] = same = [];
            same.Add(resource);
            // In a message each mention is a resource of its own; elsewhere what is known to be the same is one.
            resource.Id = Of(identity, known is null || (IsMessage && type != "Patient") ? same.Count : 1);
            if (known is null)
                _unknown.Add(identity);
        }
    }

    /// <summary>
    /// Parts those of one identity that say different things, once they are whole. One that is only mentioned is as it was mentioned first, and so is a patient, whose number is certain.
    /// </summary>
    public void Part()
    {
        if (IsMessage)
            return;
        (string Identity, List<FhirResource> All)[] several = [.. _same.Where(each => each.Value.Count > 1 && !_unknown.Contains(each.Key) && each.Value[0].Type.Name is var type && type != "Patient" && !BundleRequests.IsMentioned(type)).Select(each => (each.Key, each.Value))];
        // What refers to two that are parted is parted too; parts never come together again, so this ends.
        bool isParted;
        do
        {
            isParted = false;
            foreach ((string identity, List<FhirResource> all) in several)
            {
                string[] contents = [.. all.Select(Content)];
                string[] distinct = [.. contents.Distinct(StringComparer.Ordinal)];
                for (int i = 0; i < contents.Length; i++)
                {
                    string id = Of(identity, Array.IndexOf(distinct, contents[i]) + 1);
                    isParted |= id != all[i].Id;
                    all[i].Id = id;
                }
            }
        }
        while (isParted);
    }

    private static string Of(string identity, int number) => FhirIds.Of(number == 1 ? identity : $"{identity}#{number}");

    // The one that an element names, else the first of the bundle.
    private string IdOf(FhirResource resource, string type, params ReadOnlySpan<string> elements)
    {
        foreach (string element in elements)
        {
            if (resource.Node.Find(element)?.Link is { } link && link.Type.Name == type)
                return link.Id;
        }

        return entries.FirstOrDefault(each => each.Type.Name == type)?.Id ?? "";
    }

    private static string Content(FhirResource resource)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, new() { SkipValidation = true }))
        {
            json.WriteStartObject();
            resource.Node.WriteMembers(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(written.WrittenSpan);
    }
}
