namespace Hub.Formats.Fhir.Mapping;

// Where a path of a rule leads.
internal sealed partial class SegmentRun
{
    /// <summary>The element that a path leads to, made as needed.</summary>
    public FhirSlot? Find(FhirNode node, TargetPath path, int repetition)
    {
        FhirSlot slot = new(node);
        for (int i = 0; i < path.Steps.Count; i++)
        {
            TargetStep step = path.Steps[i];
            if (slot.Node.Type?.Field(step.Name) is not { } field)
                return null;
            // The first is the one that other fields write to.
            int item = i == path.Repeating && repetition > 1 ? repetition : 0;
            // Parts of a name follow each other; of a field the number tells which, as an extension may go with it.
            bool isAppended = _depth > 0 && field.IsList && field.Kind is not (FhirKind.Complex or FhirKind.Resource) && i == path.Steps.Count - 1;
            ElementKey key = new(field.Name == "dosageInstruction" ? -Turn : scope, isAppended ? -slot.Node.Children.Count - 1 : step.Index, item);
            slot = new(slot.Node, field, key);
            if (step.Resource is { } opened)
            {
                if (OpenResource(slot, opened) is not { } inner)
                    return null;
                slot = new(inner) { Reference = slot };
            }
        }

        return slot;
    }

    // What is ordered, its route and its timing are one instruction (RXO, RXR, TQ1); a second timing is another.
    private int Turn => segment.Group.Parent?.Children.TakeWhile(child => !ReferenceEquals(child, segment.Group)).Count(child => child.Segment?.Name == segment.Name) ?? 0;

    /// <summary>The resource that a path opens.</summary>
    public FhirNode? Open(FhirNode node, TargetPath path, int repetition) => Find(node, path, repetition)?.Node;

    /// <summary>Writes a text that the map of a message gives.</summary>
    public void SetText(FhirNode node, TargetPath path, string text)
    {
        if (Find(node, path, 1) is { } slot)
            Put(slot, text, null, isLiteral: true);
    }

    /// <summary>Names a resource in a reference.</summary>
    public void SetLink(FhirNode node, TargetPath path, FhirResource to)
    {
        if (Find(node, path, 1) is not { Field: { TypeName: "Reference" } field } slot)
            return;
        if (field.Targets is { } allowed && !allowed.Contains(to.Type.Name))
            return;
        bool isNamed = slot.Parent!.Children.Any(child => ReferenceEquals(child.Field, field) && ReferenceEquals(child.Node.Link, to));
        if (!isNamed)
            (slot.Node.Link, slot.Node.IsGiven) = (to, true);
    }

    private FhirNode? OpenResource(FhirSlot slot, string type)
    {
        FhirNode reference = slot.Node;
        // What the map of the message put there, other lines fill; the Patient is made from PID alone.
        if (reference.IsGiven)
            return null;
        if (type == "Patient")
        {
            if (MapRun.PatientOf(segment) is { } patient)
                (reference.Link, reference.IsGiven) = (patient, true);
            return null;
        }

        if (reference.Link is null)
        {
            if (slot.Field!.Targets is { } allowed && !allowed.Contains(type))
                return null;
            reference.Link = new(FhirStructure.Type(type)!, Place());
        }

        return reference.Link.Type.Name == type ? reference.Link.Node : null;
    }
}
