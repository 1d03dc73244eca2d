using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>Whether a channel takes a message, before any step has seen it.</summary>
/// <param name="Message">The message when it is HL7 v2; null when the bytes are none, are a batch, or the channel takes another data type.</param>
/// <param name="Header">What its header says.</param>
/// <param name="Refusal">The outcome when it is not taken; null when it is.</param>
/// <param name="Document">The message when it is not HL7 v2; null when the bytes are none.</param>
public sealed record Admission(Hl7Message? Message, MessageHeader Header, PipelineOutcome? Refusal, Document? Document = null)
{
    /// <summary>The messages of a batch that the channel divides; null when it is none.</summary>
    public IReadOnlyList<AdmittedMessage>? Parts { get; init; }

    /// <summary>Whether it is an answer itself, so that nothing is said to it whatever becomes of it (protocol A13).</summary>
    public bool IsAnswer { get; init; }

    /// <summary>What validation found, to be kept with the message whether it is taken or not.</summary>
    public IReadOnlyList<MessageProblem> Problems { get; init; } = [];

    /// <summary>Whether the bytes are a message of the channel's data type at all.</summary>
    public bool IsMessage => Message is not null || Document is not null || Parts is not null;

    /// <summary>Oddities noticed in reading.</summary>
    public IReadOnlyList<string> Flags => Message?.Flags ?? [.. (Parts ?? []).SelectMany(part => part.Message.Flags).Distinct()];
}

/// <summary>A message of a batch.</summary>
/// <param name="Raw">Its bytes as received.</param>
/// <param name="Message">The message.</param>
/// <param name="Header">What its header says.</param>
public sealed record AdmittedMessage(ReadOnlyMemory<byte> Raw, Hl7Message Message, MessageHeader Header);
