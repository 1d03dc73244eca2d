using Hub.Contracts;

namespace Hub.Journal.Sqlite.Encryption;

/// <summary>What a journal says of one way to write rows.</summary>
/// <param name="Id">Its number; sealed values begin with it.</param>
/// <param name="Key">The key's name; empty for plain.</param>
/// <param name="Proof">Shows that a key is that one.</param>
/// <param name="Salt">Makes the key of the rows from it.</param>
/// <param name="Since">Nothing that was written before is younger.</param>
/// <param name="Folder">Where the key's file was.</param>
internal sealed record EncryptionRow(long Id, string Key, byte[] Proof, byte[] Salt, long Since, string Folder);

/// <summary>A new key, on its way into the journal.</summary>
/// <param name="Key">The key; its file is on the disk.</param>
/// <param name="Row">What the journal is to say of it.</param>
internal sealed record KeyChange(JournalKey Key, EncryptionRow Row) : JournalEntry;
