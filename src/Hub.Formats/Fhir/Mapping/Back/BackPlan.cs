using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>One message that is to be made: its event, and whom and what it is about.</summary>
internal sealed record BackSubject(string Code, string Trigger, StructureDefinition Structure, BackNode Patient, IReadOnlyDictionary<string, BackNode> Focus, IReadOnlyList<BackNode> Resources)
{
    /// <summary>What the message has of the bundle, once it is made.</summary>
    public HashSet<BackNode> Done { get; } = [];
}

/// <summary>
/// Which messages the resources make. The event is that of the option, else of the MessageHeader, else by what is there: immunizations, appointments,
/// reports and results, orders, documents, and visits or patients where there is none of these. A message is about one patient and at most one visit;
/// an appointment and a document have a message each.
/// </summary>
internal sealed class BackPlan(BackInput input, BackScope scope, FhirBackOptions options, BackNotes notes)
{
    private readonly List<BackSubject> _subjects = [];

    public BackScope Scope => scope;

    public Hl7Dictionary Dictionary { get; } = Hl7Dictionary.For(options.Version);

    public IReadOnlyList<BackSubject> Subjects => _subjects;

    /// <summary>Reads what is there.</summary>
    /// <returns>Why nothing can be made.</returns>
    public FhirBackFault? Read()
    {
        if (BackEvents.Asked(options, input, Dictionary, out BackEvent? asked) is { } unknown)
            return unknown;
        BackNode[] patients = [.. input.Resources.Select(scope.PatientOf).OfType<BackNode>().Where(patient => patient != BackScope.Unknown).Distinct()];
        // Where somebody says the event, a message may be about nobody: a sample of the laboratory's own, a test of the line.
        bool isForNobody = asked is not null && !asked.NeedsPatient && input.Resources.Count > 0 && input.Resources.All(each => scope.PatientOf(each) is null);
        if (patients.Length == 0 && !isForNobody)
            return NoPatient();
        if (isForNobody)
            patients = [BackScope.Nobody];
        foreach (BackNode stray in input.Resources.Where(each => scope.PatientOf(each) == BackScope.Unknown))
            notes.Add(stray, "It names a patient who is not there, or more than one; it goes into no message.");
        foreach (BackNode patient in patients)
            Add(patient, asked);
        if (_subjects.Count == 0)
            return new(FhirBackCodes.NothingToSend, input.Root.Location, "Nothing in it becomes a message of this event. Leave the event out, or give the resources that it is about.");
        return null;
    }

    private FhirBackFault NoPatient()
    {
        BackNode? stray = input.Resources.FirstOrDefault(each => scope.PatientOf(each) == BackScope.Unknown);
        if (stray is not null)
            return new(FhirBackCodes.NoPatient, (BackScope.References(stray) ?? stray).Location, "The patient that it names is not there. Send a bundle that holds the Patient too (a search with _include), or contain it.");
        if (input.Resources.Count == 0)
            return new(FhirBackCodes.NothingToSend, input.Root.Location, "There is no resource in it. Send a Bundle with entries that hold resources.");
        return new(FhirBackCodes.NoPatient, input.Root.Location, "There is no Patient, and a message is about one. Send a bundle that holds the Patient and what is about it.");
    }

    private void Add(BackNode patient, BackEvent? asked)
    {
        List<BackNode> own = [.. input.Resources.Where(each => scope.IsOf(each, patient) || each == patient)];
        if (asked is not null)
        {
            AddFamily(patient, own, asked);
            return;
        }

        int before = _subjects.Count;
        foreach (string code in (string[])["VXU", "SIU", "ORU", "OML", "MDM"])
        {
            List<BackNode> focal = [.. own.Where(each => BackEvents.IsFocal(code, each, input))];
            if (focal.Count > 0)
                AddFamily(patient, own, BackEvents.For(code, focal, Dictionary));
        }

        if (_subjects.Count == before)
            AddFamily(patient, own, BackEvents.For("ADT", [.. own.Where(each => each.Resource == "Encounter")], Dictionary));
    }

    private void AddFamily(BackNode patient, List<BackNode> own, BackEvent kind)
    {
        List<BackNode> focal = [.. own.Where(each => BackEvents.IsFocal(kind.Code, each, input))];
        switch (kind.Code)
        {
            case "ADT":
                foreach (BackNode? visit in own.Where(each => each.Resource == "Encounter").Cast<BackNode?>().DefaultIfEmpty())
                    AddOne(patient, own, kind.IsGiven || visit is null ? kind : BackEvents.For("ADT", [visit], Dictionary), visit, []);
                return;
            case "SIU" or "MDM":
                foreach (BackNode each in focal)
                    AddOne(patient, own, kind.IsGiven ? kind : BackEvents.For(kind.Code, [each], Dictionary), VisitOf(each, own), [each]);
                return;
            default:
                foreach (IGrouping<BackNode?, BackNode> visit in focal.GroupBy(each => VisitOf(each, own)))
                    AddOne(patient, own, kind, visit.Key, [.. visit]);
                // An event that somebody names is sent, also when it has no result yet.
                if (focal.Count == 0 && kind.IsGiven)
                    AddOne(patient, own, kind, own.Count(each => each.Resource == "Encounter") == 1 ? own.Find(each => each.Resource == "Encounter") : null, []);
                return;
        }
    }

    // A message is of one event: what names no visit is of the only one. Elsewhere it is of none.
    private BackNode? VisitOf(BackNode resource, List<BackNode> own)
    {
        BackNode? reference = resource.Find("encounter") ?? resource.Find("context")?.Find("encounter");
        if (reference is not null)
            return input.Resolve(reference) is { Resource: "Encounter" } found && own.Contains(found) ? found : null;
        if (input.Bundle?.TextOf("type") != "message")
            return null;
        List<BackNode> visits = [.. input.Of("Encounter").Where(own.Contains).Take(2)];
        return visits.Count == 1 ? visits[0] : null;
    }

    private void AddOne(BackNode patient, List<BackNode> own, BackEvent kind, BackNode? visit, List<BackNode> focal)
    {
        Dictionary<string, BackNode> focus = new(StringComparer.Ordinal) { ["Patient"] = patient };
        if (patient == BackScope.Nobody)
            focus.Clear();
        if (input.Bundle is { } bundle)
            focus["Bundle"] = bundle;
        if (visit is not null)
            focus["Encounter"] = visit;
        if (own.Find(each => each.Resource == "MessageHeader") is { } header)
            focus["MessageHeader"] = header;
        foreach (BackNode each in focal.Where(each => each.Resource is "Appointment" or "DocumentReference"))
            focus[each.Resource!] = each;
        // Other visits, and what is of other visits, have messages of their own.
        List<BackNode> resources = [.. own.Where(each => each.Resource is not ("Encounter" or "Appointment" or "DocumentReference") || focus.ContainsValue(each))
            .Where(each => !BackEvents.IsFocal(kind.Code, each, input) || focal.Contains(each) || kind.Code == "ADT")
            .Where(each => each.Resource is "MessageHeader" || VisitOf(each, own) is not { } other || other == visit)];
        resources.AddRange(BackReports.Components(input, patient, resources));
        if (kind.Code == "ORU")
            resources.AddRange(BackReports.For(input, patient, visit, resources));
        _subjects.Add(new(kind.Code, kind.Trigger, kind.Structure, patient, focus, resources));
    }
}
