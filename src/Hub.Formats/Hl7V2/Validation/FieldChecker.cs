namespace Hub.Formats.Hl7V2.Validation;

// Reads each byte of a segment about once a level (field, repetition, component, subcomponent) and makes nothing as long as all is well.

/// <summary>Checks the fields of segments, down to their subcomponents.</summary>
internal sealed class FieldChecker(Hl7Message message, VersionPlan version, Findings findings)
{
    private const int ValueType = 2;
    private const int ObservationValue = 5;

    private readonly Hl7Delimiters _delimiters = message.Delimiters;
    private readonly ValueChecker _values = new(message, findings, version.HasOlderTables);

    // What OBX-2 of the segment in hand says.
    private TypePlan? _valueType;

    /// <summary>Checks a segment.</summary>
    public void Check(int index, ReadOnlySpan<byte> segment, SegmentPlan plan)
    {
        _valueType = null;
        ReadOnlySpan<byte> rest = segment.Length > 3 ? segment[4..] : [];
        // MSH-1 and MSH-2 are the delimiters, checked in reading (protocol E06).
        int number = plan.IsHeader ? 2 : 1;
        int last = segment.Length > 3 ? plan.Fields.Length : 0;
        for (bool isMore = last > 0; isMore; number++)
        {
            int end = rest.IndexOf(_delimiters.Field);
            ReadOnlySpan<byte> field = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            isMore = end >= 0;
            if (number > last)
            {
                if (plan.TakesMore)
                    return;
                if (!IsBlank(field))
                {
                    findings.Add(ValidationRules.FieldUnexpected, new(index, number), $"{plan.Name} has {last} fields in version {version.Dictionary.Version}; this is one more.");
                    return;
                }

                // A segment of ten thousand empty fields is read through once.
                continue;
            }

            if (!(plan.IsHeader && number <= 2))
                CheckField(index, field, plan, plan.Fields[number - 1]);
        }

        for (; number <= plan.LastRequired; number++)
            TellIfRequired(index, plan, plan.Fields[number - 1]);
    }

    private void CheckField(int index, ReadOnlySpan<byte> field, SegmentPlan plan, PartPlan part)
    {
        if (field.IsEmpty || IsBlank(field))
        {
            TellIfRequired(index, plan, part);
            return;
        }

        TypePlan type = part.Type;
        if (plan.Name == "OBX" && part.Number is ValueType or ObservationValue)
        {
            if (part.Number == ValueType)
                ReadValueType(index, field, part);
            else
                type = ValueTypeOf(index, type);
        }

        // MSH-9 and MSH-12 are judged with the message as a whole.
        if (plan.Name == "MSH" && part.Number is 9 or 12)
            return;
        int single = _delimiters.Repetition == 0 ? -1 : field.IndexOf(_delimiters.Repetition);
        if (single < 0)
            CheckRepetition(field, part, type, new(index, part.Number));
        else
            CheckRepetitions(index, field, part, type);
    }

    private void CheckRepetitions(int index, ReadOnlySpan<byte> field, PartPlan part, TypePlan type)
    {
        int count = 0;
        foreach (Range range in field.Split(_delimiters.Repetition))
        {
            count++;
            ReadOnlySpan<byte> repetition = field[range];
            if (!IsBlank(repetition))
                CheckRepetition(repetition, part, type, new(index, part.Number, count));
        }

        if (part.MaxRepetitions > 0 && count > part.MaxRepetitions)
            findings.Add(ValidationRules.FieldRepeats, new(index, part.Number), $"{part.Name} has {count} repetitions; {part.MaxRepetitions} may be.");
    }

    private void CheckRepetition(ReadOnlySpan<byte> repetition, PartPlan part, TypePlan type, Place place)
    {
        if (ValueChecker.IsNull(repetition))
            return;
        _values.CheckLength(repetition, part, type, place);
        if (type.Kind == ValueKind.Open)
            return;
        if (type.Kind == ValueKind.Composite)
            CheckComponents(repetition, part, type, place);
        else
            _values.Check(FirstPart(repetition, _delimiters.Component, part, type, place), part, type, place);
    }

    private void CheckComponents(ReadOnlySpan<byte> value, PartPlan part, TypePlan type, Place place)
    {
        PartPlan[] components = type.Components;
        ReadOnlySpan<byte> code = [];
        UniversalId universal = default;
        int number = 0;
        foreach (Range range in value.Split(_delimiters.Component))
        {
            ReadOnlySpan<byte> component = value[range];
            Place at = place with { Component = ++number };
            bool isPopulated = !IsBlank(component);
            if (number > components.Length)
            {
                if (!isPopulated)
                    continue;
                findings.Add(ValidationRules.ComponentUnexpected, at, $"{type.Name} has {components.Length} components; this is one more.");
                break;
            }

            universal.See(type, number, isPopulated);
            if (isPopulated)
                CheckComponent(component, components[number - 1], at);
            else
                TellIfRequired(components[number - 1], type, at);
            if (number == 1)
                code = component;
            else if (number == 3 && part.Table is not null)
                _values.CheckNamed(code, component, part, place with { Component = 1 });
        }

        for (number++; number <= components.Length; number++)
            TellIfRequired(components[number - 1], type, place with { Component = number });
        if (universal.Missing is var missing and > 0)
            findings.Add(ValidationRules.UniversalIdIncomplete, place with { Component = missing }, $"{part.Name}: {components[missing - 1].Name} ({type.Name}.{missing}) is empty and the other of universal ID and type is not.");
    }

    private void CheckComponent(ReadOnlySpan<byte> component, PartPlan part, Place place)
    {
        if (ValueChecker.IsNull(component))
            return;
        _values.CheckLength(component, part, part.Type, place);
        if (part.Type.Kind == ValueKind.Composite)
            CheckSubcomponents(component, part, place);
        else if (part.Type.Kind != ValueKind.Open)
            _values.Check(FirstPart(component, _delimiters.Subcomponent, part, part.Type, place), part, part.Type, place);
    }

    private void CheckSubcomponents(ReadOnlySpan<byte> value, PartPlan part, Place place)
    {
        PartPlan[] subcomponents = part.Type.Components;
        UniversalId universal = default;
        // Without a subcomponent separator in force all of it is the first one: a value never holds the field separator.
        byte separator = _delimiters.Subcomponent == 0 ? _delimiters.Field : _delimiters.Subcomponent;
        int number = 0;
        foreach (Range range in value.Split(separator))
        {
            ReadOnlySpan<byte> subcomponent = value[range];
            Place at = place with { Subcomponent = ++number };
            if (number > subcomponents.Length)
            {
                if (subcomponent.IsEmpty)
                    continue;
                findings.Add(ValidationRules.ComponentUnexpected, at, $"{part.Type.Name} has {subcomponents.Length} subcomponents here; this is one more.");
                break;
            }

            PartPlan own = subcomponents[number - 1];
            universal.See(part.Type, number, !subcomponent.IsEmpty);
            if (subcomponent.IsEmpty)
            {
                TellIfRequired(own, part.Type, at);
                continue;
            }

            PartPlan leaf = own.Type.First ?? own;
            _values.CheckLength(subcomponent, own, own.Type, at);
            _values.Check(subcomponent, leaf, leaf.Type, at);
        }

        for (number++; number <= subcomponents.Length; number++)
            TellIfRequired(subcomponents[number - 1], part.Type, place with { Subcomponent = number });
        if (universal.Missing is var missing and > 0)
            findings.Add(ValidationRules.UniversalIdIncomplete, place with { Subcomponent = missing }, $"{part.Name}: {subcomponents[missing - 1].Name} ({part.Type.Name}.{missing}) is empty and the other of universal ID and type is not.");
    }

    /// <summary>A primitive has one part; what follows it is told.</summary>
    private ReadOnlySpan<byte> FirstPart(ReadOnlySpan<byte> value, byte separator, PartPlan part, TypePlan type, Place place)
    {
        int end = separator == 0 ? -1 : value.IndexOf(separator);
        if (end < 0)
            return value;
        if (!IsBlank(value[end..]))
        {
            Place at = place.Component == 0 ? place with { Component = 2 } : place with { Subcomponent = 2 };
            findings.Add(ValidationRules.ComponentUnexpected, at, $"{part.Name} is {type.Name}, which has no parts, and there is a second one.");
        }

        // Nothing before the separator is nothing to check.
        return end == 0 ? "\"\""u8 : value[..end];
    }

    private void ReadValueType(int index, ReadOnlySpan<byte> name, PartPlan part)
    {
        _valueType = ValueChecker.IsNull(name) ? null : version.Type(name.Trim((byte)' '));
        if (_valueType is null && !ValueChecker.IsNull(name))
        {
            _valueType = TypePlan.Text;
            findings.Add(ValidationRules.ValueTypeUnknown, new(index, part.Number), $"OBX-2 names no data type of version {version.Dictionary.Version}.");
        }
    }

    private TypePlan ValueTypeOf(int index, TypePlan own)
    {
        if (_valueType is null)
            findings.Add(ValidationRules.ValueTypeMissing, new(index, ValueType), $"OBX-2 is empty and OBX-5 is populated.");
        return _valueType ?? own;
    }

    private void TellIfRequired(int index, SegmentPlan plan, PartPlan part)
    {
        if (part.IsRequired)
            findings.Add(ValidationRules.FieldMissing, new(index, part.Number), $"{part.Name} is empty; {plan.Name} requires it in version {version.Dictionary.Version}.");
    }

    private void TellIfRequired(PartPlan part, TypePlan type, Place place)
    {
        if (part.IsRequired)
            findings.Add(ValidationRules.ComponentMissing, place, $"{part.Name} is empty; {type.Name} requires it.");
    }

    private bool IsBlank(ReadOnlySpan<byte> value)
    {
        foreach (byte one in value)
        {
            if (one != _delimiters.Component && (one != _delimiters.Repetition || one == 0) && (one != _delimiters.Subcomponent || one == 0))
                return false;
        }

        return true;
    }
}
