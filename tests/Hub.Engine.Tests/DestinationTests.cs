using System.Text;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Hub.Testing;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine.Tests;

/// <summary>Destinations beyond MLLP through the whole Hub, and what their answers make of a delivery.</summary>
public sealed class DestinationTests
{
    [Fact]
    public async Task A_message_goes_out_over_HTTP()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        await using HubHost hub = await HubHost.StartAsync(Http(receiver, """, "headers": { "Idempotency-Key": "${channel.id}-${message.id}" }"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        await hub.UntilAsync(DeliveryState.Sent, 1);

        ReceivedRequest request = Assert.Single(receiver.Requests);
        Assert.Equal((Samples.Adt("1"), "/patients/9990000018"), (Encoding.UTF8.GetString(request.Body), request.Target));
        Assert.Equal($"adt-{hub.Journal.Find(new()).Single().Id}", request.Headers["Idempotency-Key"].ToString());
        Assert.Equal("200", Only(hub).History.Single().AnswerCode);
    }

    [Fact]
    public async Task A_message_goes_out_over_TCP()
    {
        using ScriptedPeer receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Channel($$"""{ "id": "out", "type": "tcp", "endpoint": "127.0.0.1:{{receiver.Port}}", "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" } }"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("1"));
        using RawPeer line = await receiver.AcceptAsync();
        Assert.Equal($"\u0002{Samples.Adt("1")}\u0003", await line.ReadToAsync("\u0003"));
        await line.SendAsync("\u0002\u0006\u0003");
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("ACK", Only(hub).History.Single().AnswerCode);
    }

    [Fact]
    public async Task A_message_to_the_log_is_delivered()
    {
        await using HubHost hub = await HubHost.StartAsync(Channel("""{ "id": "out", "type": "log" }"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        await hub.UntilAsync(DeliveryState.Sent, 1);
    }

    [Fact]
    public async Task S09_the_next_try_is_due_when_the_receiver_asked_for_it()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        await using HubHost hub = await HubHost.StartAsync(Http(receiver));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(journal => journal.Find(new()).Any(message => message.Deliveries.Any(delivery => delivery.Attempts == 1)));
        StoredDelivery delivery = Only(hub);
        StoredAttempt first = delivery.History.Single();
        Assert.InRange(delivery.DueAt!.Value - (first.StartedAt + first.Duration), TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(125));
    }

    [Fact]
    public async Task A_rule_parks_when_its_time_is_over()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("maintenance");
        };
        await using HubHost hub = await HubHost.StartAsync(Http(receiver, """, "replies": [{ "status": ["404"], "text": "maintenance", "then": "retry", "for": "1s" }]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Parked, 1);
        Assert.True(receiver.Requests.Count > 1);
        Assert.StartsWith("Given up after 1 seconds. ", Only(hub).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_over_MLLP_takes_a_known_error_for_a_delivery()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, destination: """, "replies": [{ "code": ["AE"], "text": "msa\\|ae", "then": "accept" }]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("AE", Only(hub).History.Single().AnswerCode);
    }

    [Theory]
    [InlineData(120, 120)]
    [InlineData(0, 1)]
    public void S09_the_wait_that_was_asked_for_holds_but_never_below_the_first_wait(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackOff.After(new(), attempt: 20, random: 0.9, TimeSpan.FromSeconds(asked)));

    private static StoredDelivery Only(HubHost hub) => hub.Journal.Read(hub.Journal.Find(new()).Single().Id)!.Deliveries.Single();

    private static string Http(HttpReceiver receiver, string members = "") => Channel(
        $$"""{ "id": "out", "type": "http", "endpoint": "http://127.0.0.1:{{receiver.Port}}/patients/${PID-3.1}", "retry": { "firstDelaySeconds": 0.05, "maxDelaySeconds": 0.1 }{{members}} }""");

    private static string Channel(string destination) =>
        $$"""{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [ {{destination}} ] }""";
}
