using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>Whether a channel takes a message, before any step has seen it.</summary>
/// <param name="Message">The message; null when the bytes are none, or are a batch.</param>
/// <param name="Header">What its header says.</param>
/// <param name="Refusal">The outcome when it is not taken; null when it is.</param>
public sealed record Admission(Hl7Message? Message, MessageHeader Header, PipelineOutcome? Refusal)
{
    /// <summary>The messages of a batch that the channel divides; null when it is none.</summary>
    public IReadOnlyList<Hl7Message>? Parts { get; init; }

    /// <summary>Oddities noticed in reading.</summary>
    public IReadOnlyList<string> Flags => Message?.Flags ?? [.. (Parts ?? []).SelectMany(part => part.Flags).Distinct()];
}
