namespace Hub.Contracts;

/// <summary>Which part of a split message something is.</summary>
/// <param name="Number">Its place, from 1; 0 for a message that was not split.</param>
/// <param name="Of">How many parts there are, those counted that were filtered; 0 for a message that was not split.</param>
public readonly record struct MessagePart(int Number, int Of)
{
    /// <summary>Whether it is the message as a whole.</summary>
    public bool IsWhole => Number == 0;

    /// <summary>The part in words.</summary>
    /// <returns><c>part 3 of 12</c>; empty for a whole message.</returns>
    public override string ToString() => IsWhole ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"part {Number} of {Of}");
}
