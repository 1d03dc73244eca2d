using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>The rules of one map, applied to one segment.</summary>
/// <param name="run">The message.</param>
/// <param name="segment">The segment.</param>
/// <param name="scope">Tells what this writes into lists from what others write there.</param>
internal sealed partial class SegmentRun(MapRun run, MapSegment segment, int scope)
{
    /// <summary>How deep data types within data types may go; the guide's go three deep. A site's that name each other in a circle end here.</summary>
    private const int Deepest = 8;

    private int _source;
    private int _depth;

    /// <summary>Applies the rules of a segment to a resource.</summary>
    public void Run(RuleMap map, FhirNode node)
    {
        foreach (MapRule rule in map.Rules)
        {
            if (rule.State != MapState.Done)
                continue;
            _source = rule.Source;
            try
            {
                if (rule.Source == 0)
                    RunWhole(rule, node);
                else
                    RunField(rule, node);
            }
            catch (Hl7FormatException fault) when (MayLeaveOut)
            {
                run.Note(Place(), rule.Target!.ToString(), fault.Message);
            }
        }
    }

    // Bytes that are no text in the character set of the message: who it is about is never guessed at, so in MSH and PID the message is refused;
    // elsewhere the value is left out and told, and the rest of the message arrives.
    private bool MayLeaveOut => segment.Name is not ("MSH" or "PID");

    private void RunWhole(MapRule rule, FhirNode node)
    {
        if (rule.Condition.Holds(new(segment, null, 0)))
            Apply(rule, node, null, 1);
    }

    private void RunField(MapRule rule, FhirNode node)
    {
        MapValue[] values = segment.Field(rule.Source);
        bool any = false;
        int repetition = 0;
        bool isMany = rule.Target!.Repeating >= 0 || IsResourceOfItsOwn(rule);
        for (int i = 0; i < values.Length; i++)
        {
            if (!values[i].IsValued)
                continue;
            repetition++;
            any = true;
            if (repetition > 1 && !isMany)
            {
                run.Note(Place(), rule.Target.ToString(), "The element holds one value; further repetitions are left out.");
                break;
            }

            if (!rule.Condition.Holds(new(segment, values[i], rule.Source)))
                continue;
            // What is said once for all components of an observation is said in each of them.
            if (rule.Target.Steps is [{ Index: 0 }, ..] && values.Length == 1)
                ApplyToEach(rule, node, values[i]);
            else
                Apply(rule, node, values[i], i + 1);
        }

        if (!any && rule.TakesNothing && rule.Condition.Holds(new(segment, null, rule.Source)))
            Apply(rule, node, null, 1);
    }

    private void ApplyToEach(MapRule rule, FhirNode node, MapValue value)
    {
        MapValue[] observed = segment.Field(5);
        for (int i = 0; i < observed.Length; i++)
        {
            if (observed[i].IsValued)
                Apply(rule, node, value, i + 1);
        }
    }

    /// <summary>Applies the rules of a data type to an element.</summary>
    /// <param name="map">The rules.</param>
    /// <param name="slot">The element.</param>
    /// <param name="value">The value.</param>
    /// <param name="codes">The codes of the rule that names the map, for those of its rules that name none.</param>
    public void RunType(RuleMap map, FhirSlot slot, MapValue value, CodeMap? codes)
    {
        if (++_depth > Deepest)
        {
            run.Note(Place(), map.Name, "The maps of data types name each other in a circle.");
            _depth--;
            return;
        }

        if (!TypeFunctions.Run(this, map, slot, value))
        {
            foreach (MapRule rule in map.Rules)
            {
                if (rule.State != MapState.Done)
                    continue;
                MapValue part = rule.Source == 0 ? value : value.Part(rule.Source);
                if (part.IsValued || rule.TakesNothing)
                    RunPart(rule, slot, part, value, codes);
            }
        }

        if (codes is not null)
            CodeLookup.Replace(run.Rules, slot.Node, codes, value);
        _depth--;
    }

    private void RunPart(MapRule rule, FhirSlot slot, MapValue part, MapValue whole, CodeMap? codes)
    {
        try
        {
            // A condition without a place asks about the component.
            if (rule.Condition.Holds(new(segment, AsksSelf(rule.Condition) ? part : whole, -1)))
                ApplyPart(rule, slot, part, whole, codes);
        }
        catch (Hl7FormatException fault) when (MayLeaveOut)
        {
            run.Note(Place(), rule.Target!.ToString(), fault.Message);
        }
    }

    private static bool AsksSelf(MapCondition condition) => condition switch
    {
        MapCondition.Test test => test.Place.IsSelf,
        MapCondition.AnyOf any => any.Parts.Count > 0 && any.Parts.All(AsksSelf),
        MapCondition.AllOf all => all.Parts.Count > 0 && all.Parts.All(AsksSelf),
        _ => false,
    };

    private void ApplyPart(MapRule rule, FhirSlot slot, MapValue part, MapValue whole, CodeMap? codes)
    {
        FhirSlot at = rule.Target!.Sibling > 1 ? slot.Sibling(rule.Target.Sibling) : slot;
        if (at.IsGone)
            return;
        if (rule.Target.IsSelf)
        {
            Write(rule, at, part, whole, rule.Codes ?? codes);
            return;
        }

        if (Find(at.Node, rule.Target, 1) is { } found)
            Write(rule, found, part, whole, rule.Codes);
    }

    private void Apply(MapRule rule, FhirNode node, MapValue? value, int repetition)
    {
        if (rule.Target!.IsSelf)
        {
            Write(rule, new FhirSlot(node), value, value, rule.Codes);
            return;
        }

        if (Find(node, rule.Target, repetition) is { } slot)
            Write(rule, slot, value, value, rule.Codes);
    }

    private void Write(MapRule rule, FhirSlot slot, MapValue? value, MapValue? whole, CodeMap? codes)
    {
        if (rule.Function is { } function)
        {
            TypeFunctions.Write(this, function, slot, value, whole);
            return;
        }

        if (rule.Text is { } text)
        {
            Put(slot, text.Of(new(segment, whole, _depth > 0 ? -1 : _source)), null, isLiteral: text.IsPlain);
            return;
        }

        if (value is not { } given)
            return;
        if (rule.Type is { } other && _depth == 0 && IsResourceOfItsOwn(rule) && slot.Node.Type?.Name != other.TargetType)
        {
            FhirResource made = new(FhirStructure.Type(other.TargetType)!, Place());
            run.Resources.Add(made);
            RunType(other, new(made.Node), given, codes);
            return;
        }

        if (rule.Url is { } url)
            _ = (slot.Reference ?? slot).Parent!.Set("url", url);
        if (rule.Type is { } type && Opened(slot, type.TargetType) is { } target)
        {
            RunType(type, target, given, codes);
            return;
        }

        if (rule.Type is not null)
            return;
        if (slot.Field is { Kind: FhirKind.Complex } field)
        {
            if (TypeFunctions.DefaultFor(run.Rules, field.TypeName) is { } usual)
                RunType(usual, slot, given, codes);
            return;
        }

        Put(slot, given.Text, codes, isLiteral: false);
    }

    // PID-21 makes the mother, who is a resource of her own, each of her numbers one.
    private static bool IsResourceOfItsOwn(MapRule rule) => rule.Type is { } type && rule.Target!.IsSelf && FhirStructure.IsResource(type.TargetType);

    // XCN[Practitioner] for a reference makes the Practitioner and names it.
    private FhirSlot? Opened(FhirSlot slot, string type)
    {
        if (slot.Field is not { TypeName: "Reference" } || !FhirStructure.IsResource(type))
            return slot;
        return OpenResource(slot, type) is { } node ? new FhirSlot(node) { Reference = slot } : null;
    }

    /// <summary>Writes the text of a primitive.</summary>
    public void Put(FhirSlot slot, string text, CodeMap? codes, bool isLiteral)
    {
        if (slot.Field is not { } field || text.Length == 0 || field.Kind is FhirKind.Complex or FhirKind.Resource)
            return;
        CodeEntry? entry = codes?.Find(text);
        string said = entry?.Code ?? text;
        if (!isLiteral && field.Name == "system" && slot.Parent?.Type is { Name: "Coding" or "Quantity" })
            said = CodeLookup.System(run.Rules, said);
        string? written = PrimitiveText.Of(said, field.Kind, run.OffsetAt);
        if (written is not null && field.Codes is { } allowed && !allowed.Contains(written))
            written = allowed.Contains(written.ToLowerInvariant()) ? written.ToLowerInvariant() : null;
        if (written is null)
        {
            run.Note(Place(), field.Name, field.Codes is not null ? "The code is none of those that FHIR R4 allows here, and no table maps it." : $"The value is no {field.TypeName}.");
            return;
        }

        slot.Node.Text = written;
        if (entry is { System.Length: > 0 } && field.Name == "code" && slot.Parent is { Type.Name: "Coding" } coding && coding.Find("system") is null)
            coding.Set("system", entry.System);
    }

    public MapRun Message => run;

    public MapSegment Segment => segment;

    public string Place() => $"{segment.Name}[{segment.Occurrence}]-{_source}";
}
