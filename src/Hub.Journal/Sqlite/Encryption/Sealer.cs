namespace Hub.Journal.Sqlite.Encryption;

/// <summary>How rows are written from now on.</summary>
/// <param name="Form">How the columns that are searched are written.</param>
/// <param name="Id">The row of <c>encryption</c>; 0 for plain.</param>
/// <param name="Cipher">Encrypts; null for plain.</param>
internal sealed record Sealer(SearchForm Form, long Id, RowCipher? Cipher)
{
    /// <summary>Writes plain; for a journal that was never encrypted.</summary>
    public static Sealer Plain { get; } = new(SearchForm.Plain, 0, null);
}
