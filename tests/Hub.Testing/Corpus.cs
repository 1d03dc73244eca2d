using System.Reflection;

namespace Hub.Testing;

/// <summary>Finds test data: the repository's own, and the corpus of published messages that lies beside it.</summary>
public static class Corpus
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The corpus: <c>HUB_CORPUS</c>, or <c>shared/data</c> beside the repository or further up; null when it is not there.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>A folder of the corpus; the test is skipped when there is no corpus.</summary>
    /// <param name="path">The folder, <c>hl7v2/nhapi</c>.</param>
    /// <returns>Its full path.</returns>
    public static string Need(string path)
    {
        Skip.If(Folder is null, "The corpus of published messages is not there. Set HUB_CORPUS to its folder.");
        return Path.Combine(Folder!, path);
    }

    private static string FindRepository()
    {
        string? folder = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Directory.Packages.props")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("HUB_CORPUS") is { Length: > 0 } named)
            return named;
        string? folder = Path.GetDirectoryName(Repository.TrimEnd('/'));
        while (folder is not null && !Directory.Exists(Path.Combine(folder, "shared", "data", "hl7v2")))
            folder = Path.GetDirectoryName(folder);
        return folder is null ? null : Path.Combine(folder, "shared", "data");
    }
}
