using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Makes rules ready: reads conditions, targets and texts, finds the maps they name, and says of each that cannot be followed why.</summary>
internal sealed partial class RuleCompiler(RuleSet rules)
{
    // What the guide says in words between slashes.
    private static readonly (string Begins, string? Function)[] s_instructions =
    [
        ("/must convert v2 date", null),
        ("/convert from A or HEX", "data"),
        ("/map HL7 code system", null),
        ("/Encounter.hospitalization", null),
        ("/concatenate according to XPN.11", "name"),
        ("/include full field", "whole"),
        ("/timestamp of tran", "time"),
        ("/time of transformation", "time"),
        ("/the organization owning", "assembler"),
        ("/convert to minutes", "minutes"),
        ("/translate number to day", "weekday"),
    ];

    /// <summary>Makes the rules of a map ready.</summary>
    public void Compile(RuleMap map)
    {
        foreach (MapRule rule in map.Draft)
            CompileRule(map, rule);
        if (map.Kind == "segment")
            RepeatingFields.Find(map);
    }

    /// <summary>Makes the places of a message ready.</summary>
    public void Compile(MessageMap message) => new MessageCompiler(rules, this).Compile(message);

    /// <summary>Reads the condition of a rule.</summary>
    /// <returns>The condition; null when the rule is not to be followed, with the reason.</returns>
    public MapCondition? Condition(string cell, MapPlaces places, MapLine line, Action<MapState, string> skip)
    {
        int narrative = cell.IndexOf('~', StringComparison.Ordinal);
        (string computable, string words) = narrative < 0 ? (cell, "") : (cell[..narrative].Trim(), cell[(narrative + 1)..].Trim());
        MapDecision? decision = rules.Decisions.FirstOrDefault(known => known.Kind == "when" && (known.Matches(cell) || (words.Length > 0 && known.Matches(words))));
        if (decision is { Answer: "no" })
        {
            skip(MapState.NotApplicable, decision.Why);
            return null;
        }

        if (decision is null && words.Length > 0 && computable.Length == 0)
        {
            skip(MapState.NotDone, $"Nobody has decided when this holds: {words}");
            return null;
        }

        // A decision about a computable condition stands in its place; one about words leaves the computable part.
        string text = decision is null ? computable : decision.Answer == "yes" ? (words.Length > 0 ? computable : "") : decision.Answer;
        if (text.Length == 0)
            return MapCondition.Always;
        if (MapConditionText.TryRead(text, places, out MapCondition? condition, out string? error))
            return condition;
        skip(MapState.NotDone, error);
        Report(line, error);
        return null;
    }

    /// <summary>Tells a mistake in a site's file; the guide's are counted.</summary>
    public void Report(MapLine line, string text)
    {
        if (!line.File.StartsWith("guide", StringComparison.Ordinal))
            rules.Report(line, text);
    }

    private void CompileRule(RuleMap map, MapRule rule)
    {
        string target = rule.Line.Cell(2);
        if (target == "local implementation")
        {
            rule.Skip(MapState.NotApplicable, "The guide leaves it to the realm; a site's rules can say it.");
            return;
        }

        if (Placeholder().Match(target) is { Success: true } placeholder)
            target = Extension(rule, placeholder);
        if (rule.Source < 0)
        {
            rule.Skip(MapState.NotDone, $"{rule.Line.Cell(0)} is no field of {map.Source}.");
            return;
        }

        if (Condition(rule.Line.Cell(1), map.Places, rule.Line, rule.Skip) is not { } condition)
            return;
        rule.Condition = condition;
        rule.TakesNothing = rule.Line.Cell(5).StartsWith('"') && condition.AsksNothing(map.Kind == "type" ? null : map.Source, rule.Source);
        if (!TargetPath.TryParse(target, out TargetPath? path, out string? error))
        {
            rule.Skip(MapState.NotDone, error);
            Report(rule.Line, error);
            return;
        }

        rule.Target = path;
        if (Walk(FhirStructure.Type(map.TargetType), path) is { } missing)
        {
            rule.Skip(MapState.NotDone, missing);
            Report(rule.Line, missing);
            return;
        }

        Resolve(map, rule);
    }

    // The guide has extensions that are yet to be defined, "extension??-assigningFacility". What they would hold is kept under names of our own.
    private static string Extension(MapRule rule, Match match)
    {
        rule.Url = $"urn:hub:v2-to-fhir:{match.Groups[2].Value.TrimEnd('?')}";
        string reference = rule.TypeMap switch
        {
            "HD.Organization" or "XON.Organization" => "valueReference(Organization)",
            "HD.Location" or "PL.Location" => "valueReference(Location)",
            "XCN.Practitioner" => "valueReference(Practitioner)",
            "NDL.PractitionerRole" => "valueReference(PractitionerRole)",
            "CWE.CodeableConcept" or "ID.CodeableConcept" => "valueCodeableConcept",
            "CWE.Coding" => "valueCoding",
            "CWE.Identifier" or "CX.Identifier" => "valueIdentifier",
            "NM.Quantity-LengthOfStay" => "valueQuantity",
            "DTM.DateTime" => "valueDateTime",
            "ID.Boolean" => "valueBoolean",
            _ => "valueString",
        };
        return $"{match.Groups[1].Value}extension[{80 + rule.Source}].{reference}";
    }

    private void Resolve(RuleMap map, MapRule rule)
    {
        if (rule.TypeMap.Length > 0)
        {
            rule.Type = rules.Map(rule.TypeMap);
            if (rule.Type is null)
                Fault(rule, $"There is no map {rule.Line.Cell(3)}. Name one of \"hub fhir coverage\", or write it: \"type {rule.TypeMap.Replace('.', ' ')}\".");
        }

        string codes = rule.Line.Cell(4).Replace('[', '.').TrimEnd(']');
        if (codes.Length > 0)
        {
            rule.Codes = rules.Codes(codes);
            if (rule.Codes is null)
                Fault(rule, $"There is no table of codes {rule.Line.Cell(4)}. Write it: \"codes {codes}\" and its lines \"code …\".");
        }

        string text = rule.Line.Cell(5);
        if (text.Length == 0 && rule.Type is null && rule.Target!.Steps is [.., { Resource: not (null or "Patient") }])
        {
            rule.Skip(MapState.NotApplicable, "The message map links the resource.");
            return;
        }

        if (text.Length == 0 && rule.Target!.Steps is [.., { Name: "extension" }, { Name: "url" }])
        {
            Fault(rule, "The rule names no URL for the extension. Give it as the text of the rule.");
            return;
        }

        if (text.Length == 0 || rule.State != MapState.Done)
            return;
        if (text[0] == '/')
        {
            (string begins, string? function) = s_instructions.FirstOrDefault(known => text.StartsWith(known.Begins, StringComparison.OrdinalIgnoreCase));
            if (TimeSpans.IsSpan(text))
                function = text.Trim('/');
            else if (begins is null)
                rule.Skip(MapState.NotDone, $"The guide says in words what is to be done: {text}");
            rule.Function = function;
            return;
        }

        rule.Text = ReadText(text, map.Places);
        if (rule.Text is null)
            Fault(rule, $"{text} is no text: texts stand in quotation marks, places as {map.Source}-3, and + between them.");
    }

    private void Fault(MapRule rule, string text)
    {
        rule.Skip(MapState.NotDone, text);
        Report(rule.Line, text);
    }

    internal static MapText? ReadText(string text, MapPlaces places)
    {
        List<(string? Text, MapPlace Place)> parts = [];
        int end = 0;
        foreach (Match match in TextParts().Matches(text))
        {
            // The guide leaves out a + here and there.
            if (!string.IsNullOrWhiteSpace(text[end..match.Index].Replace("+", "", StringComparison.Ordinal)))
                return null;
            end = match.Index + match.Length;
            string part = match.Value;
            if (part[0] == '"')
                parts.Add((part[1..^1], default));
            else if (MapPlaces.Is(part))
                parts.Add((null, places.Parse(part)));
            else
                return null;
        }

        return parts.Count > 0 && text[end..].Trim().Length == 0 ? new(parts) : null;
    }

    /// <summary>Follows a path through the types of FHIR R4.</summary>
    /// <returns>What is wrong with it; null when all of it is there.</returns>
    internal static string? Walk(FhirType? type, TargetPath path)
    {
        foreach (TargetStep step in path.Steps)
        {
            if (type is null)
                return $"{path}: nothing is known of what {step.Name} stands in.";
            FhirField? field = type.Field(step.Name);
            if (field is null)
                return $"{type.Name} of FHIR R4 has no {step.Name}.";
            if (step.Resource is { } opened)
            {
                if (field.TypeName != "Reference")
                    return $"{type.Name}.{step.Name} is no reference, so no {opened} can stand in parentheses after it.";
                if (field.Targets is { } allowed && !allowed.Contains(opened))
                    return $"{type.Name}.{step.Name} of FHIR R4 names no {opened}.";
                type = FhirStructure.Type(opened);
            }
            else
            {
                type = field.Type;
            }
        }

        return null;
    }

    [GeneratedRegex("^(.*?)(?:extension|extention)\\?+-([A-Za-z.-]+)(?:\\([A-Za-z]+\\))?\\)?$|^(.*?)#ext-([A-Za-z]+)#$")]
    private static partial Regex Placeholder();

    [GeneratedRegex("\"[^\"]*\"|[A-Z][A-Z0-9]{1,2}[-.][0-9]+(?:\\.[0-9]+)?|[^\"+ ]+")]
    private static partial Regex TextParts();
}
