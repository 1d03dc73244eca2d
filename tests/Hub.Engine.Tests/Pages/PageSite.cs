using System.Text;
using System.Text.RegularExpressions;
using Hub.Channels;
using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests.Pages;

// A page is a site that its reader makes from top to bottom. So is the test: it writes the files that the page names, runs the
// commands where they stand, and compares what they write. What a block is, is told by its language and by the line before it:
//   `PATH`: and any language   the file PATH (segments of *.hl7 end with CR)
//   json                       a piece of a channel file, loaded within a small one when the page is through
//   sh, sh exit=1              commands; text after it: lines of their output, in order, … for anything
//   text after a file          what the running Hub says to it
//   csharp                     the script of the channel named last
//   in, then out or reject     a message for the channel named last, and what becomes of it
// Anything else fails the test.

/// <summary>The site that one page makes.</summary>
internal sealed partial class PageSite(Page page) : IAsyncDisposable
{
    private static readonly ComponentCatalog s_catalog = Wiring.Catalog();

    private readonly TestFolder _folder = new();
    private readonly List<(PageBlock Block, string Json)> _pieces = [];
    private readonly Dictionary<string, int> _changed = [];
    private readonly Dictionary<string, PageBlock> _files = [];
    private PageShell? _shell;
    private string? _channel;
    private string? _input;
    private string? _output;
    private bool _isAfterFile;

    private PageShell Shell => _shell ??= new(_folder);

    /// <summary>Does what the page says.</summary>
    public async Task RunAsync()
    {
        Directory.CreateDirectory(Site());
        // README.md stands in the repository, whose channels its examples are about; service pages copy from it.
        if (page.File == "README.md")
            CopyFolder(Path.Combine(Repository.Root, "channels"), Site("channels"));
        foreach (PageBlock block in page.Blocks)
            await RunAsync(block);
        await CheckFilesAsync();
        foreach ((PageBlock block, string json) in _pieces)
            CheckChannel(block, Write("channels/fragment.json", json));
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
            await _shell.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RunAsync(PageBlock block)
    {
        string? output = _output;
        bool isAfterFile = _isAfterFile;
        _output = null;
        _isAfterFile = false;
        switch (block.Language)
        {
            case "sh":
                _output = await RunCommandsAsync(block);
                break;
            case "text" when output is not null:
                if (PageOutput.Missing(block.Text, output) is { } missing)
                    Fail(block, $"the command does not write this line (after those before it):\n{missing}\nIt writes:\n{output}");
                break;
            case "text" when isAfterFile && Shell.HasHub:
                foreach (string part in PageOutput.LongestParts(block.Text))
                    await Shell.UntilLogAsync(part, 0);
                break;
            case "in":
                _input = block.Text;
                break;
            case "out" or "reject":
                CompareOutcome(block);
                break;
            case "csharp":
                Write(ScriptOfChannel(block), block.Text);
                break;
            case not ("" or "text") when block.Path is not null:
                WriteFile(block);
                _isAfterFile = true;
                break;
            case "json" when PageFragment.Complete(block.Text, s_catalog) is { } json:
                _pieces.Add((block, json));
                break;
            default:
                Fail(block, "nothing says what this block is. Name its file in the line before it (`channels/lab.json`:), or see PageSite for what is known.");
                break;
        }
    }

    private void WriteFile(PageBlock block)
    {
        string path = block.Path!;
        bool isHl7 = path.EndsWith(".hl7", StringComparison.Ordinal);
        if (Path.GetDirectoryName(path) == "channels" && path.EndsWith(".json", StringComparison.Ordinal))
        {
            // A version that the page replaces is looked at while it is there.
            if (_files.TryGetValue(path, out PageBlock? before))
                CheckChannel(before, Site(path));
            _channel = path;
            if (_shell is { HasHub: true } shell && File.Exists(Site(path)))
                _changed[Follows(path)] = shell.CountInLog(Follows(path));
        }

        _files[path] = block;
        Write(path, isHl7 ? block.Text.Replace('\n', '\r') : block.Text);
    }

    private static string Follows(string path) => $"Channel {Path.GetFileNameWithoutExtension(path)} follows its changed file";

    private async Task<string> RunCommandsAsync(PageBlock block)
    {
        StringBuilder output = new();
        List<string> together = [];
        int exit = 0;
        async Task FlushAsync()
        {
            if (together.Count == 0)
                return;
            Assert.True(exit == 0, $"{page.File}({block.Line}): exit status {exit}\n{output}");
            (exit, string written) = await Shell.RunAsync(string.Join('\n', together));
            output.Append(written);
            together.Clear();
        }

        foreach (string command in PageCommands.Split(block.Text).Where(command => PageCommands.WhyNot(command) is null))
        {
            bool stays = PageCommands.Stays(command);
            if (stays || Waits().IsMatch(command))
                await FlushAsync();
            if (stays)
                output.Append(await Shell.StartAsync(Comment().Replace(command, "")));
            else
                together.Add(await ReadyAsync(command));
        }

        await FlushAsync();
        Assert.True(exit == block.Exit, $"{page.File}({block.Line}): exit status {exit}, and the page says {block.Exit}\n{output}");
        return output.ToString();
    }

    // Readers are slower than the Hub; the test is not.
    private async Task<string> ReadyAsync(string command)
    {
        if (Waits().Match(command) is not { Success: true } match)
            return command;
        foreach ((string follows, int before) in _changed)
            await Shell.UntilLogAsync(follows, before);
        _changed.Clear();
        if (match.Groups["file"].Success)
            await Shell.UntilFileAsync(match.Groups["file"].Value);
        return command;
    }

    private void CompareOutcome(PageBlock block)
    {
        if (_channel is null || _input is null)
        {
            Fail(block, "no channel or message stands before it.");
            return;
        }

        ChannelConfig config = CheckChannel(block, Site(_channel));
        ChannelModel model = ChannelModel.Build(config, Site("channels"), s_catalog);
        bool isHl7 = _input.StartsWith("MSH", StringComparison.Ordinal);
        byte[] message = Encoding.UTF8.GetBytes(isHl7 ? _input.Replace('\n', '\r') : _input);
        PipelineOutcome outcome = model.Pipeline.Run(new(1), message, CaseConfig.DefaultNow);
        string expected = block.Text.TrimEnd('\n');
        if (block.Language == "reject")
            Assert.EndsWith(expected, Assert.Single(outcome.Problems).Text, StringComparison.Ordinal);
        else if (outcome.Deliveries.Count == 0)
            Fail(block, $"nothing comes out: {outcome.State} {string.Join(' ', outcome.Problems.Select(problem => problem.Text))}");
        else
            Assert.Equal(expected, Encoding.UTF8.GetString((outcome.Deliveries[0].Content ?? message).Span).ReplaceLineEndings("\n").TrimEnd('\n'));
    }

    private string ScriptOfChannel(PageBlock block)
    {
        Match script = ScriptFile().Match(_channel is null ? "" : File.ReadAllText(Site(_channel)));
        if (!script.Success)
            Fail(block, "no channel with a script stands before it.");
        return $"channels/{script.Groups["file"].Value}";
    }

    // Where the page has environments, its channels are only whole with one of them.
    private async Task CheckFilesAsync()
    {
        PageBlock[] channels = [.. _files.Where(file => Path.GetDirectoryName(file.Key) == "channels" && file.Key.EndsWith(".json", StringComparison.Ordinal)).Select(file => file.Value)];
        if (_files.Keys.Any(path => path.StartsWith("environments/", StringComparison.Ordinal)))
        {
            (int exit, string output) = await Shell.RunAsync("hub check --all-environments");
            Assert.True(exit == 0, $"{page.File}: {output}");
        }
        else
        {
            foreach (PageBlock channel in channels)
                CheckChannel(channel, Site(channel.Path!));
        }
    }

    // Settings are stand-ins, as in channel tests.
    private ChannelConfig CheckChannel(PageBlock block, string path)
    {
        LoadedChannels loaded = new ChannelTester(s_catalog, TimeProvider.System).Load(path);
        Assert.True(loaded.Problems.Count == 0, $"{page.File}({block.Line}): {string.Join('\n', loaded.Problems)}");
        return loaded.Channels.Single().Config!;
    }

    private void Fail(PageBlock block, string text) => Assert.Fail($"{page.File}({block.Line}): {text}");

    private string Site(string path = "") => _folder.Path("site", path);

    private string Write(string path, string text) => _folder.Write($"site/{path}", text);

    private void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (file.EndsWith(".json", StringComparison.Ordinal))
                File.WriteAllText(copy, page.WithOwnPorts(File.ReadAllText(file)));
            else
                File.Copy(file, copy);
        }
    }

    [GeneratedRegex("""^(cat (?<file>out/\S+)|hub (send|replay) |curl |openssl s_client|\()""", RegexOptions.ExplicitCapture)]
    private static partial Regex Waits();

    [GeneratedRegex(@"\s+# .*$")]
    private static partial Regex Comment();

    [GeneratedRegex("\"file\": \"(?<file>[^\"]+\\.csx)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex ScriptFile();
}
