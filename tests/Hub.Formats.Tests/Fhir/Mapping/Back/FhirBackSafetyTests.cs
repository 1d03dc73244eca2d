using System.Text;
using System.Text.Json.Nodes;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Mapping.Back;

/// <summary>A bundle with two patients: no message has data of both, whatever refers to what.</summary>
public sealed class FhirBackSafetyTests
{
    // One of each kind of resource that names a patient. Every text of a patient holds the patient's letters.
    private static readonly string[] s_kinds =
    [
        """{"resourceType":"Patient","id":"p-#","identifier":[{"system":"urn:own","value":"#1"}],"name":[{"family":"#2"}],"contact":[{"name":{"family":"#3"}}],"address":[{"city":"#4"}]}""",
        """{"resourceType":"RelatedPerson","id":"rp-#","patient":{"reference":"Patient/p-#"},"name":[{"family":"#5"}]}""",
        """{"resourceType":"Encounter","id":"e-#","identifier":[{"value":"#6"}],"status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/p-#"},"diagnosis":[{"condition":{"reference":"Condition/c-#"}}]}""",
        """{"resourceType":"Condition","id":"c-#","subject":{"reference":"Patient/p-#"},"encounter":{"reference":"Encounter/e-#"},"code":{"text":"#7"}}""",
        """{"resourceType":"AllergyIntolerance","id":"al-#","patient":{"reference":"Patient/p-#"},"code":{"text":"#8"}}""",
        """{"resourceType":"Coverage","id":"cv-#","status":"active","beneficiary":{"reference":"Patient/p-#"},"subscriber":{"reference":"RelatedPerson/rp-#"},"subscriberId":"#9","payor":[{"display":"#10"}]}""",
        """{"resourceType":"Procedure","id":"pr-#","status":"completed","subject":{"reference":"Patient/p-#"},"encounter":{"reference":"Encounter/e-#"},"code":{"text":"#11"}}""",
        """{"resourceType":"ServiceRequest","id":"s-#","identifier":[{"value":"#12"}],"status":"active","intent":"order","subject":{"reference":"Patient/p-#"},"encounter":{"reference":"Encounter/e-#"},"code":{"text":"#13"},"specimen":[{"reference":"Specimen/sp-#"}],"note":[{"text":"#14"}]}""",
        """{"resourceType":"Specimen","id":"sp-#","identifier":[{"value":"#15"}],"subject":{"reference":"Patient/p-#"},"type":{"text":"#16"}}""",
        """{"resourceType":"DiagnosticReport","id":"d-#","identifier":[{"value":"#17"}],"status":"final","subject":{"reference":"Patient/p-#"},"encounter":{"reference":"Encounter/e-#"},"basedOn":[{"reference":"ServiceRequest/s-#"}],"code":{"text":"#18"},"specimen":[{"reference":"Specimen/sp-#"}],"result":[{"reference":"Observation/o-#"},{"reference":"Observation/o2-#"}]}""",
        """{"resourceType":"Observation","id":"o-#","status":"final","subject":{"reference":"Patient/p-#"},"encounter":{"reference":"Encounter/e-#"},"code":{"text":"#19"},"valueString":"#20","hasMember":[{"reference":"Observation/o2-#"}],"specimen":{"reference":"Specimen/sp-#"}}""",
        """{"resourceType":"Observation","id":"o2-#","status":"final","subject":{"reference":"Patient/p-#"},"code":{"text":"#21"},"component":[{"code":{"text":"#22"},"valueString":"#23"}]}""",
        """{"resourceType":"Observation","id":"o3-#","status":"final","subject":{"reference":"Patient/p-#"},"code":{"text":"#24"},"valueString":"#25"}""",
        """{"resourceType":"Appointment","id":"ap-#","identifier":[{"value":"#26"}],"status":"booked","start":"2026-03-05T09:00:00Z","participant":[{"actor":{"reference":"Patient/p-#"},"status":"accepted"}],"comment":"#27"}""",
        """{"resourceType":"Immunization","id":"i-#","status":"completed","patient":{"reference":"Patient/p-#"},"encounter":{"reference":"Encounter/e-#"},"vaccineCode":{"text":"#28"},"occurrenceDateTime":"2026-03-01","lotNumber":"#29","reaction":[{"detail":{"reference":"Observation/o3-#"}}]}""",
        """{"resourceType":"DocumentReference","id":"dr-#","identifier":[{"value":"#30"}],"status":"current","subject":{"reference":"Patient/p-#"},"context":{"encounter":[{"reference":"Encounter/e-#"}]},"description":"#31","content":[{"attachment":{"title":"#32"}}]}""",
        """{"resourceType":"Account","id":"ac-#","identifier":[{"value":"#33"}],"status":"active","subject":[{"reference":"Patient/p-#"}]}""",
    ];

    private static readonly string?[] s_events = [null, "A01", "A08", "A40", "R01", "O21", "ORM^O01", "V04", "S12", "T02"];

    [Fact]
    public void Every_message_of_a_bundle_with_two_patients_has_data_of_one()
    {
        Assert.All(s_events, name => Assert.NotEqual(0, Check(Both(), name, name ?? "no event")));
        // Both have something in the messages, so that the silence above is no silence of all.
        string all = string.Concat(Texts(Both(), null));
        Assert.All((string[])["QQA2", "QQB2", "QQA20", "QQB20", "QQA29", "QQB29"], text => Assert.Contains(text, all, StringComparison.Ordinal));
    }

    [Fact]
    public void A_reference_to_the_others_data_brings_none_of_it_wherever_it_stands()
    {
        int count = References(Both()).Count(each => !IsOwner(each));
        Assert.Equal(34, count);
        for (int i = 0; i < count; i++)
        {
            JsonObject bundle = Both();
            JsonObject reference = References(bundle).Where(each => !IsOwner(each)).ElementAt(i);
            string text = (string)reference["reference"]!;
            reference["reference"] = text.EndsWith('A') ? $"{text[..^1]}B" : $"{text[..^1]}A";
            foreach (string? name in s_events)
                Check(bundle, name, $"{reference.GetPath()} names {reference["reference"]}, event {name}");
        }
    }

    [Fact]
    public void A_relative_reference_names_a_resource_of_the_same_server_only()
    {
        string json = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"https://north.example/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1","name":[{"family":"Mole"}]}},
            {"fullUrl":"https://north.example/fhir/Observation/1","resource":{"resourceType":"Observation","id":"1","status":"final","code":{"text":"own"},"subject":{"reference":"Patient/1"},"valueString":"x"}},
            {"fullUrl":"https://south.example/fhir/Observation/2","resource":{"resourceType":"Observation","id":"2","status":"final","code":{"text":"foreign"},"subject":{"reference":"Patient/1"},"valueString":"y"}}]}
            """;
        string all = string.Concat(Texts(JsonNode.Parse(json)!.AsObject(), null));
        Assert.Contains("own", all, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", all, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Two_published_bundles_in_one_become_messages_of_one_each()
    {
        string[] files = [.. Directory.GetFiles(Corpus.Need("v2-to-fhir"), "*.fhir.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        int compared = 0;
        // Neighbours are alike, so that what they share says nothing of either; every fifth pair is enough.
        for (int i = 0; i + 7 < files.Length; i += 5)
        {
            (JsonObject first, JsonObject second) = (Published(files[i], "a"), Published(files[i + 7], "b"));
            HashSet<string> ofFirst = [.. Texts(first, null).SelectMany(Words)];
            HashSet<string> ofSecond = [.. Texts(second, null).SelectMany(Words)];
            JsonObject both = new() { ["resourceType"] = "Bundle", ["type"] = "collection", ["entry"] = new JsonArray([.. first["entry"]!.AsArray().Concat(second["entry"]!.AsArray()).Select(entry => entry!.DeepClone())]) };
            foreach (string message in Texts(both, null))
            {
                string[] words = [.. Words(message)];
                Assert.False(Array.Exists(words, word => ofFirst.Contains(word) && !ofSecond.Contains(word)) && Array.Exists(words, word => ofSecond.Contains(word) && !ofFirst.Contains(word)), $"{Path.GetFileName(files[i])} and {Path.GetFileName(files[i + 7])}:\n{message.Replace('\r', '\n')}");
                compared++;
            }
        }

        Assert.True(compared > 50, $"{compared} messages");
    }

    // What a message says; MSH and EVN have the time of the conversion and the number of the message.
    private static IEnumerable<string> Words(string message) => message.Split('\r').Where(segment => segment.Length > 4 && segment[..3] is not ("MSH" or "EVN"))
        .SelectMany(segment => segment[4..].Split('|', '^', '&', '~')).Where(word => word.Length > 3);

    // The resources about a patient, under ids of their own.
    private static JsonObject Published(string file, string mark)
    {
        JsonObject bundle = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        JsonObject[] entries = [.. bundle["entry"]!.AsArray().Select(entry => entry!.AsObject()).Where(entry => (string?)entry["resource"]?["resourceType"] is not (null or "MessageHeader" or "Provenance"))];
        foreach (JsonObject entry in entries)
        {
            JsonObject resource = entry["resource"]!.AsObject();
            string name = $"{resource["resourceType"]}/{mark}-{resource["id"]}";
            foreach (JsonObject reference in entries.SelectMany(References).Where(each => (string)each["reference"]! is var text && (text == (string?)entry["fullUrl"] || text == $"{resource["resourceType"]}/{resource["id"]}")))
                reference["reference"] = name;
            resource["id"] = $"{mark}-{resource["id"]}";
            _ = entry.Remove("fullUrl");
        }

        return new() { ["resourceType"] = "Bundle", ["type"] = "collection", ["entry"] = new JsonArray([.. entries.Select(entry => entry.DeepClone())]) };
    }

    private static JsonObject Both() => new()
    {
        ["resourceType"] = "Bundle",
        ["type"] = "collection",
        ["entry"] = new JsonArray([.. s_kinds.SelectMany(kind => (JsonNode[])[Entry(kind, "A"), Entry(kind, "B")])]),
    };

    private static JsonObject Entry(string kind, string who) => new() { ["resource"] = JsonNode.Parse(kind.Replace("-#", $"-{who}", StringComparison.Ordinal).Replace("#", $"QQ{who}", StringComparison.Ordinal)) };

    private static IEnumerable<JsonObject> References(JsonNode? node) => node switch
    {
        JsonObject some => some.SelectMany(member => References(member.Value)).Concat(some.ContainsKey("reference") ? [some] : []),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    // Who changes these says that the resource is the other's.
    private static bool IsOwner(JsonObject reference) => ((string)reference["reference"]!).StartsWith("Patient/", StringComparison.Ordinal);

    private static int Check(JsonObject bundle, string? name, string what)
    {
        List<string> messages = Texts(bundle, name);
        Assert.All(messages, message => Assert.False(message.Contains("QQA", StringComparison.Ordinal) && message.Contains("QQB", StringComparison.Ordinal), $"{what}:\n{message.Replace('\r', '\n')}"));
        return messages.Count;
    }

    private static List<string> Texts(JsonObject bundle, string? name) =>
        [.. FhirBackMapping.Guide.Convert(Encoding.UTF8.GetBytes(bundle.ToJsonString()), new() { Event = name, Now = DateTimeOffset.UnixEpoch }).Messages.Select(message => Encoding.UTF8.GetString(message.Bytes.Span))];
}
