namespace Hub.Formats.Fhir.Mapping;

/// <summary>What a condition asks of a value.</summary>
internal enum MapTest
{
    Valued,
    NotValued,
    In,
    NotIn,
    LongerThan,
    CountIs,
    CountAbove,
    CountAtMost,
    EqualsPlace,
    DiffersFromPlace,
}

/// <summary>A place that a condition or text looks at: <c>PID-11.9</c> of a segment, <c>XTN.3</c> of the value in hand (no segment), <c>PID</c> a whole segment; nothing at all the field of the rule itself.</summary>
internal readonly record struct MapPlace(string? Segment, int Field, int Component)
{
    public bool IsSelf => Segment is null && Field == 0 && Component == 0;
}

/// <summary>The condition of a rule. Evaluated once for each repetition of its field.</summary>
internal abstract record MapCondition
{
    public static MapCondition Never { get; } = new AnyOf([]);

    public static MapCondition Always { get; } = new AllOf([]);

    public abstract bool Holds(MapReader reader);

    /// <summary>Whether it asks that the field of the rule itself says nothing.</summary>
    public abstract bool AsksNothing(string? segment, int field);

    internal sealed record AllOf(IReadOnlyList<MapCondition> Parts) : MapCondition
    {
        public override bool AsksNothing(string? segment, int field) => Parts.Any(part => part.AsksNothing(segment, field));

        public override bool Holds(MapReader reader)
        {
            foreach (MapCondition part in Parts)
            {
                if (!part.Holds(reader))
                    return false;
            }

            return true;
        }
    }

    internal sealed record AnyOf(IReadOnlyList<MapCondition> Parts) : MapCondition
    {
        public override bool AsksNothing(string? segment, int field) => Parts.Any(part => part.AsksNothing(segment, field));

        public override bool Holds(MapReader reader)
        {
            foreach (MapCondition part in Parts)
            {
                if (part.Holds(reader))
                    return true;
            }

            return false;
        }
    }

    internal sealed record Test(MapPlace Place, MapTest Asked, IReadOnlyList<string> Words, int Number, MapPlace Other) : MapCondition
    {
        public override bool AsksNothing(string? segment, int field) => Asked is MapTest.NotValued && (Place.IsSelf
            || (segment is not null ? Place.Segment == segment && Place.Field == field && Place.Component == 0 : Place.Segment is null && Place.Component == field));

        public override bool Holds(MapReader reader) => Asked switch
        {
            MapTest.Valued => reader.IsValued(Place),
            MapTest.NotValued => !reader.IsValued(Place),
            MapTest.In => IsListed(reader.TextOf(Place)),
            MapTest.NotIn => !IsListed(reader.TextOf(Place)),
            MapTest.LongerThan => reader.TextOf(Place).Length > Number,
            MapTest.CountIs => reader.CountOf(Place) == Number,
            MapTest.CountAbove => reader.CountOf(Place) > Number,
            MapTest.CountAtMost => reader.CountOf(Place) <= Number,
            MapTest.EqualsPlace => reader.TextOf(Place) == reader.TextOf(Other),
            _ => reader.TextOf(Place) != reader.TextOf(Other),
        };

        private bool IsListed(string text)
        {
            foreach (string word in Words)
            {
                if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                    return true;
            }

            return false;
        }
    }
}

/// <summary>Looks at places for a condition or an assigned text.</summary>
internal readonly record struct MapReader(MapSegment? Segment, MapValue? Value, int Field)
{
    public bool IsValued(MapPlace place)
    {
        if (place is { Segment: not null, Field: 0 })
            return Find(place.Segment) is not null;
        foreach (MapValue value in All(place))
        {
            if (value.IsValued)
                return true;
        }

        return false;
    }

    public string TextOf(MapPlace place)
    {
        foreach (MapValue value in All(place))
        {
            if (value.IsValued)
                return value.Text;
        }

        return "";
    }

    public int CountOf(MapPlace place)
    {
        MapValue[] values = Values(place);
        return values.Count(value => value.IsValued);
    }

    private MapValue[] All(MapPlace place)
    {
        // A condition on a part of the field in hand asks about the repetition in hand.
        if (place.IsSelf)
            return [Value ?? default];
        if (place.Segment is null)
            return Value is { } whole ? [Deep(whole, place)] : [];
        if (Value is { Message: not null } current && Segment is not null && place.Segment == Segment.Name && place.Field == Field)
            return [Deep(current, place)];
        MapValue[] values = Values(place);
        return place.Component == 0 ? values : [Deep(values.Length > 0 ? values[0] : default, place)];
    }

    private static MapValue Deep(MapValue value, MapPlace place) =>
        value.Message is null || place.Component == 0 ? value : value.Part(place.Component);

    private MapValue[] Values(MapPlace place) => place.Segment is null ? [] : Find(place.Segment)?.Field(place.Field) ?? [];

    private MapSegment? Find(string name) => Segment is null ? null : Segment.Name == name ? Segment : Segment.Group.Find(name);
}
