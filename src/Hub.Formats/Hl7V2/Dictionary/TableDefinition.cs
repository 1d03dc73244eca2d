using System.Collections.Frozen;

namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>A table of codes. There is one for all versions, with about the codes of 2.6: what later versions dropped may be missing (0125 has no CE).</summary>
public sealed class TableDefinition
{
    private readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _find;

    internal TableDefinition(int number, string name, IReadOnlyDictionary<string, string> codes)
    {
        Number = number;
        Name = name;
        FrozenDictionary<string, string> frozen = codes.ToFrozenDictionary(StringComparer.Ordinal);
        Codes = frozen;
        _find = frozen.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>For example 1 for table 0001.</summary>
    public int Number { get; }

    /// <summary>What the standard calls it, for example <c>Administrative Sex</c>.</summary>
    public string Name { get; }

    /// <summary>Its codes with their meanings.</summary>
    public IReadOnlyDictionary<string, string> Codes { get; }

    /// <summary>What a code means. Codes are told apart by case.</summary>
    /// <param name="code">As it stands in a message.</param>
    /// <returns>Null when the table does not have it.</returns>
    public string? Meaning(ReadOnlySpan<char> code) => _find.TryGetValue(code, out string? meaning) ? meaning : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Number:0000}";
}
