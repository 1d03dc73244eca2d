using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub deliveries</c> and <c>hub destinations</c>, beside a running Hub and without one.</summary>
public sealed class DeliveryCommandTests
{
    [Fact]
    public async Task Deliveries_are_listed_released_edited_and_skipped_and_destinations_paused_beside_a_running_Hub_and_without_one()
    {
        bool isRight = false;
        await using MllpReceiver receiver = new();
        receiver.Answer = _ => isRight ? "AA" : "AE";
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        string[] at = ["--data", folder.Path("data"), "--channels", folder.Path("channels")];
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            for (int i = 1; i <= 4; i++)
            {
                await sender.SendAsync(Samples.Adt($"{i}"));
                await receiver.NextAsync();
            }

            await PausedAsync(folder, "Paused");
            Assert.Contains("Sending", (await HubProcess.RunAsync(["destinations", "resume", "adt", "out", .. at])).Output, StringComparison.Ordinal);
            CommandResult list = await HubProcess.RunAsync("deliveries", "--parked", "--data", folder.Path("data"), "--json");
            using JsonDocument found = JsonDocument.Parse(list.Output);
            Assert.Equal([1, 2, 3, 4], found.RootElement.EnumerateArray().Select(one => one.GetProperty("delivery").GetInt32()));

            isRight = true;
            CommandResult released = await HubProcess.RunAsync(["deliveries", "release", "1", "9", "--reason", "table put right", .. at]);
            Assert.Equal((1, "1: released: it waits for its turn\n9: There is no delivery 9. Find it with: hub deliveries\n"), (released.Exit, released.Output.ReplaceLineEndings("\n")));
            await receiver.NextAsync();
            string file = folder.Write("fixed.hl7", Samples.Adt("2").Replace("PRAWF", "PROBE", StringComparison.Ordinal).Replace('\r', '\n'));
            Assert.Equal(0, (await HubProcess.RunAsync(["deliveries", "edit", "2", "--content", file, .. at])).Exit);
            Assert.Equal(Samples.Adt("2").Replace("PRAWF", "PROBE", StringComparison.Ordinal), System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
            await hub.TerminateAsync();
        }

        Assert.Contains("Stopped", (await HubProcess.RunAsync("destinations", "--data", folder.Path("data"))).Output, StringComparison.Ordinal);
        CommandResult skipped = await HubProcess.RunAsync(["deliveries", "skip", "3", "--json", .. at]);
        Assert.True(JsonDocument.Parse(skipped.Output).RootElement[0].GetProperty("done").GetBoolean(), skipped.Output + skipped.Errors);
        Assert.Equal(0, (await HubProcess.RunAsync(["deliveries", "release", "--channel", "adt", "--all", .. at])).Exit);
        CommandResult shown = await HubProcess.RunAsync("show", "1", "--data", folder.Path("data"));
        Assert.Contains($"released by {Environment.UserName}: table put right", shown.Output, StringComparison.Ordinal);
        await using HubProcess again = await HubProcess.StartAsync(folder);
        Assert.Equal(Samples.Adt("4"), System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
    }

    [Theory]
    [InlineData("deliveries release", "Which deliveries?")]
    [InlineData("deliveries release --channel adt", "Which deliveries?")]
    [InlineData("deliveries release --all", "Which deliveries?")]
    [InlineData("deliveries skip 1 --channel adt --all", "not both")]
    [InlineData("deliveries move 1", "--to")]
    [InlineData("deliveries edit 1", "--content")]
    [InlineData("destinations pause adt", "DESTINATION")]
    public async Task What_does_not_say_which_deliveries_does_nothing_to_any(string line, string told)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Exit);
        Assert.Contains(told, result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task PausedAsync(TestFolder folder, string state)
    {
        string[] at = ["--data", folder.Path("data"), "--channels", folder.Path("channels")];
        CommandResult wrong = await HubProcess.RunAsync(["destinations", "pause", "adt", "ou", .. at]);
        Assert.Equal(3, wrong.Exit);
        Assert.Contains("has no destination ou that sends. It has out.", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await HubProcess.RunAsync(["destinations", "pause", "adt", "out", "--reason", "new server", .. at])).Exit);
        CommandResult look = await HubProcess.RunAsync("destinations", "--data", folder.Path("data"), "--json");
        JsonElement status = JsonDocument.Parse(look.Output).RootElement[0];
        Assert.Equal((state, "new server"), (status.GetProperty("state").GetString(), status.GetProperty("reason").GetString()));
    }
}
