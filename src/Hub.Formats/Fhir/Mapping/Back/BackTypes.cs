namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Data types whose way to FHIR is followed by code (<see cref="TypeFunctions"/>) or loses what only their parts together tell.</summary>
internal static class BackTypes
{
    private const string SubId = "http://hl7.org/fhir/StructureDefinition/observation-v2-subid";

    /// <summary>Takes what such a type says.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool Take(BackFill fill, RuleMap map, BackNode node, DraftValue value)
    {
        switch (map.Name)
        {
            case "PL.Location":
                BackPlaces.Location(fill, node, value);
                return true;
            case "NDL.PractitionerRole":
                BackPlaces.Role(fill, node, value);
                return true;
            case "OG.Extension-Subidentifier":
                SubIdentifier(fill, node, value);
                return true;
            case "ED.Attachment" when node.Parent is { Name: "content" }:
                BackDocuments.Content(fill, node, value);
                return true;
            case "HD.uri":
                Authority(fill, node, value);
                return true;
            case "HD.Organization" or "HD.Device":
                Holder(fill, node, value);
                return true;
            default:
                if (IsUnknown(node))
                {
                    foreach (BackNode leaf in node.Deep().Where(leaf => leaf.IsLeaf))
                        fill.Take(leaf);
                    return true;
                }

                Before(fill, map, node, value);
                return false;
        }
    }

    // FHIR requires the class of a visit; a message that has none made it unknown.
    private static bool IsUnknown(BackNode node) => node.TextOf("system") == "http://terminology.hl7.org/CodeSystem/v3-NullFlavor" && node.TextOf("code") == "UNK";

    // XCN.7 makes a suffix and a qualification; who has both has the degree once.
    private static void Before(BackFill fill, RuleMap map, BackNode node, DraftValue value)
    {
        if (map.Name == "XAD.Address")
            Lines(fill, node, value);
        if (map.Name is not ("XCN.Practitioner" or "XCN.PractitionerRole"))
            return;
        HashSet<string?> degrees = [.. BackFit.At(node, ["qualification", "code", "coding", "code"]).Select(code => code.Text)];
        foreach (BackNode suffix in BackFit.At(node, ["name", "suffix"]).Where(suffix => degrees.Contains(suffix.Text)))
            fill.Take(suffix);
    }

    // FHIR has lines and no parts of a line: up to three are the street, what is beside it and the addressee; more are what the guide makes of all parts.
    private static void Lines(BackFill fill, BackNode address, DraftValue value)
    {
        BackNode[] lines = [.. address.All("line").Where(line => line.Text is { Length: > 0 } && !fill.Has(line))];
        for (int i = 0; i < lines.Length && i < 5; i++)
        {
            DraftValue at = lines.Length <= 3 ? value.Part(i switch { 0 => 1, 1 => 2, _ => 19 }) : i < 3 ? value.Part(1).Part(i + 1) : value.Part(i == 3 ? 2 : 19);
            at.Set(lines[i].Text!);
            fill.Take(lines[i]);
        }
    }

    /// <summary>What is left when the rules of a type are through: a name, an address or a concept that is text alone.</summary>
    public static void Finish(BackFill fill, RuleMap map, BackNode node, DraftValue value)
    {
        switch (map.Target)
        {
            case "HumanName" when map.Source == "XPN":
                NameText(fill, node, value.Part(1));
                break;
            case "Practitioner" when map.Source is "XCN" or "CNN" && node.Find("name") is { } name:
                NameText(fill, name, value.Part(2));
                break;
            case "Address" when node.Find("text") is { Text: { } text } whole && !fill.Has(whole):
                if (value.IsEmpty)
                    value.Part(1).Set(text);
                if (node.Find("line") is not null || value.First == text)
                    fill.Take(whole);
                break;
            default:
                break;
        }
    }

    // The text of a name is its parts put together; one without parts is the family name, so that nobody is nameless.
    private static void NameText(BackFill fill, BackNode name, DraftValue family)
    {
        if (name.Find("text") is not { Text: { Length: > 0 } text } node || fill.Has(node))
            return;
        if (name.Find("family") is null && name.Find("given") is null && family.IsEmpty)
            family.Set(text);
        fill.Take(node);
    }

    /// <summary>Puts the codes of HL7 v2 in place of those of FHIR, as <see cref="CodeLookup.Replace"/> did the other way.</summary>
    public static void Codes(BackRun run, RuleMap map, DraftValue value, CodeMap codes)
    {
        if (map.TargetType is not ("CodeableConcept" or "Coding"))
            return;
        foreach (int first in CodeLookup.Triplets)
            Code(run, value, first, codes);
    }

    private static void Code(BackRun run, DraftValue value, int first, CodeMap codes)
    {
        if (value.Find(first) is not { IsEmpty: false } code)
            return;
        string system = value.Find(first + 2)?.First ?? "";
        if ((first > 1 && system.Length == 0) || !codes.IsBack(code.First, uri => uri.Length == 0 || BackText.System(run.Rules, uri) == system || system.Length == 0, out (string Code, string Table) found) || CodeLookup.IsForeign(system, found.Table))
            return;
        bool isAlone = value.Count == 1;
        // The message's own coding, which stands after the others, is what it was.
        int own = CodeLookup.Triplets.FirstOrDefault(other => other > first && value.Find(other + 2)?.First is { Length: > 0 } table && table == found.Table && codes.Find(value.Find(other)!.First)?.Code == code.First);
        if (own > 0)
        {
            for (int part = 0; part < 3; part++)
            {
                value.Part(first + part).Take(value.Part(own + part).Clone());
                value.Part(own + part).Clear();
            }

            return;
        }

        code.Set(found.Code);
        if (!isAlone && found.Table.Length > 0)
        {
            value.Part(first + 2).Clear();
            value.Part(first + 2).Set(found.Table);
        }
    }

    // Whose identifier it is: an OID, a UUID or another URI is universal (HD.2 and HD.3), anything else a name (HD.1).
    private static void Authority(BackFill fill, BackNode node, DraftValue value)
    {
        if (node.Text is not { Length: > 0 } text || fill.Has(node))
            return;
        (string name, string id, string type) = text switch
        {
            _ when text.StartsWith("urn:oid:", StringComparison.Ordinal) => ("", text[8..], "ISO"),
            _ when text.StartsWith("urn:uuid:", StringComparison.Ordinal) => ("", text[9..], "UUID"),
            _ when text.Contains("://", StringComparison.Ordinal) || text.StartsWith("urn:", StringComparison.Ordinal) => ("", text, "URI"),
            _ => (text, "", ""),
        };
        bool fits = Fits(value, 1, name) && Fits(value, 2, id);
        if (!fits)
            return;
        Put(value, 1, name);
        Put(value, 2, id);
        if (id.Length > 0 && (value.Find(3) is null or { IsEmpty: true }))
            Put(value, 3, type);
        fill.Take(node);
    }

    private static bool Fits(DraftValue value, int part, string text) => text.Length == 0 || value.Find(part) is null or { IsEmpty: true } || value.Find(part)!.First == text;

    private static void Put(DraftValue value, int part, string text)
    {
        if (text.Length > 0 && value.Find(part) is null or { IsEmpty: true })
            value.Part(part).Set(text);
    }

    // An organization or device of an HD: the identifier with a type is universal, the other its name.
    private static void Holder(BackFill fill, BackNode node, DraftValue value)
    {
        foreach (BackNode identifier in node.All("identifier"))
        {
            if (identifier.Find("value") is not { Text: { Length: > 0 } text } leaf)
                continue;
            string type = BackFit.At(identifier, ["type", "coding", "code"]).FirstOrDefault()?.Text ?? "";
            string system = identifier.TextOf("system") ?? "";
            bool isUniversal = system == "urn:ietf:rfc:3986" || BackFit.At(identifier, ["type", "coding", "system"]).Any(uri => uri.Text == "http://terminology.hl7.org/CodeSystem/v2-0301");
            string plain = text.Replace("urn:oid:", "", StringComparison.Ordinal).Replace("urn:uuid:", "", StringComparison.Ordinal);
            if (!Fits(value, isUniversal ? 2 : 1, plain) || (!isUniversal && value.Find(1) is { IsEmpty: false }))
                continue;
            Put(value, isUniversal ? 2 : 1, isUniversal ? plain : text);
            if (isUniversal)
                Put(value, 3, type.Length > 0 ? type : text.StartsWith("urn:uuid:", StringComparison.Ordinal) ? "UUID" : text.StartsWith("urn:oid:", StringComparison.Ordinal) ? "ISO" : "");
            foreach (BackNode part in identifier.Deep().Where(part => part.IsLeaf && (part.Name is not "system" || isUniversal || part.Parent != identifier)))
                fill.Take(part);
        }

        if ((node.Find("name") ?? node.Find("deviceName")?.Find("name")) is { Text: { Length: > 0 } name } named && Fits(value, 1, name))
        {
            Put(value, 1, name);
            fill.Take(named);
        }
    }

    private static void SubIdentifier(BackFill fill, BackNode observation, DraftValue value)
    {
        BackNode? extension = observation.All("extension").FirstOrDefault(each => each.TextOf("url") == SubId);
        string[] parts = ["original-sub-identifier", "group", "sequence", "identifier"];
        foreach (BackNode part in extension?.All("extension") ?? [])
        {
            int number = Array.IndexOf(parts, part.TextOf("url")) + 1;
            BackNode? said = part.Find("valueString") ?? part.Find("valueDecimal");
            if (number == 0 || said?.Text is not { } text)
                continue;
            if (number == 1)
                value.Set(text);
            else
                value.Part(number).Set(text);
            fill.Take(said);
            fill.Take(part.Find("url")!);
            fill.Take(extension!.Find("url")!);
        }
    }

    /// <summary>What the guide says in words, the other way.</summary>
    public static bool Function(BackFill fill, string function, BackNode node, BackSlot slot, DraftValue value)
    {
        if (node.Text is not { Length: > 0 } text || fill.Has(node) || !value.IsEmpty)
            return false;
        switch (function)
        {
            case "whole":
                string[] parts = text.Split('^');
                for (int i = 0; i < parts.Length; i++)
                    value.Part(i + 1).Set(parts[i]);
                break;
            case "weekday" when Array.IndexOf((string[])["mon", "tue", "wed", "thu", "fri", "sat", "sun"], text) is var day and >= 0:
                value.Set((day + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case "minutes" when slot.Value is { } quantity:
                value.Set(text);
                _ = fill.Set(quantity.Part(2), "min");
                break;
            case "name":
                value.Set(text);
                break;
            case "data" when slot.Value is { } document:
                value.Set(text);
                _ = fill.Set(document.Part(4), "Base64");
                break;
            default:
                return false;
        }

        fill.Take(node);
        return true;
    }
}
