using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Deliveries that are in hand when the file that sends them changes or goes.</summary>
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
}
