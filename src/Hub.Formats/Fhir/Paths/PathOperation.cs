namespace Hub.Formats.Fhir.Paths;

/// <summary>An operator with what stands on both sides of it.</summary>
internal sealed class PathOperation(string name, PathExpression left, PathExpression right) : PathExpression
{
    public override bool IsFixed { get; } = left.IsFixed && right.IsFixed;

    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input) =>
        IsFixed ? context.Once(this, () => Compute(context, input)) : Compute(context, input);

    private IReadOnlyList<object> Compute(PathContext context, IReadOnlyList<object> input)
    {
        IReadOnlyList<object> first = left.Evaluate(context, input);
        if (name is "and" or "or" or "xor" or "implies")
            return Logic(PathValues.Boolean(first), context, input);
        IReadOnlyList<object> second = right.Evaluate(context, input);
        return name switch
        {
            "=" => PathValues.Of(PathValues.AreEqual(first, second)),
            "!=" => PathValues.Of(!PathValues.AreEqual(first, second)),
            "<" or "<=" or ">" or ">=" => PathValues.Of(Compared(PathValues.Compare(first, second))),
            "in" => In(context, first, second),
            "contains" => In(context, second, first),
            "|" => PathSets.Distinct(context, first.Concat(second)),
            "&" => [PathValues.Text(first) + PathValues.Text(second)],
            _ => Add(first, second),
        };
    }

    // FHIRPath N1 §6.5: what is not known stays so unless the other side decides. That one is not looked at when this side does.
    private IReadOnlyList<object> Logic(bool? first, PathContext context, IReadOnlyList<object> input)
    {
        if ((name == "and" && first == false) || (name == "or" && first == true) || (name == "implies" && first == false))
            return PathValues.Of(name != "and");
        bool? second = PathValues.Boolean(right.Evaluate(context, input));
        return PathValues.Of(name switch
        {
            "and" => first & second,
            "or" => first | second,
            "xor" => first ^ second,
            _ => !first | second,
        });
    }

    private bool? Compared(int? order)
    {
        if (order is not { } sign)
            return null;
        return name switch
        {
            "<" => sign < 0,
            "<=" => sign <= 0,
            ">" => sign > 0,
            _ => sign >= 0,
        };
    }

    private static IReadOnlyList<object> In(PathContext context, IReadOnlyList<object> item, IReadOnlyList<object> list)
    {
        if (item.Count == 0)
            return PathValues.Empty;
        context.Spend(list.Count);
        return PathValues.Of(list.Any(other => PathValues.AreEqual(item[0], other) == true));
    }

    private IReadOnlyList<object> Add(IReadOnlyList<object> first, IReadOnlyList<object> second)
    {
        if (first.Count != 1 || second.Count != 1)
            return PathValues.Empty;
        return (PathValues.ToValue(first[0]), PathValues.ToValue(second[0])) switch
        {
            (decimal one, decimal other) => [name == "+" ? one + other : one - other],
            (string one, string other) when name == "+" => [one + other],
            _ => PathValues.Empty,
        };
    }
}
