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

    /// <summary>Syncs return and do nothing, as on a disk that lies.</summary>
    Lie,
}
