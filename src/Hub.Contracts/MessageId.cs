using System.Globalization;

namespace Hub.Contracts;

/// <summary>
/// The Hub's own number of a message, given on arrival. Unique in one journal, never used twice, grows with time.
/// Written as plain digits wherever a person meets it.
/// </summary>
/// <param name="Value">The number, from 1.</param>
public readonly record struct MessageId(long Value) : IComparable<MessageId>
{
    /// <summary>Reads the digits a person typed.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="id">The id, when the text was one.</param>
    /// <returns>False when the text is not a positive whole number.</returns>
    public static bool TryParse(string? text, out MessageId id)
    {
        bool read = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0;
        id = new(read ? value : 0);
        return read;
    }

    /// <summary>Orders by arrival.</summary>
    /// <param name="other">The id to compare with.</param>
    /// <returns>As <see cref="IComparable{T}.CompareTo"/> says.</returns>
    public int CompareTo(MessageId other) => Value.CompareTo(other.Value);

    /// <summary>True when the left message arrived first.</summary>
    public static bool operator <(MessageId left, MessageId right) => left.Value < right.Value;

    /// <summary>True when the left message arrived last.</summary>
    public static bool operator >(MessageId left, MessageId right) => left.Value > right.Value;

    /// <summary>True when the left message did not arrive after the right one.</summary>
    public static bool operator <=(MessageId left, MessageId right) => left.Value <= right.Value;

    /// <summary>True when the left message did not arrive before the right one.</summary>
    public static bool operator >=(MessageId left, MessageId right) => left.Value >= right.Value;

    /// <summary>The digits.</summary>
    /// <returns>The number in the invariant culture.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
