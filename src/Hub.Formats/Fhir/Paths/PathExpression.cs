using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Fhir.Paths;

// Collections are lists of FhirElement, string, decimal and bool. Elements with values become values only where one is needed,
// so that every function sees the type of the element.

/// <summary>An expression, or a part of one.</summary>
internal abstract class PathExpression
{
    /// <summary>Whether its value is the same wherever in a rule it stands.</summary>
    public virtual bool IsFixed => false;

    /// <summary>Evaluates it.</summary>
    /// <param name="context">What the rule is evaluated on.</param>
    /// <param name="input">What stands before the point.</param>
    public abstract IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input);

    /// <summary>Whether a rule holds. What cannot be known (an empty value) is no violation.</summary>
    public bool Holds(PathContext context) => PathValues.Boolean(Evaluate(context, [context.Element])) != false;
}

/// <summary>A value in the expression.</summary>
internal sealed class PathLiteral(IReadOnlyList<object> value) : PathExpression
{
    public override bool IsFixed => true;

    /// <summary>The text, when it is one.</summary>
    public string? Text => value[0] as string;

    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input) => value;
}

/// <summary>What a variable stands for.</summary>
internal enum PathVariableKind
{
    This,
    Resource,
    RootResource,
    Context,
    Ucum,
}

/// <summary>A variable.</summary>
internal sealed class PathVariable(PathVariableKind kind) : PathExpression
{
    private static readonly object[] s_ucum = ["http://unitsofmeasure.org"];

    public override bool IsFixed => kind != PathVariableKind.This;

    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input) => kind switch
    {
        PathVariableKind.This => [context.This],
        PathVariableKind.Resource => [context.Element.Resource],
        PathVariableKind.RootResource => [context.Element.RootResource],
        PathVariableKind.Context => [context.Element],
        _ => s_ucum,
    };
}

/// <summary>The children of a name; or, with the name of its type, the input itself.</summary>
internal sealed class PathMember(string name) : PathExpression
{
    /// <summary>The name, where it stands for a type.</summary>
    public string Name => name;

    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input)
    {
        List<object>? found = null;
        foreach (object item in input)
        {
            if (item is not FhirElement element)
                continue;
            context.Spend(1 + element.Children.Count);
            if (char.IsAsciiLetterUpper(name[0]) && element.Type.Is(name))
                (found ??= []).Add(element);
            foreach (FhirElement child in element.Children)
            {
                if (child.Name == name)
                    (found ??= []).Add(child);
            }
        }

        return found ?? PathValues.Empty;
    }
}

/// <summary>A step behind a point.</summary>
internal sealed class PathStep(PathExpression before, PathExpression step) : PathExpression
{
    public override bool IsFixed { get; } = before.IsFixed && (step is PathMember || step.IsFixed);

    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input) =>
        IsFixed ? context.Once(this, () => step.Evaluate(context, before.Evaluate(context, input))) : step.Evaluate(context, before.Evaluate(context, input));
}

/// <summary><c>is</c> and <c>as</c>.</summary>
internal sealed class PathTypeTest(PathExpression left, string type, bool isCast) : PathExpression
{
    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input)
    {
        IReadOnlyList<object> items = left.Evaluate(context, input);
        if (isCast)
            return [.. items.Where(item => PathValues.Is(item, type))];
        return items.Count == 0 ? PathValues.Empty : PathValues.Of(PathValues.Is(items[0], type));
    }
}
