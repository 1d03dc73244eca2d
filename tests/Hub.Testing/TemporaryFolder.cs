namespace Hub.Testing;

/// <summary>A new folder under the system's temporary one, gone with everything in it when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("hub-test-").FullName;

    /// <summary>Names something in it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The full path; nothing is made.</returns>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
