using System.Globalization;
using System.Text;

namespace Hub.Faults.Traffic;

/// <summary>Bodies of HTTP requests with a length, which are all that the Hub sends here.</summary>
internal sealed class RequestBuffer : WireFrames
{
    private const string Length = "\r\nContent-Length: ";

    /// <summary>The answer to each.</summary>
    public static byte[] Taken => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    protected override (Range Message, int End)? Find(ReadOnlySpan<byte> bytes, int looked)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;
        string head = Encoding.ASCII.GetString(bytes[..end]);
        int at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (!head.StartsWith("POST ", StringComparison.Ordinal) || at < 0)
            throw new InvalidDataException($"A request without a body of known length: {head}");
        int body = end + 4;
        int next = body + int.Parse(head[(at + Length.Length)..].Split('\r')[0], NumberStyles.None, CultureInfo.InvariantCulture);
        return bytes.Length < next ? null : (body..next, next);
    }
}
