namespace Hub.Engine.Commands;

/// <summary>A file with the bytes that a delivery is to send instead of its own.</summary>
internal static class EditedMessage
{
    /// <summary>The admin interface takes 30 MB a request, which 16 MiB are as text.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Reads it. Editors end lines with LF, and HL7 v2 ends segments with CR: a message without any CR gets them.</summary>
    /// <param name="name">The file; <c>-</c> for standard input.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="IOException">It is not there, empty or too long; the text says which.</exception>
    public static async Task<byte[]> ReadAsync(string name, CancellationToken stopping)
    {
        if (name != "-" && !File.Exists(name))
            throw new IOException($"There is no file {name}. Write the bytes of a delivery into one with: hub show MESSAGE --raw --sent DESTINATION > {name}");
        using MemoryStream read = new();
        await using (Stream input = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name))
            await input.CopyToAsync(read, stopping);
        byte[] bytes = read.ToArray();
        if (bytes.Length is 0 or > MostBytes)
            throw new IOException($"{name} has {bytes.Length} bytes. Give 1 to {MostBytes}.");
        if (!bytes.AsSpan().StartsWith("MSH"u8) || bytes.Contains((byte)'\r'))
            return bytes;
        bytes.AsSpan().Replace((byte)'\n', (byte)'\r');
        return bytes;
    }
}
