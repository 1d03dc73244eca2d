using System.Text;

namespace Hub.Channels.Config;

/// <summary>Tells a person what is wrong within a text in double quotes.</summary>
/// <param name="json">All bytes.</param>
/// <param name="start">The opening quote.</param>
internal sealed class JsonTextDiagnosis(byte[] json, int start)
{
    /// <summary>The place after the closing quote of a text that is whole.</summary>
    public static int EndOf(byte[] json, int start)
    {
        int at = start + 1;
        while (json[at] != (byte)'"')
            at += json[at] == (byte)'\\' ? 2 : 1;
        return at + 1;
    }

    /// <summary>The first mistake; null when the text is whole.</summary>
    public JsonMistake? Find()
    {
        for (int at = start + 1; at < json.Length; at++)
        {
            switch ((char)json[at])
            {
                case '"':
                    return null;
                case '\r' or '\n':
                    return FindOpenEnd(at);
                case '\t':
                    return new(at, "A tab stands within a text. Write \\t.", new(at, 1, "\\t"));
                case < ' ':
                    return new(at, $"The control character 0x{json[at]:X2} stands within a text. Write \\u{(int)json[at]:x4}, or remove it.", new(at, 1, ""));
                case '\\' when IsEscape(at + 1):
                    at++;
                    break;
                case '\\':
                    return new(at, "A backslash within a text is written twice: \\\\.", new(at, 0, "\\"));
            }
        }

        return FindOpenEnd(json.Length);
    }

    // The quote belongs before what ends the line after a value.
    private JsonMistake FindOpenEnd(int end)
    {
        string text = Encoding.UTF8.GetString(json, start + 1, end - start - 1);
        string inner = text.TrimEnd(' ', ',', '}', ']');
        // Without the text: it may be a secret, and this stands on pages.
        return new(start, "The closing quote of the last text in this line is missing. Add it.", new(start + 1 + Encoding.UTF8.GetByteCount(inner), 0, "\""));
    }

    // RFC 8259 §7: the characters that may follow a backslash.
    private bool IsEscape(int at) =>
        at < json.Length && ((char)json[at] is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't'
            || (json[at] == (byte)'u' && at + 4 < json.Length && json[(at + 1)..(at + 5)].All(letter => char.IsAsciiHexDigit((char)letter))));
}
