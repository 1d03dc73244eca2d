using System.Collections;

namespace Hub.Channels.Config;

/// <summary>Compares decoded records by what they say. Their own equality takes two lists for different whenever two loads of a file made them.</summary>
public static class RecordComparison
{
    /// <summary>Whether two values of a channel file say the same: records member by member, lists item by item.</summary>
    /// <param name="left">A record, a list, named values, or a single value.</param>
    /// <param name="right">The other one.</param>
    /// <returns>False also where the kind of value cannot be compared and both are not the same object.</returns>
    public static bool SayTheSame(object? left, object? right)
    {
        if (Equals(left, right))
            return true;
        if (left is null || right is null || left.GetType() != right.GetType())
            return false;
        return (left, right) switch
        {
            (string, _) => false,
            (IDictionary one, IDictionary other) => one.Count == other.Count && one.Keys.Cast<object>().All(key => other.Contains(key) && SayTheSame(one[key], other[key])),
            (IEnumerable one, IEnumerable other) => one.Cast<object>().SequenceEqual(other.Cast<object>(), Items.Instance),
            _ => RecordShape.Of(left.GetType()).Members is { Count: > 0 } members
                && members.All(member => SayTheSame(member.Property.GetValue(left), member.Property.GetValue(right))),
        };
    }

    private sealed class Items : IEqualityComparer<object>
    {
        public static readonly Items Instance = new();

        public new bool Equals(object? x, object? y) => SayTheSame(x, y);

        public int GetHashCode(object obj) => 0;
    }
}
