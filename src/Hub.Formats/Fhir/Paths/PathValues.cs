using System.Globalization;
using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Fhir.Paths;

/// <summary>Values of expressions: what they are, whether they are equal, which is greater.</summary>
internal static class PathValues
{
    public static readonly IReadOnlyList<object> Empty = [];

    private static readonly IReadOnlyList<object> s_true = [true];
    private static readonly IReadOnlyList<object> s_false = [false];

    public static IReadOnlyList<object> Of(bool? value) => value switch { true => s_true, false => s_false, _ => Empty };

    /// <summary>Whether a collection is true; null when that cannot be said. One item that is no boolean is true (FHIRPath N1 §5.5).</summary>
    public static bool? Boolean(IReadOnlyList<object> items) => items.Count != 1 ? null : ToValue(items[0]) is bool value ? value : true;

    /// <summary>The value of an element with one: bool, decimal, moment or string; the element itself when it has none.</summary>
    public static object ToValue(object item)
    {
        if (item is not FhirElement { Type.IsPrimitive: true, Value: { } value } element)
            return item;
        return element.Type.Name switch
        {
            "boolean" => value == "true",
            "integer" or "unsignedInt" or "positiveInt" or "decimal" => ToNumber(value),
            "date" or "dateTime" or "instant" => PathMoment.Parse(value) is { } moment ? moment : value,
            _ => value,
        };
    }

    /// <summary>A collection as text; empty for none.</summary>
    public static string Text(IReadOnlyList<object> items) => items.Count == 1 ? Text(items[0]) ?? "" : "";

    /// <summary>An item as text; null when it has none.</summary>
    public static string? Text(object item) => item switch
    {
        FhirElement element => element.Value,
        bool value => value ? "true" : "false",
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        _ => item as string,
    };

    /// <summary>Whether two collections are equal; null when that cannot be said.</summary>
    public static bool? AreEqual(IReadOnlyList<object> first, IReadOnlyList<object> second)
    {
        if (first.Count == 0 || second.Count == 0)
            return null;
        if (first.Count != second.Count)
            return false;
        bool? all = true;
        for (int i = 0; i < first.Count; i++)
            all &= AreEqual(first[i], second[i]);
        return all;
    }

    /// <summary>Whether two items are equal; null when that cannot be said.</summary>
    public static bool? AreEqual(object first, object second) => (ToValue(first), ToValue(second)) switch
    {
        (PathMoment one, PathMoment other) => one.CompareTo(other) is { } order ? order == 0 : null,
        (FhirElement one, FhirElement other) => ReferenceEquals(one, other) || PathSets.Key(one) == PathSets.Key(other),
        (var one, var other) => one.Equals(other),
    };

    /// <summary>The order of two collections of one item each; null when there is none.</summary>
    public static int? Compare(IReadOnlyList<object> first, IReadOnlyList<object> second)
    {
        if (first.Count != 1 || second.Count != 1)
            return null;
        return (ToValue(first[0]), ToValue(second[0])) switch
        {
            (decimal one, decimal other) => one.CompareTo(other),
            (string one, string other) => string.CompareOrdinal(one, other),
            (PathMoment one, PathMoment other) => one.CompareTo(other),
            (FhirElement one, FhirElement other) when one.Type.Is("Quantity") && other.Type.Is("Quantity") => CompareQuantities(one, other),
            _ => null,
        };
    }

    /// <summary>Whether an item is of a type.</summary>
    public static bool Is(object item, string type) => item switch
    {
        // Boolean and the like are types of FHIRPath, which elements of type boolean become.
        FhirElement element => element.Type.Is(type) || (element.Type.IsPrimitive && element.Type.Name.Equals(type, StringComparison.OrdinalIgnoreCase)),
        bool => type is "Boolean" or "boolean",
        decimal => type is "Decimal" or "decimal" or "Integer" or "integer",
        _ => type is "String" or "string",
    };

    // Units are not converted: what is given in different ones has no order here.
    private static int? CompareQuantities(FhirElement one, FhirElement other)
    {
        if (one.ValueOf("system") != other.ValueOf("system") || one.ValueOf("code") != other.ValueOf("code") || one.ValueOf("unit") != other.ValueOf("unit"))
            return null;
        return one.Child("value") is { Value: not null } first && other.Child("value") is { Value: not null } second
            && ToValue(first) is decimal number && ToValue(second) is decimal against ? number.CompareTo(against) : null;
    }

    // Numbers beyond decimal are compared as text, which only says whether they are the same.
    private static object ToNumber(string value) => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : value;
}
