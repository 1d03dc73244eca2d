using System.Text;
using Hub.Formats.Documents;

namespace Hub.Formats.Tables;

/// <summary>One field of a fixed-width row.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">Its first character, from 1.</param>
/// <param name="Length">How many characters it has.</param>
/// <param name="Trim">Whether padding is taken off in reading.</param>
/// <param name="Pad">What fills the rest.</param>
/// <param name="IsRight">Whether values stand at its end.</param>
public sealed record FixedWidthField(string Name, int Start, int Length, bool Trim, char Pad, bool IsRight);

/// <summary>Rows whose values stand at fixed characters of the line. What stands between and after the fields is kept.</summary>
/// <param name="fields">The fields.</param>
/// <param name="encoding">How bytes are read.</param>
public sealed class FixedWidthLayout(IReadOnlyList<FixedWidthField> fields, Encoding encoding) : TableLayout(encoding)
{
    private const int MostRows = 1_000_000;

    private readonly string[] _names = [.. fields.Select(field => field.Name)];

    /// <inheritdoc />
    public override IReadOnlyList<string> Columns => _names;

    internal override TableRows? ReadRows(string text, out DocumentFault? fault)
    {
        List<TableRow> rows = [];
        fault = null;
        int at = 0;
        string start = "";
        while (at < text.Length)
        {
            int length = text.AsSpan(at).IndexOfAny('\r', '\n');
            int end = length < 0 ? text.Length : at + length;
            int next = end;
            while (next < text.Length && text[next] is '\r' or '\n')
                next++;
            if (rows.Count >= MostRows)
            {
                fault = new(rows.Count + 1, 0, $"The message has more than {MostRows} rows. Split it at the sender.");
                return null;
            }

            if (end > at)
                rows.Add(new(text[at..end], text[end..next], [.. fields.Select(field => Value(text.AsSpan(at, end - at), field))]));
            else
                start = text[..next];
            at = next;
        }

        return new(start, _names, rows);
    }

    internal override string WriteRow(TableRow row, IReadOnlyList<string> columns)
    {
        string source = row.Source ?? "";
        int length = Math.Max(source.Length, fields.Select((field, i) => row.Values[i].Length > 0 ? field.Start - 1 + field.Length : 0).Max());
        char[] line = new char[length];
        line.AsSpan().Fill(' ');
        source.CopyTo(line);
        for (int i = 0; i < fields.Count; i++)
            Write(line, fields[i], row.Values[i], source);
        return new(line);
    }

    private static void Write(Span<char> line, FixedWidthField field, string value, string source)
    {
        if (field.Start > line.Length)
            return;
        // What reads as the same value stays as it was written.
        if (source.Length > 0 && Value(source, field) == value)
            return;
        if (value.Length > field.Length)
            throw new DocumentException($"{field.Name}: the value has {value.Length} characters and the field has room for {field.Length}. Shorten it, or correct \"length\".");
        if (value.AsSpan().ContainsAny('\r', '\n'))
            throw new DocumentException($"{field.Name}: the value holds a line end, which a fixed-width row cannot.");
        Span<char> place = line[(field.Start - 1)..Math.Min(line.Length, field.Start - 1 + field.Length)];
        string padded = field.IsRight ? value.PadLeft(field.Length, field.Pad) : value.PadRight(field.Length, field.Pad);
        padded.AsSpan(0, place.Length).CopyTo(place);
    }

    private static string Value(ReadOnlySpan<char> line, FixedWidthField field)
    {
        if (field.Start > line.Length)
            return "";
        ReadOnlySpan<char> value = line[(field.Start - 1)..Math.Min(line.Length, field.Start - 1 + field.Length)];
        if (field.Trim)
            value = field.IsRight ? value.TrimStart(field.Pad) : value.TrimEnd(field.Pad);
        return value.ToString();
    }
}
