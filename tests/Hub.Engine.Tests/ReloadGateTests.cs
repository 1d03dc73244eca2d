using System.Text;
using Hub.Testing;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tests;

/// <summary>A changed channel file is used only when the channel's tests pass.</summary>
public sealed class ReloadGateTests
{
    private const string New = """[ { "type": "setField", "path": "MSH-5", "value": "NEW" } ]""";

    [Fact]
    public async Task A_version_that_fails_a_test_is_refused_and_the_running_one_goes_on()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(WithTest(Samples.Adt("1")), Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, steps: New)));
        await sender.SendAsync(Samples.Adt("2"));

        (string state, IReadOnlyList<string> problems) = hub.Status("adt");
        Assert.Equal("Running", state);
        string problem = Assert.Single(problems);
        Assert.Contains("HUB1124 channel adt: The test a01", problem, StringComparison.Ordinal);
        Assert.Contains("to out MSH-5", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("MPI", problem, StringComparison.Ordinal);
        Assert.Equal(Samples.Adt("2"), Encoding.UTF8.GetString(await receiver.NextAsync()));
    }

    [Fact]
    public async Task A_script_that_makes_itself_without_end_is_refused_and_the_running_version_goes_on()
    {
        await using MllpReceiver receiver = new();
        TestFolder folder = WithTest(Samples.Adt("1"), ("channels/x.csx", "var n = 1;"));
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "script", "file": "x.csx" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await hub.ChangeFilesAsync(() => folder.Write("channels/x.csx", "class Node { public Node Next = new Node(); }\nvar n = new Node();"));

        Assert.Contains("HUB1124 channel adt: The test a01", Assert.Single(hub.Status("adt").Problems), StringComparison.Ordinal);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("2"))).Code);
    }

    [Fact]
    public async Task A_refused_version_is_used_once_its_test_is_right()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(WithTest(Samples.Adt("1")), Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, steps: New)));
        Assert.NotEmpty(hub.Status("adt").Problems);

        string changed = Samples.Adt("1").Replace("|MPI|", "|NEW|", StringComparison.Ordinal);
        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/tests/adt/a01.out.hl7", changed));
        await sender.SendAsync(Samples.Adt("2"));

        Assert.Empty(hub.Status("adt").Problems);
        Assert.Contains("|NEW|", Encoding.UTF8.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_a_test_alone_changes_nothing_that_runs()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(WithTest(Samples.Adt("1")), Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/tests/adt/a01.out.hl7", "wrong"));

        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Empty(hub.Status("adt").Problems);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("2"))).Code);
    }

    [Fact]
    public async Task A_new_channel_that_fails_a_test_does_not_start_and_others_go_on()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(WithTest("wrong"), Samples.PassThrough("other", receiver.Port));
        using MllpSender other = await MllpSender.ConnectAsync(hub.Port("other"));

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port)));

        Assert.Equal("Refused", hub.Status("adt").State);
        Assert.NotEmpty(hub.Status("adt").Problems);
        Assert.Equal("AA", (await other.SendAsync(Samples.Adt("2"))).Code);
    }

    [Fact]
    public async Task A_broken_case_refuses_a_change_as_a_failing_one_does()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(WithTest(Samples.Adt("1"), ("channels/tests/adt/b.json", "{ \"imput\": {} }")), Samples.PassThrough("adt", receiver.Port));

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, steps: "[ ]")));

        Assert.Contains("HUB1020", Assert.Single(hub.Status("adt").Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_found_at_first_start_runs_and_its_failing_tests_are_told()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = WithTest("wrong");
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        using WaitingLog log = new("The test a01");
        HubOptions options = new() { Channels = folder.Path("channels"), Data = folder.Path("data"), Secrets = folder.Path("secrets"), Urls = "http://127.0.0.1:0" };
        await using HubServer hub = new(options, Wiring.Journal(options.Data, log.Factory), TimeProvider.System, log.Factory);

        ChannelStatus status = Assert.Single(await hub.StartAsync(CancellationToken.None));
        Assert.Equal("Running", status.State);
        string warning = await log.Told.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("HUB1124", warning, StringComparison.Ordinal);
        Assert.Contains("It runs all the same", warning, StringComparison.Ordinal);
    }

    // HubHost takes the folder away with itself.
    private static TestFolder WithTest(string expected, params (string Name, string Text)[] more)
    {
        TestFolder folder = new();
        folder.Write("channels/tests/adt/a01.in.hl7", Samples.Adt("1"));
        folder.Write("channels/tests/adt/a01.out.hl7", expected);
        foreach ((string name, string text) in more)
            folder.Write(name, text);
        return folder;
    }

    /// <summary>A log that tells when a line with some words was written.</summary>
    private sealed class WaitingLog(string words) : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource<string> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ILoggerFactory? _factory;

        public ILoggerFactory Factory => _factory ??= LoggerFactory.Create(builder => builder.AddProvider(this));

        public Task<string> Told => _told.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string line = formatter(state, exception);
            if (line.Contains(words, StringComparison.Ordinal))
                _told.TrySetResult(line);
        }

        public void Dispose()
        {
        }
    }
}
