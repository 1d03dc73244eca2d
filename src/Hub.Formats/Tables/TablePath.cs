using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hub.Formats.Documents;

namespace Hub.Formats.Tables;

/// <summary>
/// A place in rows: a column by its name, <c>ward</c>, in the row that a <c>forEach</c> is at or else in the first; <c>[3].ward</c> in the third row,
/// <c>[*].ward</c> in every one. <c>[3]</c> is a row, <c>[*]</c> are all of them, <c>.</c> the one that a <c>forEach</c> is at. Rows count from 1 and the header is none.
/// </summary>
public sealed class TablePath : DocumentPath
{
    internal const int Every = -1;

    private TablePath(string text, int row, string? column)
        : base(text)
    {
        Row = row;
        Column = column;
    }

    /// <inheritdoc />
    public override bool IsMany => Row == Every;

    /// <summary>Whether it is a row and not a value in one.</summary>
    public bool IsRow => Column is null;

    /// <summary>The row from 1; 0 for the one that a <c>forEach</c> is at, or the first; <see cref="Every"/>.</summary>
    internal int Row { get; }

    internal string? Column { get; }

    /// <summary>Reads a path.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The columns, when they are known; null when only the message will tell.</param>
    /// <param name="value">The path, when the text is one.</param>
    /// <param name="error">What is wrong and how to write it, when it is not.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string text, IReadOnlyList<string>? columns, [NotNullWhen(true)] out TablePath? value, [NotNullWhen(false)] out string? error)
    {
        value = Read(text);
        error = value is null ? $"\"{text}\" is not a place in rows. Write a column, \"ward\", with a row before it if need be, \"[2].ward\" or \"[*].ward\"; rows count from 1." : null;
        if (value is { Column: { } column } && columns is not null && !columns.Contains(column))
        {
            value = null;
            error = $"There is no column \"{column}\". There are: {string.Join(", ", columns)}.";
        }

        return value is not null;
    }

    /// <summary>Reads a path that is known to be right.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The path.</returns>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static TablePath Parse(string text) => TryParse(text, null, out TablePath? path, out string? error) ? path : throw new FormatException(error);

    internal TablePath InRow(int row) => new(string.Create(CultureInfo.InvariantCulture, $"[{row}]{(Column is null ? "" : $".{Column}")}"), row, Column);

    private static TablePath? Read(string text)
    {
        if (text == ".")
            return new(text, 0, null);
        if (text.Length == 0 || text[0] != '[')
            return text.Length == 0 ? null : new(text, 0, text);
        int end = text.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
            return null;
        string inner = text[1..end];
        int row = inner == "*" ? Every : int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : 0;
        string rest = text[(end + 1)..];
        bool right = row != 0 && (rest.Length == 0 || (rest.Length > 1 && rest[0] == '.'));
        return right ? new(text, row, rest.Length == 0 ? null : rest[1..]) : null;
    }
}
