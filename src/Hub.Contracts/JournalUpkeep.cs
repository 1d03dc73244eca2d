namespace Hub.Contracts;

/// <summary>Something in a journal that is not as it was written.</summary>
/// <param name="What">What it is: <c>file</c>, <c>message</c>, <c>delivery</c>, <c>attempt</c>.</param>
/// <param name="Number">Its number; 0 for the file.</param>
/// <param name="Text">What is wrong with it; never content.</param>
public sealed record JournalDamage(string What, long Number, string Text);

/// <summary>What a look over a whole journal found.</summary>
/// <param name="Messages">How many messages were looked at.</param>
/// <param name="Deliveries">How many deliveries.</param>
/// <param name="Attempts">How many tries.</param>
/// <param name="Encrypted">How many of the messages are encrypted.</param>
/// <param name="DamageCount">How much is damaged.</param>
/// <param name="Damages">The first of them.</param>
public sealed record JournalReport(long Messages, long Deliveries, long Attempts, long Encrypted, long DamageCount, IReadOnlyList<JournalDamage> Damages)
{
    /// <summary>Whether nothing is damaged.</summary>
    public bool IsWhole => DamageCount == 0;
}

/// <summary>A backup that was written.</summary>
/// <param name="File">Its file.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="LastMessage">The newest message in it; 0 for none.</param>
/// <param name="LastReceivedAt">When that arrived.</param>
/// <param name="Keys">The files of the keys that it needs to be read; none of them is in it.</param>
/// <param name="KeysFolder">The folder that they are in now.</param>
public sealed record JournalBackup(string File, long Bytes, long LastMessage, DateTimeOffset? LastReceivedAt, IReadOnlyList<string> Keys, string KeysFolder);

/// <summary>What becomes of what was not sent when a backup was taken.</summary>
public enum UnsentMode
{
    /// <summary>It is parked: it may have been sent since, and a person asks the receiver first.</summary>
    Park,

    /// <summary>It is sent: receivers may get it twice.</summary>
    Queue,
}

/// <summary>A journal that was restored.</summary>
/// <param name="File">Its file.</param>
/// <param name="Report">What the look over it found. When it is damaged, and damage was not allowed, nothing was restored.</param>
/// <param name="IsRestored">Whether it was.</param>
/// <param name="LastMessage">The newest message in it; 0 for none.</param>
/// <param name="LastReceivedAt">When that arrived.</param>
/// <param name="UnsentDeliveries">How many deliveries were not sent when the backup was taken.</param>
/// <param name="UnprocessedMessages">How many messages were stored and not yet processed.</param>
public sealed record RestoredJournal(string File, JournalReport Report, bool IsRestored, long LastMessage, DateTimeOffset? LastReceivedAt, long UnsentDeliveries, long UnprocessedMessages);

/// <summary>Looks after a journal as a whole. Works beside a running Hub, except <see cref="Restore"/>, and on none.</summary>
public interface IJournalUpkeep
{
    /// <summary>Looks at every row: whether the file is sound, content is what was stored, what is named is there, and states are legal.</summary>
    /// <param name="stopping">Gives it up.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="JournalException">There is no journal, none that can be read, or a key is not there.</exception>
    JournalReport Check(CancellationToken stopping);

    /// <summary>Copies the journal as it is at one moment, encrypted as it is, while the Hub goes on writing.</summary>
    /// <param name="target">A file that is not there yet, or a folder, in which the file is named after the time.</param>
    /// <param name="stopping">Gives it up; then there is no file.</param>
    /// <returns>What was written, after the disk has it.</returns>
    /// <exception cref="JournalException">There is no journal, or the target cannot be written.</exception>
    JournalBackup Backup(string target, CancellationToken stopping);

    /// <summary>Makes the journal of a new data folder from a backup, after a look over all of it.</summary>
    /// <param name="backup">The backup's file.</param>
    /// <param name="unsent">What becomes of what was not sent.</param>
    /// <param name="allowsDamage">Whether a damaged backup is restored too.</param>
    /// <param name="stopping">Gives it up; then there is no journal.</param>
    /// <returns>What was restored.</returns>
    /// <exception cref="JournalException">There is a journal already, the backup is none, or a key is not there.</exception>
    RestoredJournal Restore(string backup, UnsentMode unsent, bool allowsDamage, CancellationToken stopping);
}

/// <summary>A journal whose key can be changed while it is open.</summary>
public interface IKeyedJournal
{
    /// <summary>Makes a new key for what is written from now on. What is there stays readable with the keys it was written with.</summary>
    /// <returns>The file of the new key.</returns>
    /// <exception cref="JournalException">The journal is not encrypted, or the key or the journal cannot be written.</exception>
    Task<string> RotateKeyAsync();
}
