using System.Globalization;

namespace Hub.Formats.Fhir.Definitions;

/// <summary>How often an element may be there.</summary>
/// <param name="Min">At least.</param>
/// <param name="Max">At most; <see cref="int.MaxValue"/> for no limit.</param>
internal readonly record struct FhirCardinality(int Min, int Max)
{
    /// <summary>Reads a cell of the data: empty for 0..1, 1, *, + or <c>0..2</c>.</summary>
    public static FhirCardinality Parse(string cell) => cell switch
    {
        "" => new(0, 1),
        "1" => new(1, 1),
        "*" => new(0, int.MaxValue),
        "+" => new(1, int.MaxValue),
        _ => Range(cell.Split("..")),
    };

    private static FhirCardinality Range(string[] ends) => new(Number(ends[0]), ends[1] == "*" ? int.MaxValue : Number(ends[1]));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
