using System.Collections.Frozen;

namespace Hub.Formats.Fhir.Definitions;

/// <summary>The codes that a binding allows.</summary>
/// <param name="name">Its address, without the common beginning.</param>
/// <param name="systems">Codes by their system; null when the whole set is not known.</param>
internal sealed class FhirValueSet(string name, FrozenDictionary<string, FrozenSet<string>>? systems)
{
    /// <summary>Its address, without <c>http://hl7.org/fhir/ValueSet/</c> where it begins so.</summary>
    public string Name => name;

    /// <summary>Whether all its codes are known. Where they are not, no code is judged.</summary>
    public bool IsComplete => systems is not null;

    /// <summary>The systems that it has codes of.</summary>
    public IEnumerable<string> Systems => systems?.Keys ?? [];

    /// <summary>All codes, for a person to choose from.</summary>
    public IEnumerable<string> Codes => systems?.Values.SelectMany(codes => codes).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>();

    /// <summary>Whether it has codes of a system.</summary>
    public bool HasSystem(string system) => systems!.ContainsKey(system);

    /// <summary>Whether a code of any system is in it, as an element of type code has none.</summary>
    public bool Has(string code) => systems!.Values.Any(codes => codes.Contains(code));

    /// <summary>Whether a code of a system is in it.</summary>
    public bool Has(string system, string code) => systems!.TryGetValue(system, out FrozenSet<string>? codes) && codes.Contains(code);
}
