using System.Globalization;
using System.Net;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Rules of R4 between elements (its invariants), where data of messages breaks them.</summary>
internal static class FhirRules
{
    /// <summary>Mends an element, or says why it cannot stay; empty when it says nothing.</summary>
    public static string? Element(FhirField field, FhirNode node)
    {
        if (field.Codes is { } codes && field.TypeName is "CodeableConcept" or "Coding" && !HasCode(node, field.Codes!))
            return "None of the codes is one that FHIR R4 requires here.";
        switch (node.Type!.Name)
        {
            case "Extension":
                // ext-1: a value or parts.
                return node.Find("url") is null || node.Children.Count < 2 ? "" : null;
            case "ContactPoint" when node.Find("value") is not null && node.Find("system") is null:
                // cpt-2; the guide: without equipment type and address it is unknown.
                FhirRepair.SayAbsent(node.Add(node.Type.Field("system")!));
                return null;
            case "Quantity" or "Duration" or "Age" when node.Find("code") is not null && node.Find("system") is null:
                // qty-3
                if (node.Find("unit") is null)
                    _ = node.Set("unit", node.TextOf("code")!);
                node.Remove("code");
                return null;
            case "Attachment" when node.Find("data") is not null && node.Find("contentType") is null:
                // att-1
                _ = node.Set("contentType", "application/octet-stream");
                return null;
            case "Period" when node.TextOf("start") is { } start && node.TextOf("end") is { } end && IsAfter(start, end):
                // per-1
                node.Remove("end");
                return null;
            case "Range" when Value(node, "low") is { } low && Value(node, "high") is { } high && low > high:
                // rng-2
                return "The range begins above its end.";
            case "Ratio" when node.Find("numerator") is null != (node.Find("denominator") is null):
                // rat-1
                return "A ratio needs both its parts.";
            case "Patient.contact" when node.Find("name") is null && node.Find("telecom") is null && node.Find("address") is null && node.Find("organization") is null:
                // pat-1; of a contact that only its time is known of (NK1-8, NK1-9) that is kept.
                if (node.Find("period") is not null)
                {
                    FhirRepair.SayAbsent(node.Add(node.Type.Field("name")!));
                    return null;
                }

                return "A contact needs a name, an address or an organization.";
            case "Timing.repeat":
                Repeat(node);
                return null;
            case "Narrative":
                Narrative(node);
                return null;
            case "Appointment.participant" when node.Find("type") is null && node.Find("actor") is null:
                // app-1
                FhirRepair.SayAbsent(node.Add(node.Type.Field("actor")!));
                return null;
            case "CareTeam.participant" when node.Find("onBehalfOf") is not null && node.Find("member")?.Link?.Type.Name != "Practitioner":
                // ctm-1
                node.Remove("onBehalfOf");
                return null;
            case "Provenance.entity" when node.Find("what") is null:
                return "";
            default:
                return null;
        }
    }

    /// <summary>Mends a resource.</summary>
    public static void Resource(MapRun run, FhirResource resource)
    {
        FhirNode node = resource.Node;
        switch (resource.Type.Name)
        {
            case "Observation":
                Observation(node);
                break;
            case "Organization":
                // org-2, org-3: an organization is nobody's home.
                foreach (FhirNode reached in node.All("telecom").Concat(node.All("address")).Where(each => each.TextOf("use") == "home"))
                    reached.Remove("use");
                // org-1
                if (node.Find("name") is null && node.Find("identifier") is null)
                    FhirRepair.SayAbsent(node.Add(resource.Type.Field("name")!));
                break;
            case "Condition" or "AllergyIntolerance" when Has(node, "verificationStatus", "entered-in-error"):
                // con-5, ait-2
                node.Remove("clinicalStatus");
                break;
            case "Appointment":
                Appointment(node);
                break;
            default:
                break;
        }
    }

    /// <summary>Adds what a rule of R4 asks for once all else is settled.</summary>
    public static void Complete(FhirNode node)
    {
        // ait-1: an allergy that is no error has a state; one that is reported is taken for active.
        if (node.Type is { Name: "AllergyIntolerance" } type && node.Find("clinicalStatus") is null && !Has(node, "verificationStatus", "entered-in-error"))
        {
            FhirNode status = node.Add(type.Field("clinicalStatus")!);
            status.Add(status.Type!.Field("coding")!).Set("system", "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical").Set("code", "active");
        }
    }

    // obs-6: a reason of absence stands without a value; obs-7: no value beside a component of the same code.
    private static void Observation(FhirNode node)
    {
        bool IsValue(FhirChild child) => child.Field.Choice == "value";
        if (node.Children.Any(child => IsValue(child) && !child.Node.IsEmpty))
            node.Remove("dataAbsentReason");
        if (node.All("component").Any())
            node.Children.RemoveAll(child => IsValue(child));
    }

    // app-2, app-3: start and end together, and both unless it is proposed, cancelled or waits.
    private static void Appointment(FhirNode node)
    {
        bool isOpen = node.TextOf("status") is null or "proposed" or "cancelled" or "waitlist";
        foreach (string name in (string[])["start", "end"])
        {
            bool isNeeded = !isOpen || node.Find("start") is not null || node.Find("end") is not null;
            if (isNeeded && node.Find(name) is null)
                FhirRepair.SayAbsent(node.Add(node.Type!.Field(name)!));
        }
    }

    /// <summary>Of an element that may have one of several types, keeps the first.</summary>
    public static void OneOfEachChoice(MapRun run, string origin, FhirNode node)
    {
        if (!node.Children.Exists(child => child.Field.Choice is not null))
            return;
        foreach (IGrouping<string, FhirChild> choice in node.Children.Where(child => child.Field.Choice is not null).GroupBy(child => child.Field.Choice!).ToList())
        {
            FhirField kept = choice.First().Field;
            if (choice.All(child => child.Field == kept))
                continue;
            run.Note(origin, choice.Key, "FHIR R4 has room for one kind of value; the others are left out.");
            node.Children.RemoveAll(child => child.Field.Choice == choice.Key && child.Field != kept);
        }
    }

    // tim-1, 2, 4, 5, 6, 7, 9, 10
    private static void Repeat(FhirNode node)
    {
        Together(node, "duration", "durationUnit");
        Together(node, "period", "periodUnit");
        if (node.Find("offset") is not null && node.Find("when") is null)
            node.Remove("offset");
        if (node.Find("timeOfDay") is not null)
            node.Remove("when");
        if (node.Find("countMax") is not null && node.Find("count") is null)
            node.Remove("countMax");
    }

    private static void Together(FhirNode node, string first, string second)
    {
        if (node.TextOf(first)?.StartsWith('-') == true)
            node.Remove(first);
        if (node.Find(first) is null || node.Find(second) is null)
        {
            node.Remove(first);
            node.Remove(second);
        }
    }

    private static void Narrative(FhirNode node)
    {
        string text = node.TextOf("div") ?? "";
        if (!text.StartsWith("<div", StringComparison.Ordinal))
            _ = node.Set("div", $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{WebUtility.HtmlEncode(text)}</div>");
        if (node.Find("status") is null)
            _ = node.Set("status", "additional");
    }

    private static bool HasCode(FhirNode node, IReadOnlySet<string> codes) =>
        node.Type!.Name == "Coding" ? node.TextOf("code") is { } code && codes.Contains(code) : node.All("coding").Any(coding => HasCode(coding, codes));

    private static bool Has(FhirNode node, string name, string code) => node.Find(name)?.All("coding").Any(coding => coding.TextOf("code") == code) == true;

    private static decimal? Value(FhirNode node, string name) =>
        decimal.TryParse(node.Find(name)?.TextOf("value"), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value) ? value : null;

    private static bool IsAfter(string start, string end)
    {
        int shared = Math.Min(start.Length, end.Length);
        bool isWhole = shared > 10 && DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) && DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
        return isWhole
            ? DateTimeOffset.Parse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) > DateTimeOffset.Parse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : string.CompareOrdinal(start, 0, end, 0, Math.Min(shared, 10)) > 0;
    }
}
