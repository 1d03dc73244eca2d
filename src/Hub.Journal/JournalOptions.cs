namespace Hub.Journal;

/// <summary>Where a journal is, where its keys are, and whether it is encrypted.</summary>
/// <param name="Data">The folder of the journal.</param>
public sealed record JournalOptions(string Data)
{
    /// <summary>What the folder of keys is called beside the journal's: <c>data.keys</c> of <c>data</c>.</summary>
    public const string KeysSuffix = ".keys";

    /// <summary>
    /// The folder of the keys. Not inside <see cref="Data"/>, so that a copy of that holds nothing that can be read. Null: beside it, with
    /// <see cref="KeysSuffix"/>. Where the journal says that its keys were last is looked at too.
    /// </summary>
    public string? Keys { get; init; }

    /// <summary>
    /// Whether what is written from now on is encrypted; rows that are there stay as they are. Null: as the journal was opened last, and true
    /// for a new one or one from before there was encryption. Default: null.
    /// </summary>
    public bool? Encrypts { get; init; }

    /// <summary>
    /// Whether an empty journal may be begun where the folder of keys holds some already: those of a journal that is gone from here, or of another one that has its
    /// keys in the same folder. Default: false.
    /// </summary>
    public bool BeginsNew { get; init; }

    /// <summary>The folder whose keys tell that there was a journal; null when that is not asked for.</summary>
    internal string? TellingKeys => BeginsNew ? null : KeysFolder;

    /// <summary>The folder that new keys are made in.</summary>
    internal string KeysFolder => Keys ?? Path.TrimEndingDirectorySeparator(Data) + KeysSuffix;
}
