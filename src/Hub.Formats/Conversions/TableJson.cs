using System.Text.Encodings.Web;
using System.Text.Json;
using Hub.Formats.Documents;
using Hub.Formats.Json;
using Hub.Formats.Tables;

namespace Hub.Formats.Conversions;

// A row is an object whose members are its columns, or without names a list. All values are text: "007" and "1.50" stay what
// they are. A row that ends early has fewer members, and only at its end.

/// <summary>Rows to JSON, and JSON to delimited rows.</summary>
public static class TableJson
{
    /// <summary>Writes rows as JSON.</summary>
    /// <param name="table">The rows.</param>
    /// <returns>A list with an object a row, or a list a row when columns have no names.</returns>
    /// <exception cref="DocumentException">There are more values than a JSON message may hold.</exception>
    public static JsonMessage ToJson(TableMessage table)
    {
        bool named = table.Layout is not DelimitedLayout { IsNamed: false };
        using MemoryStream written = new();
        using (Utf8JsonWriter json = new(written, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (TableRow row in table.Content.Rows)
                WriteRow(json, row, named ? table.Content.Columns : null);
            json.WriteEndArray();
        }

        return JsonMessage.Parse(written.ToArray(), out DocumentFault? fault) ?? throw new DocumentException($"The rows cannot be written as JSON: {fault!.Text}");
    }

    /// <summary>Writes JSON as rows.</summary>
    /// <param name="json">A list of objects, all with the same members, or of lists.</param>
    /// <param name="layout">How rows are written.</param>
    /// <param name="dropTypes">Whether numbers, true, false and null become text; otherwise they are refused, as they would not come back.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="DocumentException">The JSON has another shape; the text says where.</exception>
    public static TableMessage ToTable(JsonMessage json, DelimitedLayout layout, bool dropTypes)
    {
        if (!json.Root.IsArray)
            throw new DocumentException("The JSON is no list, and rows are made from a list with an object a row. Copy the list to the top first: copyField to \".\".");
        JsonItem[] items = [.. json.Root.Parts!.Select(part => part.Value)];
        IReadOnlyList<string>? columns = layout.IsNamed ? layout.Columns ?? ColumnsOf(items) : null;
        List<string> lines = layout.HasHeader ? [layout.WriteRow(columns!)] : [];
        for (int i = 0; i < items.Length; i++)
        {
            List<string> values = columns is null ? ListValues(items[i], i, dropTypes) : ObjectValues(items[i], i, columns, dropTypes);
            if (values.Count == 0)
                throw new DocumentException($"Item {i} has no values, and an empty line is no row.");
            lines.Add(layout.WriteRow(values));
        }

        string text = string.Concat(lines.Select(line => $"{line}\r\n"));
        return layout.Read(layout.Encode(text), out DocumentFault? fault) ?? throw new DocumentException($"The JSON cannot be written as rows: {fault!.Text}");
    }

    private static void WriteRow(Utf8JsonWriter json, TableRow row, IReadOnlyList<string>? columns)
    {
        if (columns is null)
            json.WriteStartArray();
        else
            json.WriteStartObject();
        for (int i = 0; i < row.Values.Count; i++)
        {
            if (columns is null)
                json.WriteStringValue(row.Values[i]);
            else
                json.WriteString(columns[i], row.Values[i]);
        }

        if (columns is null)
            json.WriteEndArray();
        else
            json.WriteEndObject();
    }

    private static IReadOnlyList<string> ColumnsOf(JsonItem[] items) => items.Length > 0 && items[0].IsObject && items[0].Parts!.Count > 0
        ? [.. items[0].Parts!.Select(part => part.Name!)]
        : throw new DocumentException("The first item of the list names the columns, and there is none, or it is no object with members. Give \"columns\" in the convert step.");

    private static List<string> ObjectValues(JsonItem item, int index, IReadOnlyList<string> columns, bool dropTypes)
    {
        if (!item.IsObject)
            throw new DocumentException($"Item {index} is no object. Rows are made from a list with an object a row.");
        List<string> values = [];
        Dictionary<string, JsonItem> members = item.Parts!.ToDictionary(part => part.Name!, part => part.Value);
        for (int i = 0; i < columns.Count && values.Count < item.Parts!.Count; i++)
        {
            if (!members.TryGetValue(columns[i], out JsonItem? value))
                throw new DocumentException($"Item {index} has not the same members as the columns: {Quoted(i)} is missing, and only those at the end may be. Add it with setField in a forEach, or take the others out.");
            values.Add(Text(value, index, i, dropTypes));
        }

        return values.Count == item.Parts!.Count ? values : throw new DocumentException($"Item {index} has members that are no columns. Delete them first, or name all in \"columns\" of the convert step.");
    }

    private static List<string> ListValues(JsonItem item, int index, bool dropTypes) => item.IsArray
        ? [.. item.Parts!.Select((part, i) => Text(part.Value, index, i, dropTypes))]
        : throw new DocumentException($"Item {index} is no list. Rows whose columns have no names are made from a list of lists.");

    private static string Text(JsonItem value, int index, int column, bool dropTypes)
    {
        if (value.Parts is not null)
            throw new DocumentException($"Item {index}, {Quoted(column)}: an object or list cannot stand in a column. Copy its values to members of their own.");
        return value.Kind == JsonTokenType.String || dropTypes
            ? value.Text()
            : throw new DocumentException($"Item {index}, {Quoted(column)}: a number, true, false or null would come back as text. Set \"types\": \"drop\" in the convert step when that is wanted.");
    }

    // Names come from the message; the place is enough.
    private static string Quoted(int column) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"column {column + 1}");
}
