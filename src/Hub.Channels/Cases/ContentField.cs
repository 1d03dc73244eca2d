using Hub.Formats.Hl7V2;

namespace Hub.Channels.Cases;

/// <summary>Reads single fields of a message that a case names. The one place where it is chosen how a field is named.</summary>
internal static class ContentField
{
    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Explain(string path)
    {
        if (!FieldPath.TryParse(path, out FieldPath? field, out string? error))
            return error;
        return field.Repetition == FieldPath.Every ? $"{path} means every repetition. Name one: \"{field with { Repetition = 1 }}\"." : null;
    }

    /// <summary>The value of a field as text; empty when it is not populated; null when the message has no fields of that kind.</summary>
    public static string? Read(ReadOnlyMemory<byte> content, string path)
    {
        if (Hl7Message.Parse(content, out _) is not { } message)
            return null;
        FieldPath field = FieldPath.Parse(path);
        try
        {
            return message.GetText(field);
        }
        catch (Hl7FormatException)
        {
            return message.CharacterSet.Show(message.GetRaw(field));
        }
    }
}
