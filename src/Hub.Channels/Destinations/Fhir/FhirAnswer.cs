using System.Text.Json;
using Hub.Contracts;
using Hub.Formats.Fhir.Outcomes;

namespace Hub.Channels.Destinations.Fhir;

// A status of 2xx says that the server took the request. A batch says for each entry what became of it (FHIR R4 §3.1.0.11.4), and a message
// is answered by one that says whether it was processed (§2.41.4): both may say no in an answer of 200.

/// <summary>Reads answers of 2xx to bundles.</summary>
internal static class FhirAnswer
{
    public static DeliveryResult Judge(DeliveryResult result, string? bundleType)
    {
        if (bundleType is not ("batch" or "message"))
            return result;
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Answer);
            JsonElement answer = document.RootElement;
            if (Text(answer, "resourceType") != "Bundle" || !answer.TryGetProperty("entry", out JsonElement entries) || entries.ValueKind != JsonValueKind.Array)
                return result;
            return (bundleType == "batch" ? OfBatch(result, entries) : OfMessage(result, entries)) ?? result;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Of more than 64 KiB only the beginning is kept. What became of the entries is not known.
            return bundleType == "message" ? result : DeliveryResult.Refused(
                "HUB4307 The server took the batch, and its answer is longer than 64 KiB or no JSON, so what became of the entries is not known. Look at the server; send smaller batches, or a transaction.", result.AnswerCode, result.Answer);
        }
    }

    private static DeliveryResult? OfBatch(DeliveryResult result, JsonElement entries)
    {
        List<string> failed = [];
        bool isLasting = false;
        int index = -1;
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            index++;
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("response", out JsonElement response) || StatusOf(response) is not { } status || status is >= 200 and < 300)
                continue;
            isLasting |= status is >= 400 and < 500 and not (408 or 425 or 429);
            string why = response.TryGetProperty("outcome", out JsonElement outcome) && FhirOutcome.Read(outcome) is { } said ? $" ({said})" : "";
            failed.Add($"entry[{index}] {status}{why}");
        }

        if (failed.Count == 0)
            return null;
        string words = $"HUB4308 The server took the batch and refused {failed.Count} of its entries: {string.Join(", ", failed.Take(5))}.";
        return isLasting
            ? DeliveryResult.Refused($"{words} Put the cause right and replay the message.", result.AnswerCode, result.Answer)
            : DeliveryResult.Retry($"{words} The batch is sent again.", result.AnswerCode, result.Answer) with { Reach = SendReach.Answered };
    }

    private static DeliveryResult? OfMessage(DeliveryResult result, JsonElement entries)
    {
        if (entries.GetArrayLength() == 0 || entries[0].ValueKind != JsonValueKind.Object || !entries[0].TryGetProperty("resource", out JsonElement header) || !Has(header, "response", out JsonElement response))
            return null;
        return Text(response, "code") switch
        {
            "transient-error" => DeliveryResult.Retry("HUB4309 The receiver of the message answered transient-error. The message is sent again.", result.AnswerCode, result.Answer) with { Reach = SendReach.Answered },
            "fatal-error" => DeliveryResult.Refused("HUB4309 The receiver of the message answered fatal-error. Its answer says why (hub show). Put the cause right and replay the message.", result.AnswerCode, result.Answer),
            _ => null,
        };
    }

    private static bool Has(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
    }

    // "201 Created": the number at the beginning.
    private static int? StatusOf(JsonElement response) => Text(response, "status") is { Length: >= 3 } status && int.TryParse(status.AsSpan(0, 3), out int number) ? number : null;

    private static string? Text(JsonElement element, string name) => Has(element, name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
