namespace Hub.Faults.Traffic;

/// <summary>A message that came to a recorder. Its bytes are compared when it comes and not kept: long runs have millions of them.</summary>
/// <param name="Connection">The connection, counted from 1.</param>
/// <param name="Run">Which start of the Hub it came from.</param>
/// <param name="Message">Its name; null when it is none of our senders'.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsRight">Whether its bytes are what that message has to be there.</param>
internal sealed record Arrival(int Connection, int Run, NumberedMessage? Message, int Length, bool IsRight)
{
    /// <summary>Compares what came.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="run">Which start of the Hub it came from.</param>
    /// <param name="bytes">What came.</param>
    /// <param name="receiver">MSH-5 of what has to come.</param>
    public static Arrival Of(int connection, int run, byte[] bytes, string receiver)
    {
        NumberedMessage? message = NumberedMessage.Read(bytes);
        return new(connection, run, message, bytes.Length, message is { } name && bytes.AsSpan().SequenceEqual(name.Bytes(receiver)));
    }
}
