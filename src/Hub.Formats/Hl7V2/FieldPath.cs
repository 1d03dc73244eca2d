using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>
/// A place in a message as people write it: <c>PID</c>, <c>PID-3</c>, <c>PID-3[2].1</c>, <c>OBX[2]-5.1.2</c>.
/// Segment, occurrence of the segment, field, repetition, component, subcomponent; all count from 1.
/// <c>PID-3[*]</c> means every repetition.
/// </summary>
public sealed record FieldPath
{
    /// <summary>The repetition that stands for all of them.</summary>
    public const int Every = -1;

    /// <summary>Three letters or digits, the first a letter: <c>PID</c>, <c>ZA1</c>.</summary>
    public required string Segment { get; init; }

    /// <summary>Which of the segments of that name, when it was written; 0 when not, which means the first (or the one a <c>forEach</c> is at).</summary>
    public int Occurrence { get; init; }

    /// <summary>The field; 0 for the whole segment.</summary>
    public int Field { get; init; }

    /// <summary>The repetition, when it was written, or <see cref="Every"/>; 0 when not, which means the first for reading a component and all of the field otherwise.</summary>
    public int Repetition { get; init; }

    /// <summary>The component; 0 for the whole repetition.</summary>
    public int Component { get; init; }

    /// <summary>The subcomponent; 0 for the whole component.</summary>
    public int Subcomponent { get; init; }

    /// <summary>Reads a path as people write it.</summary>
    /// <param name="text">The text, for example <c>PID-3[2].1</c>.</param>
    /// <param name="value">The path, when the text is one.</param>
    /// <param name="error">What is wrong and how to write it, when it is not.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldPath? value, [NotNullWhen(false)] out string? error)
    {
        FieldPathReader reader = new(text);
        value = reader.Read();
        error = value is null ? reader.Explain() : null;
        return value is not null;
    }

    /// <summary>Reads a path that is known to be right, such as one in the code.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The path.</returns>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static FieldPath Parse(string text) =>
        TryParse(text, out FieldPath? path, out string? error) ? path : throw new FormatException(error);

    /// <summary>The path as people write it.</summary>
    /// <returns>For example <c>PID-3[2].1</c>.</returns>
    public override string ToString()
    {
        StringBuilder text = new(Segment);
        if (Occurrence > 0)
            text.Append(CultureInfo.InvariantCulture, $"[{Occurrence}]");
        if (Field > 0)
            text.Append(CultureInfo.InvariantCulture, $"-{Field}");
        if (Repetition != 0)
            text.Append(CultureInfo.InvariantCulture, $"[{(Repetition == Every ? "*" : Repetition)}]");
        if (Component > 0)
            text.Append(CultureInfo.InvariantCulture, $".{Component}");
        if (Subcomponent > 0)
            text.Append(CultureInfo.InvariantCulture, $".{Subcomponent}");
        return text.ToString();
    }
}
