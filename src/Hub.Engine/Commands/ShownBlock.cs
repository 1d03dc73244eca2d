using Hub.Formats.Hl7V2;

namespace Hub.Engine.Commands;

/// <summary>One message that is to be shown or compared.</summary>
/// <param name="Name">Where it comes from, with its number when there are several.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Message">The message; null when the bytes are none of HL7 v2.</param>
/// <param name="Fault">Why not.</param>
internal sealed record ShownBlock(string Name, ReadOnlyMemory<byte> Bytes, Hl7Message? Message, Hl7Fault? Fault)
{
    /// <summary>Whether it is a part of a message. Nobody validates one: what it lacks is in the others. Default false.</summary>
    public bool IsPart { get; init; }

    /// <summary>What is wrong with it; nothing of a part, and of what is no message.</summary>
    public IReadOnlyList<ShownProblem> Problems => Message is null || IsPart ? [] : ShownProblem.Problems(Message);

    // A file to look at, not a feed: far more than anybody reads, and few enough to be held.
    private const int MostMessages = 100_000;

    /// <summary>The messages of a block: those of a batch one by one.</summary>
    /// <param name="name">Where it comes from.</param>
    /// <param name="bytes">The block.</param>
    public static IReadOnlyList<ShownBlock> Of(string name, ReadOnlyMemory<byte> bytes)
    {
        if (!Hl7Batch.Is(bytes.Span))
            return [One(name, bytes)];
        if (Hl7Batch.Read(bytes, MostMessages, out Hl7Fault? fault) is not { } batch)
            return [new(name, bytes, null, fault)];
        return [.. batch.Messages.Select((message, index) => One($"{name}, message {index + 1} of {batch.Messages.Count}", message))];
    }

    private static ShownBlock One(string name, ReadOnlyMemory<byte> bytes) =>
        Hl7Message.Parse(bytes, out Hl7Fault? fault) is { } message ? new(name, bytes, message, null) : new(name, bytes, null, fault);
}
