namespace Hub.Faults;

/// <summary>What is broken on purpose, to show that a scenario can fail.</summary>
internal enum BreakKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A recorder answers one message in eleven and does not keep it, as if the Hub had lost it.</summary>
    Forget,

    /// <summary>A recorder keeps one message in eleven with a byte changed.</summary>
    Alter,

    /// <summary>A recorder keeps one message in eleven before the one that came before it.</summary>
    Swap,

    /// <summary>A recorder keeps one message in eleven twice.</summary>
    Repeat,

    /// <summary>A recorder keeps one message in eleven twice, as if it had come over two connections.</summary>
    Again,

    /// <summary>A recorder keeps the last two hundred messages again when a new Hub connects, as if all of them had been under way.</summary>
    Flood,

    /// <summary>A recorder keeps one message in eleven and refuses it with AE, so that it is parked and needs a hand.</summary>
    Park,

    /// <summary>Syncs return and do nothing, as on a disk that lies.</summary>
    Lie,

    /// <summary>A sender reads one answer in eleven with another message's name in it.</summary>
    Misname,

    /// <summary>A sender sends one message in eleven again with a byte changed and its name kept, as if the Hub had taken a resend for a new message.</summary>
    Renew,

    /// <summary>A sender sends something that the Hub has to reject before one message in eleven, so that the journal has a message that needs a hand and that nobody of ours sent.</summary>
    Spoil,

    /// <summary>Senders get no answer after their eleventh message, as from a Hub that stands.</summary>
    Stall,

    /// <summary>Some bytes of the journal's file are overwritten before it is checked.</summary>
    Harm,
}
