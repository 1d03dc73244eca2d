using Microsoft.Net.Http.Headers;

namespace Hub.Listeners.Http;

/// <summary>The content types of HL7 v2 in ER7 (protocol A14).</summary>
internal static class Hl7MediaType
{
    private const string Standard = "application/hl7-v2";
    private static readonly string[] s_known = [Standard, "application/hl7-v2+er7", "x-application/hl7-v2", "x-application/hl7-v2+er7"];

    /// <summary>Whether a content type is one of them.</summary>
    public static bool Is(string? contentType) => Find(contentType) is not null;

    /// <summary>The type of an answer: as the message's own, with its character set, which is also the answer's (protocol A02).</summary>
    public static string ForAnswer(string? contentType)
    {
        if (Find(contentType) is not { } type)
            return Standard;
        MediaTypeHeaderValue answer = new(type.MediaType);
        if (type.Charset.HasValue)
            answer.Charset = type.Charset;
        return answer.ToString();
    }

    private static MediaTypeHeaderValue? Find(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) && s_known.Any(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase)) ? type : null;
}
