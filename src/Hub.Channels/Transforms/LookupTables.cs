namespace Hub.Channels.Transforms;

/// <summary>The tables of one channel, each read once however many steps use it.</summary>
/// <param name="folder">The folder of the channel file, which their paths are relative to.</param>
public sealed class LookupTables(string folder)
{
    private readonly List<LookupTable> _tables = [];

    /// <summary>The folder of the channel file.</summary>
    public string Folder => folder;

    /// <summary>All of them.</summary>
    public IReadOnlyList<LookupTable> All => _tables;

    /// <summary>A table, read when it is first asked for.</summary>
    /// <param name="file">The file as the step names it.</param>
    /// <param name="from">The column of the values to look up; null for the first.</param>
    /// <param name="to">The column of the values to write; null for the second.</param>
    /// <returns>The table.</returns>
    /// <exception cref="StepException">It cannot be read; the text says where and why.</exception>
    public LookupTable Get(string file, string? from, string? to)
    {
        string path = Path.GetFullPath(file, Path.GetFullPath(folder));
        LookupTable? table = _tables.Find(known => known.IsOf(path, from, to));
        if (table is not null)
            return table;
        table = LookupTable.Load(path, from, to, out string? problem) ?? throw new StepException(problem!);
        _tables.Add(table);
        return table;
    }
}
