using System.Diagnostics.CodeAnalysis;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Data;

/// <summary>
/// A place in a message, as a channel file writes it and as the data type in force there reads it: <c>PID-3[2].1</c> in HL7 v2,
/// <c>/patient/id</c> or <c>patient.id</c> in JSON, an XPath in XML, a column in rows.
/// </summary>
public sealed class MessagePath
{
    private readonly string? _text;

    private MessagePath(string? text, FieldPath? hl7, DocumentPath? place)
    {
        _text = text;
        Hl7 = hl7;
        Place = place;
    }

    /// <summary>The place in HL7 v2; null when the message is something else.</summary>
    public FieldPath? Hl7 { get; }

    /// <summary>The place in a message that is not HL7 v2; null when it is.</summary>
    public DocumentPath? Place { get; }

    /// <summary>Whether it is written so that it stands for any number of places (<c>[*]</c>).</summary>
    public bool IsMany => Hl7 is { Repetition: FieldPath.Every } || Place is { IsMany: true };

    /// <summary>Reads a path.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="format">What the message is where the path is used.</param>
    /// <param name="value">The path, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, MessageFormat format, [NotNullWhen(true)] out MessagePath? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        if (format.Type == Contracts.DataType.Hl7v2)
        {
            if (FieldPath.TryParse(text, out FieldPath? field, out error))
                value = new(text, field, null);
        }
        else if (format.TryReadPath(text, out DocumentPath? place, out error))
        {
            value = new(text, null, place);
        }

        return value is not null;
    }

    /// <summary>A place in HL7 v2.</summary>
    /// <param name="path">The place.</param>
    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator MessagePath?(FieldPath? path) => path is null ? null : new(null, path, null);

    /// <summary>A place in another message.</summary>
    /// <param name="path">The place.</param>
    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator MessagePath?(DocumentPath? path) => path is null ? null : new(path.Text, null, path);

    /// <summary>The path as people write it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text ?? Hl7!.ToString();
}
