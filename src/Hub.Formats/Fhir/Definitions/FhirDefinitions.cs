using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Hub.Formats.Fhir.Definitions;

// Where the facts come from and how they are made: README.md of this folder. Types and value sets are built when they are
// first asked for and shared by all; a resource of a kind that never comes costs nothing but its text.

/// <summary>What R4 (4.0.1) defines: types, value sets, rules. Safe for use by several threads at once.</summary>
internal sealed class FhirDefinitions
{
    private static readonly Lazy<FhirDefinitions> s_shared = new(() => new());

    private readonly DefinitionText _types = new("FhirR4/types.txt", 'T');
    private readonly DefinitionText _valueSets = new("FhirR4/valuesets.txt", 'V');
    private readonly ConcurrentDictionary<string, FhirType?> _builtTypes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FhirValueSet> _builtSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FhirInvariant> _invariants;
    private readonly FrozenSet<string> _resources;
    private readonly Lazy<IReadOnlyList<string>> _openTypes;

    private FhirDefinitions()
    {
        _invariants = _types.ReadPreamble().ToDictionary(cells => cells[1], cells => new FhirInvariant(cells[1], cells[2] == "e", cells[3], cells[4]), StringComparer.Ordinal);
        _resources = _types.Names.Where(name => !name.Contains('.', StringComparison.Ordinal) && _types.ReadBlock(name)!.First()[2] == "R").ToFrozenSet(StringComparer.Ordinal);
        // Elements that are open to all types may hold what an extension may.
        _openTypes = new(() => Type("Extension")!.Elements.Single(element => element.Name == "value").Types);
    }

    /// <summary>The definitions, read when they are first asked for.</summary>
    public static FhirDefinitions Shared => s_shared.Value;

    /// <summary>The names of all resources.</summary>
    public IReadOnlySet<string> Resources => _resources;

    /// <summary>All rules.</summary>
    public IReadOnlyCollection<FhirInvariant> Invariants => _invariants.Values;

    /// <summary>The names of all types.</summary>
    public IEnumerable<string> TypeNames => _types.Names;

    /// <summary>A type by its name.</summary>
    /// <returns>Null when there is none.</returns>
    public FhirType? Type(string name) => _builtTypes.TryGetValue(name, out FhirType? type) ? type : _builtTypes.GetOrAdd(name, BuildType(name));

    /// <summary>A resource by its name.</summary>
    /// <returns>Null when there is none.</returns>
    public FhirType? Resource(string name) => _resources.Contains(name) ? Type(name) : null;

    /// <summary>A value set of a binding.</summary>
    public FhirValueSet ValueSet(string name) => _builtSets.GetOrAdd(name, BuildSet);

    private FhirType? BuildType(string name)
    {
        if (_types.ReadBlock(name) is not { } block)
            return null;
        string[] cells = block.First();
        FhirKind kind = cells[2] switch { "P" => FhirKind.Primitive, "N" => FhirKind.Nested, "R" => FhirKind.Resource, "A" => FhirKind.AbstractResource, _ => FhirKind.Complex };
        FhirType? baseType = Cell(cells, 3) is { Length: > 0 } of ? Type(of) : null;
        return new(name, kind, baseType, InvariantsOf(Cell(cells, 4)), () => block.Skip(1).Select(Element), type => Type(type)!);
    }

    private FhirElementDefinition Element(string[] cells)
    {
        string name = cells[1];
        bool isChoice = name.EndsWith("[x]", StringComparison.Ordinal);
        (IReadOnlyList<string> types, IReadOnlyList<string>? targets) = TypesOf(Cell(cells, 3));
        string binding = Cell(cells, 4);
        return new(
            isChoice ? name[..^3] : name,
            isChoice,
            FhirCardinality.Parse(Cell(cells, 2)),
            types,
            targets,
            binding.Length > 0 ? binding[1..] : null,
            binding.StartsWith('!'),
            InvariantsOf(Cell(cells, 5)));
    }

    private (IReadOnlyList<string> Types, IReadOnlyList<string>? Targets) TypesOf(string cell)
    {
        if (cell == "*")
            return (_openTypes.Value, null);
        string[] types = cell.Split('|');
        IReadOnlyList<string>? targets = null;
        for (int i = 0; i < types.Length; i++)
        {
            if (!types[i].EndsWith(')'))
                continue;
            targets = types[i]["Reference(".Length..^1].Split(',');
            types[i] = "Reference";
        }

        return (types, targets);
    }

    private IReadOnlyList<FhirInvariant> InvariantsOf(string cell) => cell.Length == 0 ? [] : [.. cell.Split(' ').Select(key => _invariants[key])];

    private FhirValueSet BuildSet(string name)
    {
        string[][] lines = [.. _valueSets.ReadBlock(name) ?? []];
        bool isComplete = lines.Length > 1 && Cell(lines[0], 2) == "complete";
        return new(name, isComplete ? lines.Skip(1).ToFrozenDictionary(cells => cells[1], cells => cells.Skip(2).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal) : null);
    }

    private static string Cell(string[] cells, int index) => index < cells.Length ? cells[index] : "";
}
