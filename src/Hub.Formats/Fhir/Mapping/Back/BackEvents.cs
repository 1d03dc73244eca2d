using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>The event of a message.</summary>
/// <param name="Code">MSH-9.1.</param>
/// <param name="Trigger">MSH-9.2.</param>
/// <param name="Structure">The structure of such messages.</param>
/// <param name="IsGiven">Whether somebody said so, and it is not by what resources are.</param>
internal sealed record BackEvent(string Code, string Trigger, StructureDefinition Structure, bool IsGiven)
{
    /// <summary>Whether such a message is always about a patient: the structure has PID outside groups.</summary>
    public bool NeedsPatient => Structure.Nodes.Any(node => node is { Kind: StructureNodeKind.Segment, Name: "PID", Min: > 0 });
}

/// <summary>Finds the event of a message.</summary>
internal static class BackEvents
{
    private static readonly string[] s_families = ["ADT", "SIU", "VXU", "ORU", "OML", "ORM", "MDM"];

    /// <summary>The event that the options or the MessageHeader name.</summary>
    /// <returns>What is wrong with it.</returns>
    public static FhirBackFault? Asked(FhirBackOptions options, BackInput input, Hl7Dictionary dictionary, out BackEvent? found)
    {
        found = null;
        if (options.Event is { Length: > 0 } text)
        {
            found = Parse(text, dictionary);
            return found is null ? new(FhirBackCodes.UnknownEvent, "", "The event is none that FHIR resources become in this version of HL7 v2. Name one of ADT, SIU, VXU, ORU, OML, ORM or MDM: \"A08\", \"ORM^O01\".") : null;
        }

        BackNode? coding = input.Of("MessageHeader").FirstOrDefault()?.Find("eventCoding");
        // The guide's display is the whole of MSH-9, ADT^A01^ADT_A01.
        found = new[] { coding?.TextOf("display"), coding?.TextOf("code") }.OfType<string>().Select(each => Parse(each, dictionary)).FirstOrDefault(each => each is not null);
        foreach (BackNode leaf in found is null ? [] : coding!.Children)
            leaf.Use();
        return null;
    }

    /// <summary>Reads <c>A08</c>, <c>ADT^A08</c> or <c>ADT^A08^ADT_A01</c>.</summary>
    public static BackEvent? Parse(string text, Hl7Dictionary dictionary)
    {
        string[] parts = text.Trim().Split('^');
        IEnumerable<(string, string)> ways = parts.Length > 1 ? [(parts[0], parts[1])] : s_families.Select(family => (family, parts[0]));
        foreach ((string code, string trigger) in ways)
        {
            if (s_families.Contains(code) && dictionary.Messages.ContainsKey($"{code}_{trigger}") && dictionary.StructureFor(code, trigger, "") is { } structure)
                return new(code, trigger, structure, true);
        }

        return null;
    }

    /// <summary>The event for resources of a family.</summary>
    public static BackEvent For(string code, IReadOnlyList<BackNode> focal, Hl7Dictionary dictionary)
    {
        string status = focal.Count > 0 ? focal[0].TextOf("status") ?? "" : "";
        string trigger = code switch
        {
            "VXU" => "V04",
            "ORU" => "R01",
            "OML" => "O21",
            // HL7 v2.5.1 chapter 9: T02 a document, T06 one that adds to another, T10 one that stands in the place of another, T11 one that is taken back.
            "MDM" when focal.Count > 0 && BackDocuments.IsRetracted(focal[0]) => "T11",
            "MDM" => (focal.Count > 0 ? focal[0].Find("relatesTo")?.TextOf("code") : null) switch { "appends" => "T06", "replaces" => "T10", _ => "T02" },
            // HL7 v2.5.1 §10.4: S12 a new booking, S14 a change, S15 a cancellation, S26 nobody came.
            "SIU" => status switch { "cancelled" => "S15", "noshow" => "S26", "arrived" or "checked-in" or "fulfilled" => "S14", "entered-in-error" => "S17", _ => "S12" },
            _ => focal.Count == 0 ? "A31" : Visit(focal[0], status),
        };
        // Before 2.5 laboratory orders were ORM (there is no OML^O21 in 2.3).
        if (code == "OML" && dictionary.StructureFor(code, trigger, "") is null)
            (code, trigger) = ("ORM", "O01");
        StructureDefinition structure = dictionary.StructureFor(code, trigger, "") ?? dictionary.StructureFor(code, code == "ADT" ? "A08" : trigger, "")
            ?? Hl7Dictionary.For("2.5.1").StructureFor(code, trigger, "")!;
        return new(code, trigger, structure, false);
    }

    // HL7 v2.5.1 §3.3: A01 admitted, A03 gone, A04 registered without a bed, A05 expected, A08 a change, A11 never came.
    private static string Visit(BackNode encounter, string status) => status switch
    {
        "planned" => "A05",
        "finished" => "A03",
        "cancelled" or "entered-in-error" => "A11",
        "in-progress" or "arrived" or "triaged" => encounter.Find("class")?.TextOf("code") is "IMP" or "ACUTE" or "NONAC" or "I" ? "A01" : "A04",
        _ => "A08",
    };

    /// <summary>Whether messages of a family are about such a resource.</summary>
    public static bool IsFocal(string code, BackNode resource, BackInput input) => code switch
    {
        "VXU" => resource.Resource == "Immunization",
        "SIU" => resource.Resource == "Appointment",
        "MDM" => resource.Resource == "DocumentReference",
        "ORU" => resource.Resource == "DiagnosticReport" || (resource.Resource == "Observation" && !input.Reported.Contains(resource)),
        "OML" or "ORM" => (resource.Resource == "ServiceRequest" && !input.Answered.Contains(resource)) || (code == "ORM" && resource.Resource == "MedicationRequest"),
        _ => false,
    };
}

/// <summary>Observations that no report has: HL7 v2 sends results under an OBR, so they get one.</summary>
internal static class BackReports
{
    /// <summary>A report for each order, or none, that such observations answer.</summary>
    public static IEnumerable<BackNode> For(BackInput input, BackNode patient, BackNode? visit, List<BackNode> resources)
    {
        HashSet<BackNode> parts = [.. input.Parts.Values.SelectMany(each => each)];
        foreach (IGrouping<BackNode?, BackNode> of in resources.Where(each => each.Resource == "Observation" && !input.Reported.Contains(each) && !parts.Contains(each)).ToList()
            .GroupBy(each => each.Find("basedOn") is { } order ? input.Resolve(order) : null))
        {
            BackNode report = new(null, "DiagnosticReport", -1);
            Text(report, "resourceType", "DiagnosticReport");
            BackNode[] all = [.. of.SelectMany(each => input.Parts.TryGetValue(each, out IReadOnlyList<BackNode>? made) ? made.Prepend(each) : [each])];
            Text(report, "status", Array.TrueForAll(all, each => each.TextOf("status") == "final") ? "final" : "preliminary");
            if ((of.Key?.Find("code") ?? all[0].Find("code")) is { } code)
                _ = report.Add(code);
            if ((all[0].Find("effectiveDateTime") ?? all[0].Find("effectiveInstant")) is { Text: { } time })
                Text(report, "effectiveDateTime", time);
            _ = report.Add(new(report, "subject", -1) { Target = patient });
            if (visit is not null)
                _ = report.Add(new(report, "encounter", -1) { Target = visit });
            if (of.Key is { Resource: "ServiceRequest" } order)
                _ = report.Add(new(report, "basedOn", 0) { Target = order });
            for (int i = 0; i < all.Length; i++)
                _ = report.Add(new(report, "result", i) { Target = all[i] });
            yield return report;
        }
    }

    /// <summary>
    /// An observation for each component that has a code of its own (systolic and diastolic), beside the observation that they are of: HL7 v2 has an OBX for each.
    /// Components of the same code are repetitions of OBX-5, as the guide has it.
    /// </summary>
    public static IEnumerable<BackNode> Components(BackInput input, BackNode patient, List<BackNode> resources)
    {
        foreach (BackNode observation in resources.Where(each => each.Resource == "Observation" && each.Find("component") is not null).ToList())
        {
            List<BackNode> components = [.. observation.All("component")];
            if (components.TrueForAll(component => CodeOf(component).Length == 0 || CodeOf(component) == CodeOf(observation)))
                continue;
            List<BackNode> made = [.. components.Select(component => Made(observation, component, patient))];
            foreach (BackNode report in resources.Where(each => each.All("result").Concat(each.All("supportingInfo")).Any(reference => ReferenceEquals(input.Resolve(reference), observation))).ToList())
            {
                foreach (BackNode each in made)
                    _ = report.Add(new(report, report.Find("result") is not null ? "result" : "supportingInfo", -1) { Target = each });
            }

            input.Parts[observation] = made;
            foreach (BackNode each in made)
                yield return each;
        }
    }

    private static string CodeOf(BackNode node) => node.Find("code") is { } code ? string.Join('|', code.Deep().Where(leaf => leaf.Name is "code" or "text").Select(leaf => leaf.Text)) : "";

    private static BackNode Made(BackNode observation, BackNode component, BackNode patient)
    {
        BackNode made = new(null, component.Location, -1);
        Text(made, "resourceType", "Observation");
        Text(made, "status", observation.TextOf("status") ?? "final");
        foreach (BackNode child in component.Children)
            _ = made.Add(child);
        if (observation.TextOf("effectiveDateTime") is { } time)
            Text(made, "effectiveDateTime", time);
        _ = made.Add(new(made, "subject", -1) { Target = patient });
        return made;
    }

    /// <summary>OBX-7 of a range that has limits and no text.</summary>
    public static void Range(BackFill fill, BackNode observation)
    {
        if (observation.Find("referenceRange") is not { } range)
            return;
        BackNode? low = range.Find("low")?.Find("value");
        BackNode? high = range.Find("high")?.Find("value");
        string text = (low?.Text, high?.Text) switch { ({ } from, { } to) => $"{from}-{to}", ({ } from, null) => $">{from}", (null, { } to) => $"<{to}", _ => "" };
        if (text.Length == 0)
            return;
        if (fill.Segment.TextOf(7).Length == 0)
            fill.Segment.Set(7, text);
        // The limits are said by a text that has both.
        if (!new[] { low, high }.OfType<BackNode>().All(limit => fill.Segment.TextOf(7).Contains(limit.Text!, StringComparison.Ordinal)))
            return;
        foreach (BackNode leaf in range.Children.Where(child => child.Name is "low" or "high").SelectMany(limit => limit.Deep()).Where(leaf => leaf.IsLeaf))
            fill.Take(leaf);
    }

    private static void Text(BackNode node, string name, string text) => node.Add(new(node, name, -1) { Text = text });
}
