namespace Hub.Contracts;

/// <summary>A fragment that is a part of no message yet.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Sender">Who sent it (<see cref="MessageHeader.Sender"/>).</param>
/// <param name="Place">Where it belongs.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Peer">The sender's address.</param>
/// <param name="Bytes">Length of the received bytes.</param>
public sealed record OpenFragment(MessageId Id, string Sender, FragmentPlace Place, DateTimeOffset ReceivedAt, string Peer, int Bytes)
{
    /// <summary>Once all parts of the message are there, the first of them; they wait no more for others, but to be put together. Null while some are missing.</summary>
    public MessageId? First { get; init; }

    /// <summary>Then its place among them, from 1; 0 while some are missing.</summary>
    public int Number { get; init; }
}
