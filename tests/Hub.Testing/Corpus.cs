namespace Hub.Testing;

/// <summary>The published sample messages: the folder named by <c>HUB_CORPUS</c>, or <c>shared/data</c> beside or above the repository. Tests skip without it.</summary>
public static class Corpus
{
    /// <summary>Why a test is skipped.</summary>
    public const string Missing = "The corpus of published messages is not there. Set HUB_CORPUS to its folder.";

    /// <summary>The folder; null when it is not on this machine.</summary>
    public static string? Root { get; } = Find();

    /// <summary>A folder of the corpus; the test is skipped when there is no corpus.</summary>
    /// <param name="path">The folder, <c>hl7v2/nhapi</c>.</param>
    /// <returns>Its full path.</returns>
    public static string Need(string path)
    {
        Skip.If(Root is null, Missing);
        return Path.Combine(Root!, path);
    }

    /// <summary>Every file that holds HL7 v2 in ER7, or pretends to: <c>.hl7</c>, <c>.txt</c> and the broken <c>.bin</c> ones; none without the corpus.</summary>
    public static IEnumerable<string> Hl7Files() => Root is null
        ? []
        : Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".hl7" or ".txt" or ".bin").Order(StringComparer.Ordinal);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("HUB_CORPUS") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (DirectoryInfo? folder = new(Repository.Root); folder is not null; folder = folder.Parent)
        {
            string beside = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(Path.Combine(beside, "hl7v2")))
                return beside;
        }

        return null;
    }
}
