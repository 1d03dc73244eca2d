using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Testing;

namespace Hub.Engine.Tests.Pages;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">The first word after the fence: <c>json</c>, <c>sh</c>…</param>
/// <param name="Path">The file that the line before it names: <c>`channels/lab.json`:</c>; null when it names none.</param>
/// <param name="Exit">With <c>sh</c>, the exit status, written after the language: <c>sh exit=1</c>.</param>
/// <param name="Text">What stands in it, each line with a line feed.</param>
/// <param name="Line">Its line on the page, from 1.</param>
internal sealed record PageBlock(string Language, string? Path, int Exit, string Text, int Line);

/// <summary>A page for readers, as far as its examples go. Every port on it stands for a free one.</summary>
internal sealed partial class Page
{
    private readonly Dictionary<string, string> _ports = [];

    /// <param name="file">The page, relative to the repository.</param>
    public Page(string file)
    {
        File = file;
        Blocks = Read();
    }

    /// <summary>The pages whose every block is run.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "how-to"), "*.md").Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')),
    ];

    /// <summary>The page, relative to the repository.</summary>
    public string File { get; }

    /// <summary>Its blocks, from top to bottom.</summary>
    public IReadOnlyList<PageBlock> Blocks { get; }

    /// <summary>A text with the ports of this page: only on loopback, and none that another test has.</summary>
    public string WithOwnPorts(string text) => Port().Replace(
        text.Replace("\"*:", "\"127.0.0.1:", StringComparison.Ordinal),
        match => _ports.TryGetValue(match.Value, out string? port) ? port : _ports[match.Value] = FreePort.Take().ToString(CultureInfo.InvariantCulture));

    private List<PageBlock> Read()
    {
        string[] lines = WithOwnPorts(System.IO.File.ReadAllText(Path.Combine(Repository.Root, File)).ReplaceLineEndings("\n")).Split('\n');
        List<PageBlock> blocks = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (Fence().Match(lines[i]) is not { Success: true } fence)
                continue;
            int end = Array.FindIndex(lines, i + 1, line => line.Trim() == "```");
            Assert.True(end > 0, $"{File}({i + 1}): the block has no end.");
            string before = lines[..i].LastOrDefault(line => line.Length > 0) ?? "";
            int exit = fence.Groups["exit"].Success ? int.Parse(fence.Groups["exit"].Value, CultureInfo.InvariantCulture) : 0;
            blocks.Add(new(fence.Groups["language"].Value, NameIn(before), exit, string.Concat(lines[(i + 1)..end].Select(line => line + "\n")), i + 1));
            i = end;
        }

        return blocks;
    }

    // A fence says no file by itself, so that pages read well; the sentence before it does.
    private static string? NameIn(string line) => line.EndsWith(':') && FileName().Matches(line) is [.., Match last] ? last.Groups["path"].Value : null;

    [GeneratedRegex("^ *```(?<language>\\S*)( exit=(?<exit>[0-9]))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex("`(?<path>[A-Za-z0-9][A-Za-z0-9./_-]*\\.(json|csv|csx|hl7|map|sh|xml|txt))`", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();

    [GeneratedRegex("(?<=127\\.0\\.0\\.1:|localhost:|--mllp |\"127\\.0\\.0\\.1\", )[0-9]{4,5}\\b")]
    private static partial Regex Port();
}
