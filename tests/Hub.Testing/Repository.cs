namespace Hub.Testing;

/// <summary>The folder of the solution, found from where the tests run.</summary>
public static class Repository
{
    /// <summary>The folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hub.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Hub.sln is in no folder above the tests.");
    }
}
