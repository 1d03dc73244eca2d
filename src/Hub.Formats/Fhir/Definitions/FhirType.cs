using System.Collections.Frozen;

namespace Hub.Formats.Fhir.Definitions;

/// <summary>What kind of type it is.</summary>
internal enum FhirKind
{
    /// <summary>A value: string, date, code.</summary>
    Primitive,

    /// <summary>A data type with elements: HumanName; also one that stands for several, such as Element.</summary>
    Complex,

    /// <summary>What an element of a type consists of: Bundle.entry.</summary>
    Nested,

    /// <summary>A resource.</summary>
    Resource,

    /// <summary>Resource and DomainResource.</summary>
    AbstractResource,
}

/// <summary>A type of R4: its own elements and those of the type it is made from. Elements are read from the data when they are first asked for.</summary>
internal sealed class FhirType
{
    private readonly Lazy<Members> _members;

    public FhirType(string name, FhirKind kind, FhirType? baseType, IReadOnlyList<FhirInvariant> invariants, Func<IEnumerable<FhirElementDefinition>> elements, Func<string, FhirType> find)
    {
        (Name, Kind, Base) = (name, kind, baseType);
        // Profiles of Quantity are types of their own in the data.
        TypeName = name is "SimpleQuantity" or "MoneyQuantity" ? "Quantity" : name;
        Invariants = [.. baseType?.Invariants ?? [], .. invariants];
        _members = new(() => Read(elements(), find));
    }

    /// <summary>Its name; for nested types the path, <c>Bundle.entry</c>.</summary>
    public string Name { get; }

    /// <summary>Its name in FHIRPath: of a profile, that of the type.</summary>
    public string TypeName { get; }

    public FhirKind Kind { get; }

    /// <summary>The type it is made from; null for Element and Resource.</summary>
    public FhirType? Base { get; }

    /// <summary>Rules of this type and those it is made from.</summary>
    public IReadOnlyList<FhirInvariant> Invariants { get; }

    public bool IsPrimitive => Kind == FhirKind.Primitive;

    public bool IsResource => Kind is FhirKind.Resource or FhirKind.AbstractResource;

    /// <summary>All elements, those of base types first.</summary>
    public IReadOnlyList<FhirElementDefinition> Elements => _members.Value.Elements;

    /// <summary>Elements that must be there.</summary>
    public IReadOnlyList<FhirElementDefinition> Required => _members.Value.Required;

    /// <summary>An element by its name in JSON; null when there is none.</summary>
    public FhirMember? Find(string jsonName) => _members.Value.ByName.GetValueOrDefault(jsonName);

    /// <summary>The names that JSON may have, for a person who has misspelt one.</summary>
    public IEnumerable<string> Names => _members.Value.ByName.Keys;

    /// <summary>Whether this is a type or made from it.</summary>
    public bool Is(string typeName)
    {
        for (FhirType? type = this; type is not null; type = type.Base)
        {
            if (type.TypeName == typeName)
                return true;
        }

        return false;
    }

    private Members Read(IEnumerable<FhirElementDefinition> own, Func<string, FhirType> find)
    {
        List<FhirElementDefinition> elements = [.. Base?.Elements ?? []];
        foreach (FhirElementDefinition element in own)
        {
            elements.RemoveAll(inherited => inherited.Name == element.Name);
            elements.Add(element);
        }

        Dictionary<string, FhirMember> byName = new(StringComparer.Ordinal);
        foreach (FhirElementDefinition element in elements)
        {
            foreach (FhirType type in element.Types.Select(find))
                byName.TryAdd(element.IsChoice ? $"{element.Name}{char.ToUpperInvariant(type.TypeName[0])}{type.TypeName[1..]}" : element.Name, new(element, type));
        }

        return new(elements, [.. elements.Where(element => element.Cardinality.Min > 0)], byName.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private sealed record Members(IReadOnlyList<FhirElementDefinition> Elements, IReadOnlyList<FhirElementDefinition> Required, FrozenDictionary<string, FhirMember> ByName);
}
