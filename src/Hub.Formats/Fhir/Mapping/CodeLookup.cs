using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Codes and the names of coding systems.</summary>
internal static partial class CodeLookup
{
    /// <summary>Where a code, its text and its system begin in CE, CNE and CWE.</summary>
    public static IReadOnlyList<int> Triplets { get; } = [1, 4, 10];

    /// <summary>
    /// Puts what a table of codes says in place of a coding, or of each coding of a concept: the first whatever system it names, the others when they name that table or none; local codes
    /// (<c>L</c>, <c>99…</c>; HL7 table 0396) are of a table of the site that has that name, or none, and of no other. What the table does not have stays as the message says it. A concept keeps the message's own
    /// coding after the others where the table's is another one, as far as HL7 v2 has room for them: the way back finds it there.
    /// </summary>
    public static void Replace(RuleSet rules, FhirNode node, CodeMap codes, MapValue value)
    {
        if (node.Type is { Name: "Coding" } && codes.Find(value.Part(1).Text) is { } alone && !IsForeign(value.Part(3).Text, alone.Table))
            Put(node, alone);
        if (node.Type is not { Name: "CodeableConcept" })
            return;
        List<(string Code, string Display, string System)> said = [];
        foreach (int first in Triplets)
        {
            (string code, string system) = (value.Part(first).Text, value.Part(first + 2).Text);
            if (code.Length == 0 || codes.Find(code) is not { } entry || IsForeign(system, entry.Table))
                continue;
            FhirNode? coding = first == 1 ? node.Find("coding") ?? node.Add(node.Type.Field("coding")!) : node.All("coding").FirstOrDefault(each => each.TextOf("code") == code);
            if (coding is null || (first > 1 && system.Length > 0 && System(rules, system) != System(rules, entry.Table)))
                continue;
            said.Add((code, coding.TextOf("display") ?? "", coding.TextOf("system") ?? (entry.Table.Length > 0 ? System(rules, entry.Table) : "")));
            Put(coding, entry);
        }

        foreach ((string code, string display, string system) in said)
        {
            if (node.All("coding").Count() == Triplets.Count)
                return;
            if (system.Length == 0 || node.All("coding").Any(coding => coding.TextOf("code") == code && coding.TextOf("system") == system))
                continue;
            FhirNode own = node.Add(node.Type.Field("coding")!).Set("system", system).Set("code", code);
            if (display.Length > 0)
                own.Set("display", display);
        }
    }

    private static void Put(FhirNode coding, CodeEntry entry)
    {
        coding.Set("code", entry.Code);
        if (entry.System.Length > 0)
            coding.Set("system", entry.System);
        if (entry.Display.Length > 0)
            coding.Set("display", entry.Display);
    }

    /// <summary>Whether the name of a coding system says that its codes are a site's own, and not those of a table.</summary>
    /// <param name="system">The name that a message gives.</param>
    /// <param name="table">The table; empty where its rules name none, because it is the site's.</param>
    public static bool IsForeign(string system, string table) => (system == "L" || system.StartsWith("99", StringComparison.Ordinal)) && table.Length > 0 && table != system;

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
