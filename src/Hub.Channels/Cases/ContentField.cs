using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Cases;

/// <summary>Reads single fields of a message that a case names, by the paths of what the message is. The one place where it is chosen how a field is named.</summary>
internal static class ContentField
{
    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Explain(string path, MessageFormat format)
    {
        if (!MessagePath.TryParse(path, format, out MessagePath? place, out string? error))
            return error;
        if (place.Hl7 is { Repetition: FieldPath.Every } field)
            return $"{path} means every repetition. Name one: \"{field with { Repetition = 1 }}\".";
        return place.IsMany ? $"{path} means many places. Name one in place of [*]." : null;
    }

    /// <summary>Reads a field; empty when it is not populated.</summary>
    /// <param name="content">The message.</param>
    /// <param name="path">The field; one that <see cref="Explain"/> finds right.</param>
    /// <param name="format">What the message is.</param>
    /// <param name="text">The field, or in words why there is none.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> content, string path, MessageFormat format, out string text)
    {
        text = "no message with fields";
        if (!MessagePath.TryParse(path, format, out MessagePath? place, out _))
            return false;
        return format.Type == DataType.Hl7v2 ? TryReadHl7(content, place.Hl7!, ref text) : TryReadPlace(content, place.Place!, format, ref text);
    }

    private static bool TryReadHl7(ReadOnlyMemory<byte> content, FieldPath field, ref string text)
    {
        if (Hl7Message.Parse(content, out _) is not { } message)
            return false;
        try
        {
            text = message.GetText(field);
        }
        catch (Hl7FormatException)
        {
            text = message.CharacterSet.Show(message.GetRaw(field));
        }

        return true;
    }

    private static bool TryReadPlace(ReadOnlyMemory<byte> content, DocumentPath place, MessageFormat format, ref string text)
    {
        if (format.Read(content, out _) is not { } document)
            return false;
        try
        {
            text = document.GetText(place, null);
            return true;
        }
        catch (DocumentException reason)
        {
            text = reason.Message;
            return false;
        }
    }
}
