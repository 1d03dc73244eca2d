using System.Text;
using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Fhir.Paths;

/// <summary>Collections as sets: two items are the same when their keys are.</summary>
internal static class PathSets
{
    /// <summary>The items, each once.</summary>
    public static IReadOnlyList<object> Distinct(PathContext context, IEnumerable<object> items)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        List<object> distinct = [];
        foreach (object item in items)
        {
            if (keys.Add(Key(item, context)))
                distinct.Add(item);
        }

        return distinct;
    }

    /// <summary>Whether no two items are the same.</summary>
    public static bool AreDistinct(PathContext context, IReadOnlyList<object> items)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        return items.All(item => keys.Add(Key(item, context)));
    }

    /// <summary>The items that both have, each once.</summary>
    public static IReadOnlyList<object> Intersect(PathContext context, IReadOnlyList<object> one, IReadOnlyList<object> other)
    {
        HashSet<string> keys = other.Select(item => Key(item, context)).ToHashSet(StringComparer.Ordinal);
        return Distinct(context, one.Where(item => keys.Contains(Key(item, context))));
    }

    /// <summary>What makes an item the same as another: its value, or all its elements.</summary>
    public static string Key(object item, PathContext? context = null)
    {
        if (item is not FhirElement { Type.IsPrimitive: false } element)
            return PathValues.Text(item) ?? "";
        StringBuilder key = new();
        Append(key, element, context);
        return key.ToString();
    }

    private static void Append(StringBuilder key, FhirElement element, PathContext? context)
    {
        context?.Spend(1);
        // Lengths keep what is one value from being read as two.
        key.Append('{').Append(element.Value?.Length ?? -1).Append(':').Append(element.Value);
        foreach (FhirElement child in element.Children)
        {
            key.Append(child.Name);
            Append(key, child, context);
        }

        key.Append('}');
    }
}
