using System.Text.Unicode;
using CsvHelper;

namespace Hub.Channels.Transforms;

/// <summary>
/// A table that values are mapped by: two columns of a CSV file (RFC 4180, UTF-8) whose first row names the columns.
/// Read when the channel is made and again when the file changes; a message sees one version from beginning to end of a look-up.
/// </summary>
public sealed class LookupTable
{
    private static readonly CsvReaderOptions s_options = new()
    {
        Separator = ',',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    private readonly string? _from;
    private readonly string? _to;
    private volatile Dictionary<string, string> _values;

    private LookupTable(string file, string? from, string? to, Dictionary<string, string> values)
    {
        File = file;
        _from = from;
        _to = to;
        _values = values;
    }

    /// <summary>The file, with its full path.</summary>
    public string File { get; }

    /// <summary>The file's name as messages give it.</summary>
    internal string Name => Path.GetFileName(File);

    /// <summary>Reads the file again and uses what it says from the next message on. A file that cannot be used changes nothing.</summary>
    /// <param name="problem">What is wrong with the file and what goes on being used; null when it was read.</param>
    /// <returns>Whether the file was read.</returns>
    public bool Reload(out string? problem)
    {
        Dictionary<string, string>? values = Read(File, _from, _to, out problem);
        if (values is null)
        {
            problem += " The version read before goes on being used.";
            return false;
        }

        _values = values;
        return true;
    }

    internal static LookupTable? Load(string file, string? from, string? to, out string? problem)
    {
        Dictionary<string, string>? values = Read(file, from, to, out problem);
        return values is null ? null : new(file, from, to, values);
    }

    internal bool TryMap(string value, out string? mapped) => _values.TryGetValue(value.Trim(), out mapped);

    internal bool IsOf(string file, string? from, string? to) => File == file && _from == from && _to == to;

    private static Dictionary<string, string>? Read(string file, string? from, string? to, out string? problem)
    {
        try
        {
            byte[] bytes = System.IO.File.ReadAllBytes(file);
            if (Utf8.IsValid(bytes))
                return Read(bytes, file, from, to, out problem);
            problem = $"The table {file} is not UTF-8. Save it as UTF-8.";
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"The table {file} does not exist. Put it there, or correct \"table\", which is relative to the channel file.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"The table {file} cannot be read: {failure.Message}";
        }
        catch (CsvFormatException failure)
        {
            problem = $"{file}({failure.LineNumber}): the quotation marks do not fit. Put the whole value in quotation marks and double those in it.";
        }

        return null;
    }

    private static Dictionary<string, string>? Read(byte[] bytes, string file, string? from, string? to, out string? problem)
    {
        using CsvReader rows = CsvReader.Create(bytes, s_options);
        rows.ReadHeader();
        string[] header = [.. rows.Headers];
        int key = ColumnOf(header, from, 0);
        int value = ColumnOf(header, to, 1);
        problem = key < 0 || value < 0 ? $"{file}(1): there is no column \"{(key < 0 ? from : to) ?? "(second)"}\". The first row names the columns; it has {string.Join(", ", header)}." : null;
        Dictionary<string, string> values = [];
        while (problem is null && rows.Read())
        {
            if (rows.FieldCount <= Math.Max(key, value))
                problem = $"{file}({rows.LineNumber}): the row has {rows.FieldCount} columns and needs {Math.Max(key, value) + 1}. Add what is missing.";
            else if (!values.TryAdd(rows.GetString(key), rows.GetString(value)))
                problem = $"{file}({rows.LineNumber}): \"{rows.GetString(key)}\" is there twice. Keep one row of it.";
        }

        return problem is null ? values : null;
    }

    private static int ColumnOf(string[] header, string? name, int otherwise)
    {
        if (name is not null)
            return Array.IndexOf(header, name);
        return otherwise < header.Length ? otherwise : -1;
    }
}
