using System.Globalization;
using Hub.Formats.Tables;

namespace Hub.Channels.Cases;

/// <summary>Tells rows apart by row and column, <c>[2].ward</c>.</summary>
internal static class TableDiff
{
    // Rows of one first value, most often an id, belong together more than any two.
    private const int SameFirst = 2;

    private static readonly TablePath s_every = TablePath.Parse("[*]");

    public static List<Difference> Compare(string part, TableMessage expected, TableMessage was)
    {
        List<Difference> found = [];
        if (!expected.Columns.SequenceEqual(was.Columns))
            found.Add(new(part, "header", Difference.Quote(string.Join(", ", expected.Columns)), Difference.Quote(string.Join(", ", was.Columns))));
        string[] columns = [.. expected.Columns.Intersect(was.Columns)];
        string[][] left = Rows(expected, columns);
        string[][] right = Rows(was, columns);
        foreach ((int? l, int? r) in Pairs.Of(left.Length, right.Length, (l, r) => Score(left[l], right[r])))
        {
            string row = string.Create(CultureInfo.InvariantCulture, $"[{(l ?? r) + 1}]");
            if (l is { } one && r is { } other)
                found.AddRange(columns.Select((column, i) => (column, Left: left[one][i], Right: right[other][i])).Where(cell => cell.Left != cell.Right).Select(cell => new Difference(part, $"{row}.{cell.column}", Show(cell.Left), Show(cell.Right))));
            else
                found.Add(new(part, row, l is null ? "no such row" : Whole(expected, row), r is null ? "no such row" : Whole(was, row)));
        }

        return found;
    }

    private static string[][] Rows(TableMessage message, string[] columns)
    {
        int[] places = [.. columns.Select(column => message.Columns.ToList().IndexOf(column))];
        return [.. message.Items(s_every, null).Select(TableMessage.ValuesOf).Select(values => Array.ConvertAll(places, place => place < values.Count ? values[place] : ""))];
    }

    private static int Score(string[] left, string[] right)
    {
        if (left.SequenceEqual(right))
            return Pairs.Same;
        return left.Length > 0 && left[0] == right[0] ? SameFirst : Pairs.Alike;
    }

    private static string Whole(TableMessage message, string row) => Difference.Quote(message.GetText(TablePath.Parse(row), null));

    private static string Show(string text) => text.Length == 0 ? "nothing" : Difference.Quote(text);
}
