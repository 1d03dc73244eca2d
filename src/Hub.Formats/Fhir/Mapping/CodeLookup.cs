using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Codes and the names of coding systems.</summary>
internal static partial class CodeLookup
{
    /// <summary>
    /// Puts what a table of codes says in place of the coding of a concept that the message names first, or of a coding. A concept whose first code is
    /// left out has it in the alternate components. What the table does not have stays as the message says it.
    /// </summary>
    public static void Replace(FhirNode node, CodeMap codes, MapValue value)
    {
        if (node.Type is not { Name: "CodeableConcept" or "Coding" })
            return;
        bool isAlternate = node.Type.Name == "CodeableConcept" && !value.Part(1).IsValued;
        string text = value.Part(isAlternate ? 4 : 1).Text;
        if (codes.Find(text) is not { } entry)
            return;
        FhirNode? known = node.Type.Name == "Coding" ? node : isAlternate ? node.All("coding").FirstOrDefault(each => each.TextOf("code") == text) : node.Find("coding");
        FhirNode coding = known ?? node.Add(node.Type.Field("coding")!);
        coding.Set("code", entry.Code);
        if (entry.System.Length > 0)
            coding.Set("system", entry.System);
        if (entry.Display.Length > 0)
            coding.Set("display", entry.Display);
    }

    /// <summary>The URI of a coding system that a message names (HL7 table 0396). A name that is in no table stays as it is: inventing a URI would hide whose codes they are.</summary>
    public static string System(RuleSet rules, string name)
    {
        if (rules.Codes("CodingSystem")?.Find(name) is { } known)
            return known.Code;
        if (name.StartsWith("http", StringComparison.Ordinal) || name.StartsWith("urn:", StringComparison.Ordinal))
            return name;
        Match table = Table().Match(name);
        if (table.Success)
            return $"http://terminology.hl7.org/CodeSystem/v2-{table.Groups[1].Value}";
        return Oid().IsMatch(name) ? $"urn:oid:{name}" : name;
    }

    [GeneratedRegex("^HL7-?([0-9]{4})$", RegexOptions.IgnoreCase)]
    private static partial Regex Table();

    [GeneratedRegex("^[0-2](?:\\.(?:0|[1-9][0-9]*)){3,}$")]
    private static partial Regex Oid();
}
