using System.Text.Json;

namespace Hub.Engine.Commands;

/// <summary>Reads FHIR resources from files: one a file, or one a line.</summary>
internal static class FhirFiles
{
    /// <summary>Reads the resources of files, one by one.</summary>
    /// <param name="names">Files, folders, <c>-</c>.</param>
    /// <returns>Where each stands (the file, with the number of its line when there are several), and its bytes.</returns>
    /// <exception cref="IOException">A file is not there; the text says which.</exception>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Read(IEnumerable<string> names) =>
        names.SelectMany(MessageFiles.Names).SelectMany(name => Divide(name, name == "-" ? ReadInput() : File.ReadAllBytes(name)));

    private static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Divide(string name, byte[] bytes)
    {
        int end = Array.IndexOf(bytes, (byte)'\n');
        bool isLines = end >= 0 && (name.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase) || (IsObject(bytes.AsSpan(0, end)) && !IsBlank(bytes.AsSpan(end))));
        if (!isLines)
        {
            yield return (name, bytes);
            yield break;
        }

        int line = 0;
        for (int at = 0; at < bytes.Length; line++)
        {
            int next = Array.IndexOf(bytes, (byte)'\n', at);
            next = next < 0 ? bytes.Length : next;
            if (!IsBlank(bytes.AsSpan(at, next - at)))
                yield return ($"{name}[{line + 1}]", bytes.AsMemory(at, next - at));
            at = next + 1;
        }
    }

    // A whole object in the first line, and more behind it: no single JSON text is written so.
    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static byte[] ReadInput()
    {
        using Stream input = Console.OpenStandardInput();
        using MemoryStream bytes = new();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
