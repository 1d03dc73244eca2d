using System.Text.Json;

namespace Hub.Testing;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
public sealed class TestFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TestFolder() => Root = Directory.CreateTempSubdirectory("hub-test-").FullName;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>A path in the folder.</summary>
    public string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Writes a file, and the folders above it.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        string path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a channel file under its channel's id.</summary>
    /// <returns>Its path.</returns>
    public string WriteChannel(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Write($"channels/{document.RootElement.GetProperty("id").GetString()}.json", json);
    }

    /// <summary>Writes a secret, which only its owner can read.</summary>
    public void WriteSecret(string name, string value)
    {
        string file = Write($"secrets/{name}", value);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
