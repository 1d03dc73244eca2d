using System.Text;
using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Engine.Templates;

// A draft is written into a folder of its own first, where the same code as hub check and hub test looks at it. Only what passes comes
// into the folder of the channels, its tests before it: a running Hub never sees a half of it, and nothing is ever overwritten.

/// <summary>Why a draft cannot become a channel.</summary>
/// <param name="Option">What the person gave: <c>ID</c>, <c>--listen</c>, <c>--endpoint</c>, <c>--folder</c>.</param>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record DraftProblem(string Option, string Text)
{
    public override string ToString() => $"{Option}: {Text}";
}

/// <summary>Checks, tests and writes new channels of one folder.</summary>
internal sealed class ChannelMaker
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly ComponentCatalog _catalog = Wiring.Catalog();
    private readonly HubOptions _options;
    private readonly string? _schema;

    /// <exception cref="IOException">There is no such folder, or it cannot be read.</exception>
    public ChannelMaker(HubOptions options)
    {
        if (!Directory.Exists(options.Channels))
            throw new IOException($"There is no folder {options.Channels}. Make it (mkdir {options.Channels}), or name another one with --channels.");
        _options = options;
        _schema = File.Exists(Path.Combine(options.Channels, ChannelLoader.SchemaFile)) ? ChannelLoader.SchemaFile : null;
    }

    /// <summary>Fills in what was not given: the next port that no channel of the folder has, and a place on this machine to send to.</summary>
    public ChannelDraft Draft(ChannelTemplate template, string id, string? listen, string? target)
    {
        PortsTaken ports = new(Wiring.Loader(_catalog, _options).LoadFolder(_options.Channels).Channels, _options.Urls);
        // What was given is taken first, so that the one that is made up is another.
        ports.Add(listen);
        ports.Add(target);
        listen ??= template.Source.Port is { } first ? $"127.0.0.1:{ports.Take(first)}" : "";
        target ??= template.Destination.Default(id, template.Destination.Port is { } away ? ports.Take(away) : 0);
        return new(template, id, listen, target);
    }

    /// <summary>Finds what is wrong with a draft, as <c>hub check</c> would with its file.</summary>
    public IReadOnlyList<DraftProblem> Check(ChannelDraft draft)
    {
        using Staging staging = new();
        LoadedChannel loaded = Wiring.Loader(_catalog, _options).LoadInto(_options.Channels, staging.Write("channel.json", draft.ToJson(_schema)));
        // The path is made from the id, so what is wrong with it is told of the id.
        List<DraftProblem> problems = [.. loaded.Problems.Where(problem => problem.JsonPath != "$.source.path").Select(problem => new DraftProblem(OptionOf(problem, draft), problem.Text))];
        if (problems.All(problem => problem.Option != "ID") && Existing(draft.Id) is { } existing)
            problems.Add(new("ID", $"{existing} is there already, and nothing is overwritten. Give another id, or delete it."));
        if (draft.Listen.Length > 0 && (draft.Target == draft.Listen || draft.Target == $"http://{draft.Listen}/{draft.Id}"))
            problems.Add(new(draft.Template.Destination.Option, $"The channel listens at {draft.Listen} itself, so its messages would go round for ever. Name the receiver."));
        return problems;
    }

    /// <summary>Runs the test that the draft brings, as <c>hub test</c> would.</summary>
    /// <returns>Why it fails; nothing when it passes.</returns>
    public async Task<IReadOnlyList<string>> TestAsync(ChannelDraft draft, CancellationToken stopping)
    {
        using Staging staging = new();
        string file = staging.Write($"{draft.Id}.json", draft.ToJson(_schema));
        foreach ((string name, string content) in draft.Tests)
            staging.Write(Path.Combine("tests", draft.Id, name), content);
        ChannelTester tester = new(_catalog, TimeProvider.System);
        ChannelResult result = (await tester.RunAsync(tester.Load(file).Channels, null, 1, stopping))[0];
        return [.. result.Problems.Concat(result.Cases.SelectMany(one => one.Problems)).Select(problem => problem.Text).Concat(result.Cases.SelectMany(one => one.Differences).Select(difference => $"{difference}"))];
    }

    /// <summary>Writes the channel and its test.</summary>
    /// <returns>The files, the channel file first.</returns>
    /// <exception cref="IOException">They cannot be written; nothing is left of them.</exception>
    public IReadOnlyList<string> Write(ChannelDraft draft)
    {
        string channel = FileOf(draft.Id);
        string tests = TestsOf(draft.Id);
        // No *.json until it is whole, so that nobody reads a half.
        string whole = Path.Combine(_options.Channels, $".{draft.Id}.json.new");
        bool isNew = !Directory.Exists(tests);
        try
        {
            WriteNew(whole, draft.ToJson(_schema));
            Directory.CreateDirectory(tests);
            string[] cases = [.. draft.Tests.Select(test => WriteNew(Path.Combine(tests, test.Name), test.Content))];
            File.Move(whole, channel, overwrite: false);
            return [channel, .. cases];
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            File.Delete(whole);
            if (isNew && Directory.Exists(tests))
                Directory.Delete(tests, recursive: true);
            throw new IOException($"The channel cannot be written into {_options.Channels}: {reason.Message} Nothing was made. Check the rights of the folder, or name another one with --channels.", reason);
        }
    }

    /// <summary>The file that a channel of this id gets.</summary>
    public string FileOf(string id) => Path.Combine(_options.Channels, $"{id}.json");

    private string TestsOf(string id) => Path.Combine(_options.Channels, "tests", id);

    private string? Existing(string id) => File.Exists(FileOf(id)) ? FileOf(id) : Directory.Exists(TestsOf(id)) ? TestsOf(id) : null;

    private static string WriteNew(string path, string content)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(s_utf8.GetBytes(content));
        return path;
    }

    private static string OptionOf(ChannelProblem problem, ChannelDraft draft) => problem.JsonPath switch
    {
        "$.id" => "ID",
        _ when problem.JsonPath.StartsWith("$.source", StringComparison.Ordinal) => "--listen",
        _ when problem.JsonPath.StartsWith("$.destinations", StringComparison.Ordinal) => draft.Template.Destination.Option,
        _ => draft.Template.Name,
    };

    private sealed class Staging : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-new-");

        public string Write(string name, string content)
        {
            string path = Path.Combine(_folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return WriteNew(path, content);
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
