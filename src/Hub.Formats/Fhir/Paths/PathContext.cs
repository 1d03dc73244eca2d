using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Fhir.Paths;

/// <summary>What an expression is evaluated on.</summary>
/// <param name="element">The element that has the rule: <c>%context</c>.</param>
/// <param name="budget">How much may still be looked at.</param>
/// <param name="resolve">Finds what a reference leads to, in the resource or its bundle.</param>
internal sealed class PathContext(FhirElement element, PathBudget budget, Func<FhirElement, FhirElement?> resolve)
{
    // What does not depend on $this is evaluated once: dom-3 asks for all references of the resource for each contained one.
    private Dictionary<PathExpression, IReadOnlyList<object>>? _fixed;

    public FhirElement Element => element;

    /// <summary>What the innermost function looks at: <c>$this</c>.</summary>
    public object This { get; set; } = element;

    public FhirElement? Resolve(FhirElement reference) => resolve(reference);

    /// <summary>Counts what is looked at.</summary>
    /// <exception cref="PathException">It is more than may be.</exception>
    public void Spend(int items) => budget.Spend(items);

    /// <summary>Evaluates what does not depend on <c>$this</c>, once.</summary>
    public IReadOnlyList<object> Once(PathExpression expression, Func<IReadOnlyList<object>> evaluate)
    {
        _fixed ??= new(ReferenceEqualityComparer.Instance);
        if (!_fixed.TryGetValue(expression, out IReadOnlyList<object>? value))
            _fixed.Add(expression, value = evaluate());
        return value;
    }
}

/// <summary>How much the rules of one resource may look at, so that one that is made to be costly costs seconds and not hours.</summary>
/// <param name="items">How many items.</param>
internal sealed class PathBudget(long items)
{
    private long _left = items;

    /// <summary>Whether nothing is left.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Counts what is looked at.</summary>
    /// <exception cref="PathException">It is more than may be.</exception>
    public void Spend(int count)
    {
        _left -= count;
        if (_left < 0)
            throw new PathException("The rules look at more than they may.");
    }
}
