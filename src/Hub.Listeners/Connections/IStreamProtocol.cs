using System.Buffers;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Formats.Hl7V2;

namespace Hub.Listeners.Connections;

/// <summary>What a listener adds to the connections it shares with others: how messages are told apart, and how they are answered. Used by many connections at once.</summary>
internal interface IStreamProtocol
{
    /// <summary>Whether senders hear anything at all.</summary>
    bool Answers { get; }

    /// <summary>Whether each side commits to a block before anything is said about what is in it (protocol F12). Then answers wait for the peer's commit to the one before.</summary>
    bool Commits => false;

    /// <summary>Makes the reader of one connection.</summary>
    FrameReader CreateReader();

    /// <summary>Which answers a message asks for.</summary>
    /// <param name="message">The message; of one that was too large, its head.</param>
    AcknowledgmentRequest RequestOf(ReadOnlySpan<byte> message) => AcknowledgmentRequest.Original;

    /// <summary>The answer to a receipt.</summary>
    /// <param name="request">Which answers the message asks for.</param>
    /// <param name="message">The message; of one that was too large, its head.</param>
    /// <param name="receipt">What the engine made of it, or that it is stored.</param>
    /// <returns>The answer without a frame; null when nothing is to be said.</returns>
    byte[]? First(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt);

    /// <summary>The answer to the outcome, where there are two answers.</summary>
    /// <param name="request">Which answers the message asks for.</param>
    /// <param name="message">The message; of one that was too large, its head.</param>
    /// <param name="receipt">What the first answer said.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <returns>The answer without a frame; null when nothing is to be said.</returns>
    byte[]? Second(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt, Receipt outcome) => null;

    /// <summary>Writes an answer in its frame.</summary>
    /// <returns>False when the answer has no place in a frame.</returns>
    bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> answer);

    /// <summary>Whether a block is the peer's commit to an answer, and none to hand on.</summary>
    /// <param name="block">The block.</param>
    /// <param name="isStored">What it says.</param>
    bool TryReadCommit(ReadOnlySpan<byte> block, out bool isStored)
    {
        isStored = false;
        return false;
    }

    /// <summary>Writes a commit to the block that came.</summary>
    void WriteCommit(IBufferWriter<byte> output, bool isStored)
    {
        // Where there are no commits there is nothing to write.
    }
}
