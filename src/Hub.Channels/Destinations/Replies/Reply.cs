using System.Globalization;
using System.Text;

namespace Hub.Channels.Destinations.Replies;

/// <summary>A whole answer that is for the message just sent.</summary>
/// <param name="Receiver">Who answered, for people.</param>
/// <param name="Code">MSA-1, when the answer is an HL7 acknowledgment.</param>
/// <param name="Status">The HTTP status, when it has one.</param>
/// <param name="Content">The answer's bytes.</param>
internal sealed record Reply(string Receiver, string? Code, int? Status, ReadOnlyMemory<byte> Content)
{
    // What a rule looks at; an answer is kept whole.
    private const int MostText = 64 * 1024;
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    private string? _text;

    /// <summary>The answer as text: UTF-8, or 8859/1 when it is not that.</summary>
    public string Text => _text ??= Read(Content.Span[..Math.Min(Content.Length, MostText)]);

    /// <summary>The code that is kept with the try: a code of ours to know, or the status. What a receiver made up is not repeated.</summary>
    public string? KnownCode => Code is not null ? Hl7Codes.IsKnown(Code) ? Code : null : Status?.ToString(CultureInfo.InvariantCulture);

    /// <summary>What was answered, in words for people.</summary>
    public string Words => KnownCode is { } code ? code : Code is not null ? "with a code that HL7 table 0008 does not have" : "";

    private static string Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
