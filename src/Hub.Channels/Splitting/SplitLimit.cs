namespace Hub.Channels.Splitting;

/// <summary>How many parts a message may be divided into: each becomes a delivery for every destination, all in one transaction.</summary>
internal static class SplitLimit
{
    public const int MostParts = 10_000;

    /// <summary>How large parts may be together: what all of them share is in each, so a small message could grow without end. Four times the largest message by default.</summary>
    public const long MostBytes = 256L * 1024 * 1024;

    public static readonly string Text = $"The message would be divided into more than {MostParts} parts. Send it in smaller pieces.";

    /// <exception cref="StepException">It is more.</exception>
    public static void Check(int parts)
    {
        if (parts > MostParts)
            throw new StepException(Text);
    }
}
