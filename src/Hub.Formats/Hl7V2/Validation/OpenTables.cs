using System.Collections.Frozen;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Tables of HL7 whose copy here cannot be whole: they grow with each version, or list what others maintain.</summary>
internal static class OpenTables
{
    // 0003 events, 0076 message types, 0354 structures, 0104 versions: each version adds some. 0125 value types: by the version's own types.
    // 0203 identifier types, 0396 coding systems: added to between versions. 0191, 0291 content types: of IANA. 0211 character sets.
    // 0301 universal ID types: CLIA, EUI64 and others came later. 0399 countries: of ISO.
    private static readonly FrozenSet<int> s_open = FrozenSet.Create(3, 76, 104, 125, 191, 203, 211, 291, 301, 354, 396, 399);

    public static bool Has(int table) => s_open.Contains(table);
}
