using System.Collections.Frozen;

namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>The tables of HL7 v2, read when first asked for and shared.</summary>
public static class Hl7Tables
{
    private static readonly Lazy<FrozenDictionary<int, TableDefinition>> s_tables = new(() =>
        DictionaryResource.ReadTables().ToFrozenDictionary(table => table.Number));

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<TableDefinition> All => s_tables.Value.Values;

    /// <summary>A table.</summary>
    /// <param name="number">For example 1 for table 0001.</param>
    /// <returns>Null when it is not known, as are those that a site fills itself.</returns>
    public static TableDefinition? Find(int number) => s_tables.Value.GetValueOrDefault(number);
}
