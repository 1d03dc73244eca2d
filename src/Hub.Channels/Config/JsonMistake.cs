namespace Hub.Channels.Config;

/// <summary>What makes a text not be JSON.</summary>
/// <param name="At">The byte that a person should look at.</param>
/// <param name="Text">What is wrong and what to write.</param>
/// <param name="Mend">What the person probably meant, to find the mistakes that follow; null when that cannot be told.</param>
internal sealed record JsonMistake(int At, string Text, JsonMend? Mend = null)
{
    /// <summary>Its code.</summary>
    public int Code { get; init; } = Contracts.ProblemCodes.Syntax;
}

/// <summary>A change of the bytes that were read. It holds no line end.</summary>
/// <param name="Start">The first byte replaced.</param>
/// <param name="Length">How many are.</param>
/// <param name="Text">What stands there instead.</param>
internal sealed record JsonMend(int Start, int Length, string Text)
{
    public byte[] ApplyTo(byte[] json) =>
        [.. json.AsSpan(0, Start), .. System.Text.Encoding.UTF8.GetBytes(Text), .. json.AsSpan(Start + Length)];
}
