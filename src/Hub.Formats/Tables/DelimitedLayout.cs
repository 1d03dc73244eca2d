using System.Globalization;
using System.Text;
using CsvHelper;
using Hub.Formats.Documents;

namespace Hub.Formats.Tables;

/// <summary>Rows with a delimiter between values (RFC 4180). CsvHelper reads them; a row that nobody changed is written as it was read.</summary>
public sealed class DelimitedLayout : TableLayout
{
    private const int MostColumns = 10_000;
    private const int MostRows = 1_000_000;
    private const int LongestRow = 64 * 1024 * 1024;

    private readonly CsvReaderOptions _options;
    private readonly char _delimiter;
    private readonly char? _quote;
    private readonly bool _header;
    private readonly IReadOnlyList<string>? _columns;

    /// <summary>Makes a layout.</summary>
    /// <param name="delimiter">What stands between values.</param>
    /// <param name="quote">What stands around values that need it; null when none are quoted.</param>
    /// <param name="header">Whether the first row names the columns.</param>
    /// <param name="columns">The names, when they are known.</param>
    /// <param name="encoding">How bytes are read.</param>
    public DelimitedLayout(char delimiter, char? quote, bool header, IReadOnlyList<string>? columns, Encoding encoding)
        : base(encoding)
    {
        (_delimiter, _quote, _header, _columns) = (delimiter, quote, header, columns);
        _options = new()
        {
            Separator = delimiter,
            HasHeader = false,
            Mode = quote is null ? CsvMode.NoEscape : CsvMode.Rfc4180,
            Quote = quote ?? '"',
            TrimWhitespace = false,
            MalformedData = CsvMalformedDataHandling.Throw,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            MaxRecordSize = LongestRow,
        };
    }

    /// <inheritdoc />
    public override IReadOnlyList<string>? Columns => _columns;

    /// <summary>Whether rows are objects by the names of their columns.</summary>
    internal bool IsNamed => _header || _columns is not null;

    internal bool HasHeader => _header;

    internal override TableRows? ReadRows(string text, out DocumentFault? fault)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            using CsvReader reader = CsvReader.Create(bytes, _options);
            return ReadRows(reader, bytes, out fault);
        }
        catch (CsvFormatException mistake)
        {
            fault = new((int)mistake.LineNumber, 0, "The quotation marks do not fit. Put the whole value in quotation marks and double those in it.");
            return null;
        }
    }

    internal override string WriteRow(TableRow row, IReadOnlyList<string> columns) => WriteRow(row.Values);

    internal string WriteRow(IReadOnlyList<string> values)
    {
        StringBuilder line = new();
        for (int i = 0; i < values.Count; i++)
            line.Append(i > 0 ? _delimiter.ToString() : "").Append(Write(values[i], alone: values.Count == 1));
        return line.ToString();
    }

    private TableRows? ReadRows(CsvReader reader, byte[] bytes, out DocumentFault? fault)
    {
        List<TableRow> rows = [];
        IReadOnlyList<string>? columns = _columns;
        (int headerEnd, int end) = (0, 0);
        fault = null;
        bool first = _header;
        int most = 0;
        while (reader.Read())
        {
            int start = (int)reader.ByteOffset;
            if (rows.Count > 0)
                rows[^1] = WithEnd(rows[^1], bytes.AsSpan(end..start));
            else
                headerEnd = start;
            List<string> values = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
            end = start + reader.RawRecord.Length;
            fault = first ? CheckHeader(values, (int)reader.LineNumber) : CheckRow(values, columns, rows.Count, (int)reader.LineNumber);
            if (fault is not null)
                return null;
            if (first)
                columns = values;
            else
                rows.Add(new(Encoding.UTF8.GetString(reader.RawRecord), "", values));
            most = Math.Max(most, values.Count);
            first = false;
        }

        if (rows.Count > 0)
            rows[^1] = WithEnd(rows[^1], bytes.AsSpan(end));
        else
            headerEnd = bytes.Length;
        if (first)
            fault = new(0, 0, "The message has no header row. Send one, or set \"header\": false.");
        columns ??= [.. Enumerable.Range(1, most).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return first ? null : new(Encoding.UTF8.GetString(bytes.AsSpan(0, headerEnd)), columns, rows);
    }

    private static TableRow WithEnd(TableRow row, ReadOnlySpan<byte> end) => new(row.Raw, Encoding.UTF8.GetString(end), row.Values);

    private DocumentFault? CheckHeader(List<string> names, int line)
    {
        if (names.Count > MostColumns)
            return new(line, 0, $"The header has more than {MostColumns} columns.");
        if (names.Distinct().Count() < names.Count || names.Contains(""))
            return new(line, 0, "The header names a column twice, or has one without a name. Give each its own name.");
        return _columns is null || _columns.SequenceEqual(names) ? null : new(line, 0, "The header has other columns, or another order, than \"columns\" of the channel says. Correct one of the two.");
    }

    private static DocumentFault? CheckRow(List<string> values, IReadOnlyList<string>? columns, int rows, int line)
    {
        if (rows >= MostRows)
            return new(line, 0, $"The message has more than {MostRows} rows. Split it at the sender.");
        return values.Count > (columns?.Count ?? MostColumns) ? new(line, 0, $"The row has {values.Count} values and there are {columns?.Count ?? MostColumns} columns. Look for a delimiter that should be quoted.") : null;
    }

    private string Write(string value, bool alone)
    {
        bool special = value.AsSpan().ContainsAny(_delimiter, '\r', '\n');
        if (_quote is not { } quote)
            return special ? throw new DocumentException("A value holds the delimiter or a line end, and the rows have no quotes. Set \"quote\", or take it out with replaceText.") : value;
        // An empty line is no row, so a lone empty value is quoted.
        bool quoted = special || value.Contains(quote, StringComparison.Ordinal) || (alone && value.Length == 0);
        return quoted ? $"{quote}{value.Replace(quote.ToString(), $"{quote}{quote}", StringComparison.Ordinal)}{quote}" : value;
    }
}
