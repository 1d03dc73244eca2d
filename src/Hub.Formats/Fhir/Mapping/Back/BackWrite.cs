namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>One rule the other way: what an element says, into the place that the rule takes it from.</summary>
internal static class BackWrite
{
    /// <summary>Writes.</summary>
    /// <param name="fill">The segment.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="field">The element's definition; null for a whole resource.</param>
    /// <param name="node">The element.</param>
    /// <param name="slot">What the rule's map is of.</param>
    /// <param name="value">The place.</param>
    /// <returns>Whether the place says now what the element says.</returns>
    public static bool Write(BackFill fill, MapRule rule, FhirField? field, BackNode node, BackSlot slot, DraftValue value)
    {
        if (rule.Function is { } function)
            return BackTypes.Function(fill, function, node, slot, value);
        if (rule.Text is { IsPlain: true } plain)
            return Code(fill, rule, plain.Parts[0].Text!, node, value);
        if (rule.Text is { } pattern)
            return Pattern(fill, pattern, node, slot, value);
        if (rule.Type is { } type)
            return Typed(fill, rule, type, field, node, slot, value);
        if (field is null)
            return false;
        if (field.Kind == FhirKind.Complex)
            return TypeFunctions.DefaultFor(fill.Run.Rules, field.TypeName) is { } usual && fill.TakeType(usual, node, value, rule.Codes, field);
        return Text(fill, field, node, value, rule.Codes ?? (rule.Target!.IsSelf ? slot.Codes : null));
    }

    /// <summary>Writes a primitive.</summary>
    public static bool Text(BackFill fill, FhirField field, BackNode node, DraftValue value, CodeMap? codes)
    {
        if (node.Text is not { Length: > 0 } text || fill.Has(node))
            return false;
        string said = codes?.Back(text, "")?.Code ?? (field.TypeName == "xhtml" ? BackText.Plain(text) : text);
        // What FHIR requires and the message never said is unknown there; a code of FHIR that no code of the table becomes has no place in the field.
        if (field.Kind == FhirKind.Code && codes is { HasCodes: true } && said == text && codes.Find(text) is null)
        {
            if (text == "unknown")
                fill.Take(node);
            else
                fill.Run.Notes.Add(node, "No code of HL7 v2 becomes this code; a site's rules can name one (\"codes\", \"code\").");
            return false;
        }

        bool isSystem = field.Name == "system" && node.Parent?.Name is not ("identifier" or "telecom" or "valueIdentifier") && field.Kind == FhirKind.Uri;
        if (isSystem)
            said = BackText.System(fill.Run.Rules, said);
        if ((codes is not null && said != text ? said : BackText.Of(said, field.Kind)) is not { Length: > 0 } written)
        {
            fill.Run.Notes.Add(node, $"The value is no {field.TypeName} and is left out.");
            return false;
        }

        if (!value.IsEmpty && value.First != written)
        {
            // A date and the time of that day are one; a code that becomes this one in FHIR says it already.
            bool isMore = field.Kind is FhirKind.Date or FhirKind.DateTime or FhirKind.Instant && written.StartsWith(value.First, StringComparison.Ordinal);
            bool isSaid = (field.Kind is FhirKind.Date && value.First.StartsWith(written, StringComparison.Ordinal)) || codes?.Find(value.First)?.Code == text;
            if (!isMore && !isSaid)
                return false;
            if (isSaid)
                written = value.First;
        }

        value.Set(written);
        fill.Take(node);
        return true;
    }

    // A text that stands for a code of the field itself: reflex-order is G in OBR-11.
    private static bool Code(BackFill fill, MapRule rule, string text, BackNode node, DraftValue value)
    {
        MapCondition.Test? test = rule.Condition switch
        {
            MapCondition.Test one => one,
            MapCondition.AllOf all => all.Parts.OfType<MapCondition.Test>().FirstOrDefault(part => part.Asked is MapTest.In),
            _ => null,
        };
        if (node.Text != text || !value.IsEmpty || test is not { Asked: MapTest.In, Words: [var word, ..] })
            return false;
        bool isOwn = test.Place.IsSelf || (test.Place.Segment is null ? test.Place.Component == rule.Source : test.Place.Segment == fill.Segment.Name && test.Place.Field == rule.Source && test.Place.Component < 2);
        if (!isOwn)
            return false;
        value.Set(word);
        fill.Take(node);
        return true;
    }

    private static bool Pattern(BackFill fill, MapText pattern, BackNode node, BackSlot slot, DraftValue value)
    {
        if (node.Text is not { Length: > 0 } text || fill.Has(node) || BackText.Parts(pattern, text) is not { } parts)
            return false;
        foreach ((MapPlace place, string written) in parts)
        {
            string part = written.Replace("%20", " ", StringComparison.Ordinal);
            if (part.Length == 0)
                continue;
            if (slot.Make(place, value) is not { } at || (!at.IsEmpty && at.First != part))
                return false;
            if (ReferenceEquals(at, value))
                value.Set(part);
            else
                _ = fill.Set(at, part);
        }

        fill.Take(node);
        return true;
    }

    private static bool Typed(BackFill fill, MapRule rule, RuleMap type, FhirField? field, BackNode node, BackSlot slot, DraftValue value)
    {
        CodeMap? codes = rule.Codes ?? (rule.Target!.IsSelf ? slot.Codes : null);
        if (!FhirStructure.IsResource(type.TargetType) || node.Resource == type.TargetType)
            return fill.TakeType(type, node, value, codes, field);
        // A reference, for which the rule makes the resource.
        if (field is not { TypeName: "Reference" } || fill.Opened(node, type.TargetType) is not { } resource || !fill.TakeType(type, resource, value, codes, null))
            return false;
        fill.TakeReference(node, resource);
        return true;
    }
}
