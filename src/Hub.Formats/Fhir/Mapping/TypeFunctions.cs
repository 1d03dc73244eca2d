using System.Globalization;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Data types whose rows only people can read, and what the guide says in words.</summary>
internal static class TypeFunctions
{
    private static readonly string[] s_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>Whether a map of a data type is followed here, line by line of the guide's table, and not rule by rule.</summary>
    public static bool Covers(string map) => map is "PL.Location" or "NDL.PractitionerRole" or "OG.Extension-Subidentifier";

    /// <summary>Follows such a map.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool Run(SegmentRun run, RuleMap map, FhirSlot slot, MapValue value)
    {
        switch (map.Name)
        {
            case "PL.Location":
                PlaceParts.Location(run, slot.Node, value);
                return true;
            case "NDL.PractitionerRole":
                PlaceParts.Role(run, slot.Node, value);
                return true;
            case "OG.Extension-Subidentifier":
                SubIdentifier(slot.Node, value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The map of a data type for an element when a rule names none.</summary>
    public static RuleMap? DefaultFor(RuleSet rules, string type) => type switch
    {
        "CodeableConcept" => rules.Map("CWE.CodeableConcept"),
        "Coding" => rules.Map("CWE.Coding"),
        "Identifier" => rules.Map("CX.Identifier"),
        "HumanName" => rules.Map("XPN.HumanName"),
        "Address" => rules.Map("XAD.Address"),
        "ContactPoint" => rules.Map("XTN.ContactPoint"),
        "Quantity" or "Duration" => rules.Map("CQ.Quantity"),
        "Period" => rules.Map("DR.Period"),
        "Annotation" => rules.Map("CWE.Annotation"),
        _ => null,
    };

    /// <summary>Does what the guide says in words.</summary>
    public static void Write(SegmentRun run, string function, FhirSlot slot, MapValue? value, MapValue? whole)
    {
        switch (function)
        {
            case "time":
                run.Put(slot, run.Message.Header.Field(7)[0].Text, null, isLiteral: true);
                break;
            case "assembler":
                Assembler(run, slot.Node);
                break;
            case "whole" when value is { } given:
                run.Put(slot, given.Whole, null, isLiteral: true);
                break;
            case "name" when whole is { } name:
                run.Put(slot, NameText(name), null, isLiteral: true);
                break;
            case "minutes" when whole is { } quantity:
                run.Put(slot, TimeSpans.Minutes(quantity) ?? "", null, isLiteral: true);
                break;
            case "weekday" when value is { } day && int.TryParse(day.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= 7:
                run.Put(slot, s_days[number - 1], null, isLiteral: true);
                break;
            case "data" when value is { } data && whole is { } document:
                Data(run, slot, data, document);
                break;
            case not null when value is { } span && TimeSpans.IsSpan($"/{function}"):
                run.Put(slot, TimeSpans.Moved(run, function.Split(' '), span) ?? "", null, isLiteral: true);
                break;
            default:
                break;
        }
    }

    // The parts of OG; a sub-ID that is plain text is the original alone.
    private static void SubIdentifier(FhirNode observation, MapValue value)
    {
        FhirNode extension = observation.Add(observation.Type!.Field("extension")!).Set("url", "http://hl7.org/fhir/StructureDefinition/observation-v2-subid");
        (string Url, string Field)[] parts = [("original-sub-identifier", "valueString"), ("group", "valueDecimal"), ("sequence", "valueDecimal"), ("identifier", "valueString")];
        for (int i = 0; i < parts.Length; i++)
        {
            string text = value.Part(i + 1).Text;
            string? written = parts[i].Field == "valueDecimal" ? PrimitiveText.Number(text) : PrimitiveText.Of(text, FhirKind.Text, null);
            if (written is not null)
                extension.Add(extension.Type!.Field("extension")!).Set("url", parts[i].Url).Set(parts[i].Field, written);
        }
    }

    private static void Assembler(SegmentRun run, FhirNode organization)
    {
        string[] parts = run.Message.Options.Assembler.Split('^');
        string name = parts[0];
        (string id, string kind) = parts.Length > 2 ? (parts[1], parts[2]) : ($"urn:uuid:{FhirIds.Of($"assembler|{name}")}", "UUID");
        FhirField identifier = organization.Type!.Field("identifier")!;
        organization.Set("name", name);
        organization.Add(identifier).Set("value", name);
        // As the guide has HD.
        FhirNode unique = organization.Add(identifier).Set("value", id);
        if (kind is "ISO" or "UUID")
            unique.Set("system", "urn:ietf:rfc:3986");
        FhirNode type = unique.Get(unique.Type!.Field("type")!);
        type.Get(type.Type!.Field("coding")!).Set("system", "http://terminology.hl7.org/CodeSystem/v2-0301").Set("code", kind);
    }

    // XPN.11: F is family first; G, and nothing, given first.
    private static string NameText(MapValue name)
    {
        string given = $"{name.Part(2).Text} {name.Part(3).Text}";
        string[] parts = name.Part(11).Text == "F"
            ? [name.Part(5).Text, name.Part(1).Text, given, name.Part(4).Text]
            : [name.Part(5).Text, given, name.Part(1).Text, name.Part(4).Text];
        return string.Join(' ', string.Join(' ', parts).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    // ED.4 says how ED.5 is written: A as text, Hex, Base64 (HL7 table 0299).
    private static void Data(SegmentRun run, FhirSlot slot, MapValue data, MapValue document)
    {
        string text = data.Text;
        try
        {
            slot.Node.Text = document.Part(4).Text.ToUpperInvariant() switch
            {
                "BASE64" => Convert.ToBase64String(Convert.FromBase64String(text)),
                "HEX" => Convert.ToBase64String(Convert.FromHexString(text)),
                _ => PrimitiveText.Of(text, FhirKind.Base64, null),
            };
        }
        catch (FormatException)
        {
            run.Message.Note(run.Place(), "data", "The data is not in the encoding that ED.4 names.");
        }
    }
}
