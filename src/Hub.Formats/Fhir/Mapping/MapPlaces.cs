using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Reads places as a map writes them: <c>PID-11.9</c> of a segment, <c>XTN.3</c> and <c>HD-3</c> of the value in hand, <c>PID</c> a segment, <c>MSG.2</c> a part of MSH-9.</summary>
/// <param name="source">What the map is of: a segment or a data type.</param>
/// <param name="isType">Whether it is of a data type.</param>
internal sealed partial class MapPlaces(string source, bool isType)
{
    private static readonly FrozenSet<string> s_types = FrozenSet.Create("AUI", "CE", "CF", "CNE", "CNN", "CQ", "CWE", "CX", "DLD", "DLN", "DR", "DTM", "ED", "EI", "EIP", "FN", "FT", "HD", "ID", "IS", "NA", "NDL", "NM", "NR", "OG", "PL", "PLN", "PT", "RI", "RP", "RPT", "SAD", "SN", "SPS", "ST", "TQ", "TS", "XAD", "XCN", "XON", "XPN", "XTN");

    /// <summary>Whether a word has the form of a place.</summary>
    public static bool Is(string word) => Form().IsMatch(word) && (word.Length > 3 || (word.Length == 3 && word is not ("AND" or "NOT" or "LST")));

    /// <summary>The place that a word means.</summary>
    public MapPlace Parse(string word)
    {
        Match match = Form().Match(word);
        int Number(int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        (string name, int first, int second) = (match.Groups[1].Value, Number(2), Number(3));
        if (name == "MSG" && !isType)
            return new("MSH", 9, first);
        bool isInHand = isType ? name == source : first > 0 && s_types.Contains(name) && word[name.Length] == '.';
        return isInHand ? new(null, 0, first) : new(name, first, second);
    }

    [GeneratedRegex("^([A-Z][A-Z0-9]{1,2})(?:[-.]([0-9]+)(?:\\.([0-9]+))?)?$")]
    private static partial Regex Form();
}
