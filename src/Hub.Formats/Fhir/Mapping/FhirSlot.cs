namespace Hub.Formats.Fhir.Mapping;

/// <summary>An element while a rule writes it: where it stands, made when it is first asked for.</summary>
internal sealed class FhirSlot
{
    private FhirNode? _node;

    /// <summary>An element that is there.</summary>
    public FhirSlot(FhirNode node) => _node = node;

    public FhirSlot(FhirNode parent, FhirField field, ElementKey key) => (Parent, Field, Key) = (parent, field, key);

    public FhirNode? Parent { get; }

    public FhirField? Field { get; }

    public ElementKey Key { get; }

    /// <summary>The reference that opened it, when it is a resource.</summary>
    public FhirSlot? Reference { get; init; }

    public FhirNode Node => _node ??= Parent!.Get(Field!, Key);

    /// <summary>Whether there is no such element: a further item of what is no list.</summary>
    public bool IsGone { get; private init; }

    /// <summary>A further item of the list that the element is in.</summary>
    public FhirSlot Sibling(int number)
    {
        if (Field is null && Reference is { } reference)
            return reference.Sibling(number);
        return Field is { IsList: true } ? new(Parent!, Field, Key with { Index = (Key.Index * 100) + number }) : new(new FhirNode(null)) { IsGone = true };
    }
}
