using System.Text;
using System.Text.Json;
using Hub.Testing;
using Microsoft.Data.Sqlite;

namespace Hub.Engine.Tests;

/// <summary><c>hub journal</c> and the keys of the journal, as an operator meets them: a real Hub, real files.</summary>
public sealed class JournalCommandTests : IDisposable
{
    private const string Patient = "4711000815";

    private readonly TestFolder _folder = new();

    private string Data => _folder.Path("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Beside_a_running_Hub_the_journal_is_checked_backed_up_gets_a_new_key_and_shows_nothing_of_patients()
    {
        await using MllpReceiver receiver = new();
        _folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        string backup = _folder.Path("backup.db");
        await using (HubProcess hub = await HubProcess.StartAsync(_folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("M0", Patient))).Code);
            using CancellationTokenSource enough = new();
            Task<int> sending = SendAsync(sender, enough.Token);
            Assert.Equal(0, (await HubProcess.RunAsync("journal", "backup", backup, "--data", Data)).Exit);
            CommandResult key = await HubProcess.RunAsync("journal", "rotate-key", "--data", Data, "--json");
            Assert.Equal(0, key.Exit);
            Assert.True(File.Exists(JsonDocument.Parse(key.Output).RootElement.GetProperty("key").GetString()));
            await enough.CancelAsync();
            int sent = await sending;
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("M0", Patient))).Code);
            CommandResult check = await HubProcess.RunAsync("journal", "check", "--data", Data, "--json");
            Assert.Equal((0, ""), (check.Exit, check.Errors));
            JsonElement report = JsonDocument.Parse(check.Output).RootElement;
            Assert.True(report.GetProperty("whole").GetBoolean());
            Assert.Equal(sent + 1, report.GetProperty("encrypted").GetInt32());
            // The message sent again after the key changed is the one from before.
            Assert.Contains("Duplicate", (await HubProcess.RunAsync("messages", "--control-id", "M0", "--data", Data)).Output, StringComparison.Ordinal);
            AssertSilent();
            await hub.TerminateAsync();
        }

        AssertSilent();
        Assert.True((await File.ReadAllBytesAsync(backup)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Patient)) < 0);
        CommandResult restored = await HubProcess.RunAsync("journal", "restore", backup, "--data", _folder.Path("restored"), "--keys", _folder.Path("data.keys"), "--json");
        Assert.Equal(0, restored.Exit);
        Assert.True(JsonDocument.Parse(restored.Output).RootElement.GetProperty("check").GetProperty("whole").GetBoolean());
        CommandResult shown = await HubProcess.RunAsync("show", "1", "--raw", "--data", _folder.Path("restored"));
        Assert.Equal((Samples.Adt("M0", Patient), ""), (shown.Output, shown.Errors));
    }

    [Fact]
    public async Task A_damaged_journal_is_told_with_exit_status_1_and_its_message_is_parked_and_not_delivered()
    {
        await using MllpReceiver receiver = new();
        _folder.WriteChannel(Samples.PassThrough("adt", 1));
        await using (HubProcess hub = await HubProcess.StartAsync(_folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("M1", Patient))).Code);
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("M2", Patient))).Code);
            await hub.TerminateAsync();
        }

        Flip(Path.Combine(Data, "journal.db"));
        CommandResult check = await HubProcess.RunAsync("journal", "check", "--data", Data);
        Assert.Equal(1, check.Exit);
        Assert.Contains("HUB5031 message 1: Its content is damaged", check.Errors, StringComparison.Ordinal);
        _folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using HubProcess again = await HubProcess.StartAsync(_folder);
        Assert.Contains("M2", Encoding.ASCII.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
        CommandResult parked = await HubProcess.RunAsync("messages", "--delivery", "Parked", "--data", Data, "--json");
        JsonElement message = Assert.Single(JsonDocument.Parse(parked.Output).RootElement.EnumerateArray());
        Assert.Contains("HUB5030", message.GetProperty("deliveries")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        CommandResult shown = await HubProcess.RunAsync("show", "1", "--content", "--data", Data);
        Assert.Equal(3, shown.Exit);
        Assert.Contains("HUB5030", shown.Errors, StringComparison.Ordinal);
        CommandResult replayed = await HubProcess.RunAsync("replay", "1", "--data", Data, "--channels", _folder.Path("channels"));
        Assert.Equal(1, replayed.Exit);
        Assert.Contains("HUB5030", replayed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_key_the_Hub_does_not_start_and_says_what_to_do()
    {
        _folder.WriteChannel(Samples.PassThrough("adt", 1));
        await using (HubProcess hub = await HubProcess.StartAsync(_folder))
            await hub.TerminateAsync();
        Directory.Move(_folder.Path("data.keys"), _folder.Path("away"));
        HubEndedException ended = await Assert.ThrowsAsync<HubEndedException>(() => HubProcess.StartAsync(_folder));
        Assert.Equal(3, ended.Exit);
        Assert.Contains("HUB5021", ended.Message, StringComparison.Ordinal);
        Assert.Contains("--keys", ended.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("data.keys")));
        await using HubProcess again = await HubProcess.StartAsync(_folder, "--keys", _folder.Path("away"));
        Assert.Equal(0, (await HubProcess.RunAsync("journal", "check", "--data", Data)).Exit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Encryption_is_off_only_when_that_is_said_and_the_log_warns_of_it(bool byVariable)
    {
        _folder.WriteChannel(Samples.PassThrough("adt", 1));
        HubSurroundings around = byVariable ? new() { Environment = new Dictionary<string, string> { ["HUB_ENCRYPTION"] = "off" } } : HubSurroundings.None;
        await using HubProcess hub = await HubProcess.StartAsync(_folder, around, byVariable ? [] : ["--encryption", "off"]);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("M1", Patient));
        Assert.Contains(Files(), file => file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Patient)) >= 0);
        // No key of the journal; those of the pages' cookies are in a folder below.
        Assert.Empty(Directory.GetFiles(_folder.Path("data.keys")));
        CommandResult key = await HubProcess.RunAsync("journal", "rotate-key", "--data", Data);
        Assert.Equal(3, key.Exit);
        Assert.Contains("HUB5028", key.Errors, StringComparison.Ordinal);
        await hub.TerminateAsync();
        Assert.Contains("is not encrypted from here on", hub.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_neither_on_nor_off_starts_no_Hub()
    {
        Assert.Equal(2, (await HubProcess.RunAsync("run", "--data", Data, "--encryption", "maybe")).Exit);
        HubSurroundings around = new() { Environment = new Dictionary<string, string> { ["HUB_ENCRYPTION"] = "yes" } };
        HubEndedException ended = await Assert.ThrowsAsync<HubEndedException>(() => HubProcess.StartAsync(_folder, around));
        Assert.Contains("HUB_ENCRYPTION is \"yes\"", ended.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    private static async Task<int> SendAsync(MllpSender sender, CancellationToken enough)
    {
        int sent = 1;
        do
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt($"M{sent++}", Patient))).Code);
        while (!enough.IsCancellationRequested);
        return sent;
    }

    private void AssertSilent() => Assert.All(Files(), file => Assert.True(file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Patient)) < 0));

    private List<byte[]> Files()
    {
        List<byte[]> files = [];
        foreach (string file in Directory.GetFiles(Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            files.Add(bytes);
        }

        return files;
    }

    // One bit of the content of message 1, found by its neighbours: a sealed value begins with the number of the opening and its nonce,
    // and those of the content are the first that are made.
    private static void Flip(string journal)
    {
        byte[] stored;
        using (SqliteConnection file = new($"Data Source={journal};Pooling=False"))
        {
            file.Open();
            using SqliteCommand command = file.CreateCommand();
            command.CommandText = "SELECT bytes FROM content WHERE id = 1";
            stored = (byte[])command.ExecuteScalar()!;
        }

        byte[] bytes = File.ReadAllBytes(journal);
        int at = bytes.AsSpan().IndexOf(stored.AsSpan(0, 30));
        Assert.True(at > 0);
        bytes[at + 20] ^= 1;
        File.WriteAllBytes(journal, bytes);
    }
}
