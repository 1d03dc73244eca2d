using System.Text.Json;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Reads JSON as elements of FHIR: a value and its extensions (<c>birthDate</c> and <c>_birthDate</c>) are one.</summary>
internal static class BackReader
{
    // FHIR nests some twenty deep; who nests deeper means harm (as the validator, FhirJsonReader).
    private const int Deepest = 100;

    /// <summary>Reads a resource.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns>The resource; null when it is none.</returns>
    public static BackNode? Read(ReadOnlyMemory<byte> json, out FhirBackFault? fault)
    {
        fault = null;
        try
        {
            ReadOnlyMemory<byte> text = json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? json[3..] : json;
            using JsonDocument document = JsonDocument.Parse(text, new() { MaxDepth = Deepest });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                fault = new(FhirBackCodes.NotFhir, "", "This is JSON and no object, so no resource. Give a Bundle or another resource of FHIR R4.");
                return null;
            }

            BackNode root = new(null, "resource", -1);
            Fill(root, document.RootElement);
            string? type = root.Resource;
            if (type is null || !FhirStructure.IsResource(type))
                fault = new(FhirBackCodes.NotFhir, "resourceType", type is null ? "There is no \"resourceType\", so this is no resource of FHIR. Name one, for example \"Patient\"." : "The \"resourceType\" is none of FHIR R4. Write it as FHIR does, for example \"Patient\".");
            return fault is null ? root : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // An InvalidOperationException is a text with half a surrogate pair.
            string where = wrong is JsonException { LineNumber: { } line } at ? $"line {line + 1}, byte {at.BytePositionInLine + 1}" : "";
            fault = new(FhirBackCodes.NotFhir, where, "This is no JSON that can be read: it breaks off, holds what JSON does not allow, or nests deeper than 100. Send resources of FHIR R4 as JSON in UTF-8.");
            return null;
        }
    }

    private static void Fill(BackNode node, JsonElement value)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            bool isBeside = member.Name.StartsWith('_');
            string name = isBeside ? member.Name[1..] : member.Name;
            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                Put(node, name, -1, member.Value);
                continue;
            }

            int index = 0;
            foreach (JsonElement item in member.Value.EnumerateArray())
                Put(node, name, index++, item);
        }
    }

    private static void Put(BackNode parent, string name, int index, JsonElement value)
    {
        // An item of a list and what stands beside it have the same place.
        BackNode? known = index < 0 ? parent.Find(name) : parent.All(name).ElementAtOrDefault(index);
        BackNode node = known ?? parent.Add(new(parent, name, index));
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Fill(node, value);
                break;
            case JsonValueKind.String:
                node.Text = value.GetString();
                break;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                node.Text = value.GetRawText();
                break;
            default:
                break;
        }
    }
}
