using System.Buffers;
using Hub.Contracts;
using Hub.Formats.Framing;

namespace Hub.Listeners.Connections;

/// <summary>What a listener adds to the connections it shares with others: how messages are told apart, and how they are answered. Used by many connections at once.</summary>
internal interface IStreamProtocol
{
    /// <summary>Whether senders hear anything at all.</summary>
    bool Answers { get; }

    /// <summary>Makes the reader of one connection.</summary>
    FrameReader CreateReader();

    /// <summary>Writes the answer of a message in its frame, or nothing when nothing is to be said.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">The message; of one that was too large, its head.</param>
    /// <param name="receipt">What the engine made of it.</param>
    /// <returns>False when the answer has no place in a frame.</returns>
    bool TryAnswer(IBufferWriter<byte> output, ReadOnlySpan<byte> message, Receipt receipt);
}
