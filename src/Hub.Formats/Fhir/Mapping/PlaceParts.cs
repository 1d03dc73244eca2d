namespace Hub.Formats.Fhir.Mapping;

/// <summary>Places within places: HL7 v2 has one value (PL, NDL), FHIR a resource for each.</summary>
internal static class PlaceParts
{
    // Components of PL and NDL, from the narrowest place to the widest, with the code of what it is (location-physical-type; there is none for a point of care).
    private static readonly (int Component, string? Code)[] s_pl = [(3, "bd"), (2, "ro"), (1, null), (8, "lvl"), (7, "bu"), (4, "si")];
    private static readonly (int Component, string? Code)[] s_ndl = [(6, "bd"), (5, "ro"), (4, null), (11, "lvl"), (10, "bu"), (7, "si")];

    /// <summary>PL: the narrowest place, and what it is part of.</summary>
    public static void Location(SegmentRun run, FhirNode narrowest, MapValue value) => _ = Locations(run, narrowest, value, s_pl, status: 5, description: 9);

    private static FhirNode? Locations(SegmentRun run, FhirNode narrowest, MapValue value, (int Component, string? Code)[] levels, int status, int description, List<FhirNode>? all = null)
    {
        FhirNode? node = null;
        FhirNode? first = null;
        foreach ((int component, string? code) in levels)
        {
            MapValue part = value.Part(component);
            if (!part.IsValued)
                continue;
            if (node is null)
            {
                node = first = narrowest;
                Describe(run, node, value, status, description);
            }
            else
            {
                FhirNode reference = node.Get(node.Type!.Field("partOf")!);
                reference.Link = new(node.Type, $"{run.Place()}.{component}");
                node = reference.Link.Node;
            }

            Locate(run, node, part, code);
            all?.Add(node);
        }

        // A place that is told in words alone is a place too.
        if (first is null)
            Describe(run, narrowest, value, status, description);
        return first;
    }

    private static void Locate(SegmentRun run, FhirNode node, MapValue part, string? code)
    {
        FhirField identifier = node.Type!.Field("identifier")!;
        run.RunType(run.Message.Rules.Map("HD.Identifier")!, new(node, identifier, new(0, 1, 0)), part, null);
        // The guide has the identifier alone; people look for a name.
        run.Put(new(node, node.Type.Field("name")!, default), part.Text, null, isLiteral: false);
        _ = node.Set("mode", "instance");
        FhirNode type = node.Get(node.Type.Field("physicalType")!);
        FhirNode coding = type.Get(type.Type!.Field("coding")!).Set("system", "http://terminology.hl7.org/CodeSystem/location-physical-type");
        if (code is not null)
            _ = coding.Set("code", code);
    }

    private static void Describe(SegmentRun run, FhirNode node, MapValue value, int status, int description)
    {
        run.Put(new(node, node.Type!.Field("status")!, default), Status(value.Part(status).Text), null, isLiteral: false);
        if (description == 0)
            return;
        run.Put(new(node, node.Type.Field("description")!, default), value.Part(description).Text, null, isLiteral: false);
        if (!value.Part(10).IsValued)
            return;
        FhirSlot entity = new(node, node.Type.Field("identifier")!, new(0, 3, 0));
        run.RunType(run.Message.Rules.Map("EI.Identifier-DefaultAssigner")!, entity, value.Part(10), null);
        if (value.Part(11).IsValued && run.Find(entity.Node, s_assigner, 1) is { } assigner)
            run.RunType(run.Message.Rules.Map("HD.Organization")!, assigner, value.Part(11), null);
    }

    private static readonly TargetPath s_assigner = TargetPath.TryParse("assigner(Organization)", out TargetPath? path, out _) ? path : throw new InvalidOperationException();

    // Table 0306 is a site's own; only what is a status of FHIR is one.
    private static string Status(string text) => text.ToLowerInvariant() is "active" or "suspended" or "inactive" ? text : "";

    /// <summary>NDL: a practitioner, the time and the places.</summary>
    public static void Role(SegmentRun run, FhirNode role, MapValue value)
    {
        FhirField practitioner = role.Type!.Field("practitioner")!;
        if (value.Part(1).IsValued)
        {
            FhirNode reference = role.Get(practitioner);
            reference.Link ??= new(FhirStructure.Type("Practitioner")!, run.Place());
            run.RunType(run.Message.Rules.Map("CNN.Practitioner")!, new(reference.Link.Node), value.Part(1), null);
        }

        FhirNode period = role.Get(role.Type.Field("period")!);
        run.Put(new(period, period.Type!.Field("start")!, default), value.Part(2).Text, null, isLiteral: false);
        run.Put(new(period, period.Type.Field("end")!, default), value.Part(3).Text, null, isLiteral: false);
        if (!s_ndl.Any(level => value.Part(level.Component).IsValued))
            return;
        FhirField location = role.Type.Field("location")!;
        FhirResource narrowest = new(FhirStructure.Type("Location")!, run.Place());
        List<FhirNode> all = [];
        _ = Locations(run, narrowest.Node, value, s_ndl, status: 8, description: 0, all);
        FhirResource at = narrowest;
        foreach (FhirNode place in all)
        {
            // NDL.8 is the status of each; the role is at all of them.
            run.Put(new(place, place.Type!.Field("status")!, default), Status(value.Part(8).Text), null, isLiteral: false);
            role.Add(location).Link = at;
            at = place.Find("partOf")?.Link ?? at;
        }
    }
}
