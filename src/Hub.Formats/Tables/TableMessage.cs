using System.Globalization;
using System.Text;
using Hub.Formats.Documents;

namespace Hub.Formats.Tables;

/// <summary>One message of rows, delimited or of fixed width. Rows that nobody changed are written as they were read.</summary>
public sealed class TableMessage : Document
{
    private readonly bool _marked;

    internal TableMessage(ReadOnlyMemory<byte> original, TableLayout layout, TableRows content, bool marked)
        : base(original)
    {
        Layout = layout;
        Content = content;
        _marked = marked;
    }

    internal TableLayout Layout { get; }

    internal TableRows Content { get; }

    /// <summary>The names of the columns; without a header and names of the channel 1, 2, 3, as many as the longest row has.</summary>
    public IReadOnlyList<string> Columns => Content.Columns;

    private List<TableRow> Rows => Content.Rows;

    /// <inheritdoc />
    public override string GetText(DocumentPath path, object? at)
    {
        TablePath place = (TablePath)path;
        TableRow? row = Find(place, at).FirstOrDefault();
        if (row is null)
            return "";
        return place.Column is null ? Layout.WriteRow(row, Content.Columns) : row.Values.ElementAtOrDefault(ColumnOf(place)) ?? "";
    }

    /// <inheritdoc />
    public override bool Exists(DocumentPath path, object? at)
    {
        TablePath place = (TablePath)path;
        return Find(place, at).Any(row => place.IsRow || row.Values.ElementAtOrDefault(ColumnOf(place)) is { Length: > 0 });
    }

    /// <inheritdoc />
    public override IReadOnlyList<DocumentPath> Expand(DocumentPath path, object? at) =>
        path.IsMany ? [.. Enumerable.Range(1, Rows.Count).Select(((TablePath)path).InRow)] : [path];

    /// <inheritdoc />
    public override IReadOnlyList<object> Items(DocumentPath path, object? at) => [.. Find((TablePath)path, at)];

    /// <summary>The values of a row, as many as it has.</summary>
    /// <param name="row">One of <see cref="Items"/>.</param>
    /// <returns>The values, in the order of <see cref="Columns"/>.</returns>
    public static IReadOnlyList<string> ValuesOf(object row) => ((TableRow)row).Values;

    /// <inheritdoc />
    public override bool Has(object item) => !((TableRow)item).IsGone;

    /// <summary>Each row with the header, and with the empty lines before the first row.</summary>
    /// <inheritdoc />
    public override IEnumerable<Document> Divide(DocumentPath path, bool keepsRest)
    {
        foreach (TableRow row in Find((TablePath)path, null).ToList())
            yield return new TableMessage(Write([row]), Layout, Content with { Rows = [row.Clone()] }, _marked);
    }

    /// <inheritdoc />
    public override bool HasPlace(DocumentPath path) => path.IsMany || Find((TablePath)path, null).Count > 0;

    /// <inheritdoc />
    public override void SetText(DocumentPath path, string text, object? at)
    {
        TablePath place = (TablePath)path;
        if (place.IsRow)
            throw new DocumentException($"{path} is a whole row and cannot be set. Set its columns, each by its name.");
        TableRow[] rows = [.. Find(place, at)];
        if (rows.Length == 0 && text.Length > 0 && !place.IsMany)
            throw new DocumentException($"{path}: the message has {Rows.Count} rows, and no step makes one.");
        foreach (TableRow row in rows)
            Set(row, ColumnOf(place), text);
    }

    /// <inheritdoc />
    public override void Delete(DocumentPath path, object? at)
    {
        TablePath place = (TablePath)path;
        foreach (TableRow row in Find(place, at).ToList())
        {
            if (!place.IsRow)
                Set(row, ColumnOf(place), "");
            row.IsGone |= place.IsRow;
        }

        IsChanged |= place.IsRow && Rows.RemoveAll(row => row.IsGone) > 0;
    }

    /// <inheritdoc />
    public override void Copy(DocumentPath from, DocumentPath to, object? at) => SetText(to, GetText(from, at), at);

    /// <inheritdoc />
    public override void Move(DocumentPath from, DocumentPath to, object? at)
    {
        string text = GetText(from, at);
        Delete(from, at);
        SetText(to, text, at);
    }

    /// <inheritdoc />
    public override string ToText() => Layout.Decode(ToBytes().Span).TrimStart('\uFEFF');

    /// <inheritdoc />
    public override Document WithText(string text) => Layout.Read(Layout.Encode(text), out DocumentFault? fault) ?? throw NotTaken(fault);

    /// <inheritdoc />
    public override Document Clone() =>
        new TableMessage(Original, Layout, Content with { Rows = [.. Rows.Select(row => row.Clone())] }, _marked) { IsChanged = IsChanged };

    private protected override ReadOnlyMemory<byte> Write() => Write(Rows);

    private byte[] Write(List<TableRow> rows)
    {
        StringBuilder text = new(_marked ? "\uFEFF" : "");
        text.Append(Content.Start);
        foreach (TableRow row in rows)
            text.Append(row.Raw ?? Layout.WriteRow(row, Content.Columns)).Append(row.End);
        return Layout.Encode(text.ToString());
    }

    private List<TableRow> Find(TablePath path, object? at)
    {
        if (path.IsMany)
            return Rows;
        if (path.Row == 0 && at is not null)
            return [(TableRow)at];
        int row = Math.Max(1, path.Row);
        return row <= Rows.Count ? [Rows[row - 1]] : [];
    }

    private int ColumnOf(TablePath path)
    {
        for (int i = 0; i < Content.Columns.Count; i++)
        {
            if (Content.Columns[i] == path.Column)
                return i;
        }

        // Without a header, rows may be shorter than the column that is asked for.
        if (Layout is DelimitedLayout { IsNamed: false } && int.TryParse(path.Column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
            return number - 1;
        throw new DocumentException($"The message has no column {path.Column}. Correct the path, or the header at the sender.");
    }

    private void Set(TableRow row, int column, string text)
    {
        if ((row.Values.ElementAtOrDefault(column) ?? "") == text)
            return;
        while (row.Values.Count <= column)
            row.Values.Add("");
        row.Values[column] = text;
        row.Raw = null;
        IsChanged = true;
    }
}
