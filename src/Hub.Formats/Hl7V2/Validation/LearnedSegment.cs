namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What was seen of the segments of one name.</summary>
internal sealed class LearnedSegment(string name)
{
    // Far more than the standard has (OBR 50, XCN 23); what is beyond is noise.
    private const int MaxFields = 200;
    private const int MaxComponents = 40;

    private readonly Dictionary<(int Field, int Component), LearnedPlace> _places = [];

    public string Name { get; } = name;

    /// <summary>How often a component might have been populated: once a value of its field, whatever type a version gives the field.</summary>
    public int ChancesOf(int field) => _places[(field, 0)].Values;

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    /// <summary>How many messages had one.</summary>
    public int Messages { get; private set; }

    /// <summary>The most in one message.</summary>
    public int Most { get; private set; }

    /// <summary>What was populated, in order: fields, each with its components behind it.</summary>
    public IEnumerable<((int Field, int Component) Place, LearnedPlace Seen)> Places =>
        _places.Where(place => place.Value.Times > 0 && (place.Key.Component == 0 || !_places[(place.Key.Field, 0)].IsMixed)).OrderBy(place => place.Key).Select(place => (place.Key, place.Value));

    public void SeeMessage(int count)
    {
        Messages++;
        Most = Math.Max(Most, count);
    }

    public void See(PlaceReader reader, int segment, SegmentPlan? plan)
    {
        Count++;
        byte separator = reader.Message.Delimiters.Field;
        bool isHeader = plan?.IsHeader ?? false;
        int last = Math.Min(Hl7Parts.Count(reader.Message.SegmentBytes(segment).Span, separator) - (isHeader ? 0 : 1), MaxFields);
        // MSH-1 and MSH-2 are the delimiters.
        for (int number = isHeader ? 3 : 1; number <= last; number++)
        {
            ReadOnlySpan<byte> field = reader.Field(segment, number);
            if (!reader.IsBlank(field))
                SeeField(reader, field, number, plan is not null && number <= plan.Fields.Length ? plan.Fields[number - 1].Type : TypePlan.Unknown);
        }
    }

    private void SeeField(PlaceReader reader, ReadOnlySpan<byte> field, int number, TypePlan type)
    {
        Hl7Delimiters delimiters = reader.Message.Delimiters;
        LearnedPlace place = PlaceOf(number, 0, type);
        place.See(Hl7Parts.Count(field, delimiters.Repetition));
        // What the message is stands under messages and versions.
        bool isHeader = Name == "MSH" && number is 9 or 12;
        foreach (Range range in field.Split(delimiters.Repetition == 0 ? delimiters.Field : delimiters.Repetition))
        {
            ReadOnlySpan<byte> repetition = field[range];
            if (reader.IsBlank(repetition) || ValueChecker.IsNull(repetition))
                continue;
            place.SeeValue();
            SeeValue(reader, repetition, place);
            if (type.Kind == ValueKind.Composite && !isHeader)
                SeeComponents(reader, repetition, number, type);
        }
    }

    private void SeeComponents(PlaceReader reader, ReadOnlySpan<byte> repetition, int field, TypePlan type)
    {
        // Also those beyond the type: another version may have them.
        int count = Math.Min(Math.Max(type.Components.Length, Hl7Parts.Count(repetition, reader.Message.Delimiters.Component)), MaxComponents);
        for (int number = 1; number <= count; number++)
        {
            LearnedPlace place = PlaceOf(field, number, number <= type.Components.Length ? type.Components[number - 1].Type : TypePlan.Unknown);
            ReadOnlySpan<byte> component = Hl7Parts.Get(repetition, reader.Message.Delimiters.Component, number);
            if (reader.IsBlank(component))
                continue;
            place.See(1);
            if (!ValueChecker.IsNull(component))
                SeeValue(reader, component, place);
        }
    }

    private static void SeeValue(PlaceReader reader, ReadOnlySpan<byte> value, LearnedPlace place)
    {
        try
        {
            string text = reader.Text(value);
            place.SeeLength(text.Length);
            place.SeeCode(text);
        }
        catch (Hl7FormatException)
        {
            // What is no text teaches nothing about texts.
        }
    }

    private LearnedPlace PlaceOf(int field, int component, TypePlan type)
    {
        if (!_places.TryGetValue((field, component), out LearnedPlace? place))
            _places.Add((field, component), place = new() { Kind = type.Kind });
        place.SeeKind(type.Kind);
        return place;
    }
}
