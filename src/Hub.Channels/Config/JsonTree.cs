using System.Text.Json;
using System.Text.Unicode;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Reads a file into values that know their lines. A person wrote the file, so a mistake in the JSON does not hide the others: it is named,
/// mended in memory, and the file is read again from the start, until it is whole or cannot be mended. Mending adds and removes no lines.
/// </summary>
internal static class JsonTree
{
    /// <summary>Longest file, in bytes. A channel file of 1 MiB is a mistake, and reading it again for every mistake must stay cheap.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Deepest nesting of objects and lists; conditions within steps within steps stay far below.</summary>
    public const int MaxDepth = 32;

    // After so many mistakes the rest is noise.
    private const int MaxMends = 20;

    /// <summary>Reads a file.</summary>
    /// <param name="content">The file.</param>
    /// <param name="problems">Takes what is wrong with it as JSON.</param>
    /// <param name="wanted">What such a file holds, for an empty one; a sentence that goes on after "Write".</param>
    /// <returns>The value of the file, as far as it could be mended; null when it could not.</returns>
    public static JsonTreeNode? Read(ReadOnlySpan<byte> content, List<FileProblem> problems, string wanted)
    {
        byte[] json = content.StartsWith("\uFEFF"u8) ? content[3..].ToArray() : content.ToArray();
        if (!Utf8.IsValid(json))
        {
            problems.Add(NotUtf8(json));
            return null;
        }

        for (int mends = 0; ; mends++)
        {
            JsonTreeReader reader = new(json);
            try
            {
                JsonTreeNode root = reader.Read();
                problems.AddRange(reader.Problems);
                return root;
            }
            catch (JsonException)
            {
                JsonMistake mistake = new JsonDiagnosis(json, reader, wanted).Find();
                problems.Add(new(reader.LineAt(mistake.At), mistake.Code, "", mistake.Text));
                if (mistake.Mend is null || mends == MaxMends)
                {
                    problems.AddRange(reader.Problems);
                    return null;
                }

                json = mistake.Mend.ApplyTo(json);
            }
        }
    }

    private static FileProblem NotUtf8(byte[] json)
    {
        int at = 0;
        while (System.Text.Rune.DecodeFromUtf8(json.AsSpan(at), out _, out int length) == System.Buffers.OperationStatus.Done)
            at += length;
        int line = 1 + json.AsSpan(0, at).Count((byte)'\n');
        return new(line, ProblemCodes.NotUtf8, "", $"The file is not UTF-8 (byte 0x{json[at]:X2}). Save it with the encoding UTF-8.");
    }
}
