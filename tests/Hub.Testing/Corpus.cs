namespace Hub.Testing;

/// <summary>The published sample messages: the folder named by <c>HUB_CORPUS</c>, or <c>shared/data</c> beside or above the repository. Tests skip without it.</summary>
public static class Corpus
{
    /// <summary>The folder; null when it is not on this machine.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Every file that holds HL7 v2, or pretends to: <c>.hl7</c> and the broken <c>.bin</c> ones; none without the corpus.</summary>
    public static IEnumerable<string> Hl7Files() => Root is null
        ? []
        : Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".hl7" or ".bin").Order(StringComparer.Ordinal);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("HUB_CORPUS") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string beside = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(beside))
                return beside;
        }

        return null;
    }
}
