using System.Text;
using Hub.Formats.Documents;

namespace Hub.Formats.Tables;

/// <summary>How rows are read and written. Made once a channel; keeps nothing of a message.</summary>
public abstract class TableLayout
{
    private readonly Encoding _encoding;

    private protected TableLayout(Encoding encoding)
    {
        _encoding = (Encoding)encoding.Clone();
        _encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
        _encoding.EncoderFallback = EncoderFallback.ExceptionFallback;
    }

    /// <summary>The names of the columns, when they are known before a message; null when its header tells them.</summary>
    public abstract IReadOnlyList<string>? Columns { get; }

    /// <summary>The character set that rows are read and written in, by its IANA name.</summary>
    public string Charset => _encoding.WebName;

    /// <summary>Reads a message.</summary>
    /// <param name="content">The bytes. They must not change while the message is in use.</param>
    /// <param name="fault">Why not, when it is not taken.</param>
    /// <returns>The message, or null with the fault.</returns>
    public TableMessage? Read(ReadOnlyMemory<byte> content, out DocumentFault? fault)
    {
        try
        {
            string text = _encoding.GetString(content.Span);
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                fault = new(0, 0, "The message holds NUL characters, so it is no text. Send text.");
                return null;
            }

            bool marked = text.Length > 0 && text[0] == '\uFEFF';
            TableRows? rows = ReadRows(marked ? text[1..] : text, out fault);
            return rows is null ? null : new(content, this, rows, marked);
        }
        catch (DecoderFallbackException)
        {
            fault = new(0, 0, $"The message holds bytes that are not text in {_encoding.WebName}. Name the set it is in as \"charset\".");
            return null;
        }
    }

    internal string Decode(ReadOnlySpan<byte> bytes) => _encoding.GetString(bytes);

    internal byte[] Encode(string text)
    {
        try
        {
            return _encoding.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new DocumentException($"A value has a character that {_encoding.WebName} has not. Choose another \"charset\", or map the character.");
        }
    }

    internal abstract TableRows? ReadRows(string text, out DocumentFault? fault);

    /// <summary>A row as text, without its line end.</summary>
    /// <exception cref="DocumentException">A value does not fit.</exception>
    internal abstract string WriteRow(TableRow row, IReadOnlyList<string> columns);
}

/// <summary>What a message holds.</summary>
/// <param name="Start">What stands before the first row: a header, empty lines.</param>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows.</param>
internal sealed record TableRows(string Start, IReadOnlyList<string> Columns, List<TableRow> Rows);

/// <summary>One row.</summary>
/// <param name="raw">What was read of it, without its line end; null for a new one.</param>
/// <param name="end">Its line end, with empty lines that follow.</param>
/// <param name="values">Its values.</param>
internal sealed class TableRow(string? raw, string end, List<string> values)
{
    public string? Raw { get; set; } = raw;

    public string End { get; } = end;

    /// <summary>As many as the row has; those of later columns are not there.</summary>
    public List<string> Values { get; } = values;

    /// <summary>What the row was read from, also after a change: a fixed-width row keeps what is between its fields.</summary>
    public string? Source { get; init; } = raw;

    /// <summary>Whether it was deleted.</summary>
    public bool IsGone { get; set; }

    public TableRow Clone() => new(Raw, End, [.. Values]) { Source = Source };
}
