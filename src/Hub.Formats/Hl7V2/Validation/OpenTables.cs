using System.Collections.Frozen;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Which tables a code can be judged by. The copies here are those of version 2.6, the same for all versions.</summary>
internal static class OpenTables
{
    // 0003 events, 0076 message types, 0354 structures, 0104 versions: each version adds some. 0203 identifier types and 0301 kinds of
    // universal IDs (CLIA, NPI) grew between versions. 0191, 0834 content types, 0211 character sets and 0399 countries: of others.
    private static readonly FrozenSet<int> s_open = FrozenSet.Create(3, 76, 104, 191, 203, 211, 301, 354, 399, 834);

    // 0125 value types: judged by the types of the version. 0291 subtypes: of IANA, and only HL7's own are in the copy. 0396 coding systems:
    // hundreds, named by HL7 whenever somebody asks, and L and 99zzz for anybody's own.
    private static readonly FrozenSet<int> s_absent = FrozenSet.Create(125, 291, 396);

    // Tables that sites fill and that some version before 2.4 gave to fields of type ID: all that the dictionary has with both ID and IS.
    private static readonly FrozenSet<int> s_site = FrozenSet.Create(1, 2, 4, 5, 6, 7, 9, 17, 18, 19, 21, 22, 23, 24, 32, 42, 43, 44, 45, 46, 52, 56, 62, 63, 64, 66, 68, 69, 72, 73, 78, 86, 87, 89, 92, 93, 98, 99, 110, 111, 112, 113, 115, 116, 117, 127, 128, 130, 135, 137, 139, 140, 141, 142, 143, 144, 147, 151, 152, 171, 173, 174, 177, 182, 186, 189, 193, 230, 232, 261, 268, 269);

    /// <summary>Whether codes of a table can be judged at all.</summary>
    public static bool CanJudge(int table) => !s_absent.Contains(table);

    /// <summary>The rule that a code breaks which a table does not have.</summary>
    public static Hl7Rule RuleOf(int table, ValueKind kind)
    {
        if (s_open.Contains(table))
            return ValidationRules.CodeNotInOpenTable;
        return kind == ValueKind.SiteCode || s_site.Contains(table) ? ValidationRules.CodeNotSuggested : ValidationRules.CodeNotInTable;
    }
}
