using Hub.Contracts;
using Hub.Testing;
using Microsoft.Data.Sqlite;

namespace Hub.Engine.Tests;

/// <summary>Deliveries that are in hand when the file that sends them changes or goes, and outcomes that the journal refuses.</summary>
public sealed class DeliveryLeavingTests
{
    [Theory]
    [InlineData(DeliveryOperation.Move)]
    [InlineData(DeliveryOperation.Skip)]
    public async Task Nothing_is_done_to_a_delivery_that_the_version_before_is_sending_to_a_destination_that_is_no_more(DeliveryOperation operation)
    {
        using ScriptedPeer receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        using RawPeer line = await receiver.AcceptAsync();
        await line.ReadToAsync("\u001c\r");
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel("""{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [ { "id": "spare", "type": "log" } ] }"""));

        (bool done, string outcome) = (await hub.OperateAsync(operation, [1], to: "spare")).Single();
        Assert.False(done);
        Assert.StartsWith("Delivery 1 is being sent at this moment.", outcome, StringComparison.Ordinal);
        await line.SendAsync(ScriptedPeer.Answer("AA", "1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("out", hub.Journal.Read(new(1))!.Deliveries.Single().Destination);
    }

    [Fact]
    public async Task Nothing_is_done_to_a_delivery_that_a_channel_which_is_no_more_is_sending()
    {
        using ScriptedPeer receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt")))
            await sender.SendAsync(Samples.Adt("1"));
        using RawPeer line = await receiver.AcceptAsync();
        await line.ReadToAsync("\u001c\r");
        await hub.ChangeFilesAsync(() => File.Delete(hub.Folder.Path("channels", "adt.json")));

        Assert.False((await hub.OperateAsync(DeliveryOperation.Skip, [1])).Single().Done);
        await line.SendAsync(ScriptedPeer.Answer("AA", "1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
    }

    // A damaged or foreign schema is what SQLite says the same of each time; the other deliveries must not wait for it for ever.
    [Theory]
    [InlineData("AA", "Sent", 1, true)]
    [InlineData("AR", "Queued", 0, false)]
    public async Task An_outcome_that_the_journal_refuses_parks_its_delivery_and_the_others_go_on(string answer, string outcome, int state, bool isMaybeDelivered)
    {
        TestFolder kept = new();
        await using MllpReceiver receiver = new();
        receiver.Answer = message => receiver.ControlIdOf(message) == "refused" ? answer : "AA";
        string channel = Samples.PassThrough("adt", receiver.Port).Replace("\"maxDelaySeconds\": 0.1", "\"maxDelaySeconds\": 3600", StringComparison.Ordinal).Replace("\"firstDelaySeconds\": 0.05", "\"firstDelaySeconds\": 3600", StringComparison.Ordinal);
        HubHost first = await HubHost.StartAsync(kept, channel);
        await first.StopAsync();
        using (SqliteConnection file = new($"Data Source={kept.Path("data", "journal.db")};Pooling=False"))
        {
            file.Open();
            using SqliteCommand command = file.CreateCommand();
            command.CommandText = $"CREATE TRIGGER refuse BEFORE INSERT ON attempt WHEN NEW.delivery = 1 AND NEW.state = {state} BEGIN SELECT RAISE(ABORT, 'refused'); END";
            command.ExecuteNonQuery();
        }

        using RecordedLog log = new();
        await using HubHost second = await HubHost.StartAsync(kept, TimeProvider.System, log, channel);
        using MllpSender sender = await MllpSender.ConnectAsync(second.Port("adt"));
        await sender.SendAsync(Samples.Adt("refused"));
        await second.UntilAsync(DeliveryState.Parked, 1);
        Assert.Contains($"refuses to record that delivery 1 is {outcome}", await log.NextAsync(4047), StringComparison.Ordinal);
        StoredDelivery parked = second.Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((1, isMaybeDelivered), (parked.Attempts, parked.MaybeDelivered));
        Assert.StartsWith($"Try 1 made it {outcome}, which the journal refused to record.", parked.Reason, StringComparison.Ordinal);

        await sender.SendAsync(Samples.Adt("next"));
        await second.UntilAsync(DeliveryState.Sent, 1);
        await second.ChangeFilesAsync(() => second.Folder.WriteChannel(channel.Replace("3600", "1800", StringComparison.Ordinal)));
        await sender.SendAsync(Samples.Adt("reloaded"));
        await second.UntilAsync(DeliveryState.Sent, 2);
        Assert.Equal(["refused", "next", "reloaded"], receiver.Messages.Select(message => receiver.ControlIdOf(message)));
    }
}
