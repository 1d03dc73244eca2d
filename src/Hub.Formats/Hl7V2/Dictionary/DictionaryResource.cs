using System.Globalization;

namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>
/// Reads the embedded texts, which <c>generate.mjs</c> writes: a line a fact, cells apart by tabs, empty cells at the end left out.
/// The first cell tells the kind: T a data type and C its components, S a segment and F its fields, M a message structure,
/// E a message with its structure; in tables.txt T a table and V its codes. Read once a version.
/// </summary>
internal static class DictionaryResource
{
    public static DictionaryContent ReadVersion(string version)
    {
        DictionaryContent content = new();
        List<FieldDefinition> fields = [];
        foreach (string[] cells in Rows(version))
        {
            switch (cells[0])
            {
                case "T":
                    DataTypeDefinition type = content.TypeOf(cells[1]);
                    type.Description = cells[2];
                    type.Components = fields = [];
                    break;
                case "S":
                    fields = [];
                    content.Segments.Add(cells[1], new(cells[1], cells[2], fields));
                    break;
                case "C" or "F":
                    fields.Add(Field(cells, fields.Count + 1, content));
                    break;
                case "M":
                    content.Structures.Add(cells[1], new(cells[1], cells[2], cells[3]));
                    break;
                default:
                    content.Messages.Add(cells[1], content.Structures[cells[2]]);
                    break;
            }
        }

        return content;
    }

    public static IEnumerable<TableDefinition> ReadTables()
    {
        List<(int Number, string Name, Dictionary<string, string> Codes)> tables = [];
        foreach (string[] cells in Rows("tables"))
        {
            if (cells[0] == "T")
                tables.Add((int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], new(StringComparer.Ordinal)));
            else
                tables[^1].Codes.Add(cells[1], cells[2]);
        }

        return tables.Select(table => new TableDefinition(table.Number, table.Name, table.Codes));
    }

    private static FieldDefinition Field(string[] cells, int number, DictionaryContent content) => new(
        number,
        cells[6],
        content.TypeOf(cells[1]),
        cells[2] switch { "R" => Hl7Usage.Required, "C" => Hl7Usage.Conditional, "B" => Hl7Usage.Backward, _ => Hl7Usage.Optional },
        cells[3] == "*" ? null : Number(cells[3]) ?? 1,
        Number(cells[4]),
        Number(cells[5]));

    private static int? Number(string cell) => cell.Length == 0 ? null : int.Parse(cell, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Rows(string name)
    {
        string resource = $"Hl7Dictionary/{name}.txt";
        using Stream stream = typeof(DictionaryResource).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded in {typeof(DictionaryResource).Assembly.GetName().Name}.");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split('\t');
            Array.Resize(ref cells, 7);
            yield return [.. cells.Select(cell => cell ?? "")];
        }
    }
}
