using Hub.Contracts;
using Hub.Testing;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>HL7 sequence numbers (MSH-13), through the whole Hub.</summary>
public sealed class SequenceNumberTests : IAsyncLifetime, IDisposable
{
    private readonly MllpReceiver _receiver = new();
    private HubHost _hub = null!;
    private MllpSender _sender = null!;

    public async Task InitializeAsync()
    {
        _hub = await HubHost.StartAsync(Channel(_receiver.Port));
        _sender = await MllpSender.ConnectAsync(_hub.Port("adt"));
    }

    public void Dispose() => _sender.Dispose();

    public async Task DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Q01_without_the_setting_numbers_mean_nothing()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("plain", _receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("plain"));
        Assert.Equal("MSA|AA|1", (await sender.SendAsync(Message("1", sequence: "7"))).Segment("MSA"));
        Assert.Equal("MSA|AA|2", (await sender.SendAsync(Message("2", sequence: "3"))).Segment("MSA"));
    }

    [Fact]
    public async Task Q01_messages_without_a_number_are_taken_as_they_come()
    {
        await SendAsync("1", "5");
        Assert.Equal("MSA|AA|2", (await _sender.SendAsync(Samples.Adt("2"))).Segment("MSA"));
        Assert.Equal(("AA", "6"), await SendAsync("3", "6"));
    }

    [Fact]
    public async Task Q02_zero_asks_which_number_is_expected_and_is_not_processed()
    {
        Assert.Equal(("AA", "-1"), await SendAsync("0", "0"));
        Assert.Equal(("AA", "5"), await SendAsync("1", "5"));
        Assert.Equal(("AA", "6"), await SendAsync("00", "0"));
        Assert.Equal("MSA|AA|000||6", (await _sender.SendAsync("MSH|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301083015||^|000|P|2.5|0\r")).Segment("MSA"));
        await DeliveredAsync("1");
        Assert.Equal(["sequence-start"], _hub.Journal.Find(new() { ControlId = "00" }).Single().Flags);
    }

    [Fact]
    public async Task Q03_minus_one_begins_anew_with_the_next_number()
    {
        await SendAsync("1", "5");
        Assert.Equal(("AA", "-1"), await SendAsync("r", "-1"));
        Assert.Equal(("AA", "-1"), await SendAsync("0", "0"));
        Assert.Equal(("AA", "100"), await SendAsync("2", "100"));
        Assert.Equal(("AE", "101"), await SendAsync("3", "5"));
        await DeliveredAsync("1", "2");
    }

    [Fact]
    public async Task Q04_the_expected_number_is_taken_and_told()
    {
        for (int i = 1; i <= 3; i++)
            Assert.Equal(("AA", $"{i}"), await SendAsync($"{i}", $"{i}"));
        await DeliveredAsync("1", "2", "3");
    }

    [Fact]
    public async Task Q04_messages_that_are_sent_ahead_are_judged_one_after_the_other()
    {
        for (int i = 1; i <= 20; i++)
            await _sender.PostAsync(Samples.Bytes(Message($"{i}", sequence: i == 20 ? "99" : $"{i}")));
        for (int i = 1; i <= 20; i++)
            Assert.Equal(i == 20 ? ("AE", "20") : ("AA", $"{i}"), (await _sender.AnswerAsync()) is { } answer ? (answer.Code, answer.Field("MSA", 4)) : default);
    }

    [Fact]
    public async Task Q04_what_is_refused_for_its_content_keeps_its_turn()
    {
        await SendAsync("1", "1");
        TestAnswer refused = await _sender.SendAsync(Message("2", sequence: "2", type: "ORU^R01"));
        Assert.Equal(("AR", "2"), (refused.Code, refused.Field("MSA", 4)));
        Assert.Equal(("AA", "2"), await SendAsync("2b", "2"));
    }

    [Fact]
    public async Task Q05_the_last_number_again_is_accepted_and_not_processed()
    {
        await SendAsync("1", "1");
        await SendAsync("2", "2");
        Assert.Equal(("AA", "3"), await SendAsync("2", "2"));
        TestAnswer again = await _sender.SendAsync(Message("2", sequence: "2").Replace("PID|", "PID|1", StringComparison.Ordinal));
        Assert.Equal(("AA", "3"), (again.Code, again.Segment("MSA").Split('|')[^1]));
        await DeliveredAsync("1", "2");
        Assert.Equal([MessageState.Filtered, MessageState.Duplicate, MessageState.Accepted], _hub.Journal.Find(new() { ControlId = "2" }).Select(message => message.State));
    }

    // Another message with that number was never accepted, so it must not hear that it was.
    [Fact]
    public async Task Q05_another_message_with_the_last_number_is_refused()
    {
        await SendAsync("1", "1");
        Assert.Equal(("AE", "2"), await SendAsync("other", "1"));
        Assert.Equal(MessageState.Rejected, _hub.Journal.Find(new() { ControlId = "other" }).Single().State);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("1")]
    [InlineData("-2")]
    [InlineData("x")]
    public async Task Q06_any_other_number_is_an_error_and_is_taken_when_its_turn_comes(string number)
    {
        for (int i = 1; i <= 2; i++)
            await SendAsync($"{i}", $"{i}");
        TestAnswer answer = await _sender.SendAsync(Message("n", sequence: number));
        Assert.Contains("MSA-4", answer.Field("ERR", 8), StringComparison.Ordinal);
        Assert.Equal(("MSA|AE|n|Application internal error|3", "ERR||MSH^1^13|207^Application internal error^HL70357|E"), (answer.Segment("MSA"), answer.Segment("ERR").Split("|||message")[0]));
        Assert.Equal(("AA", "3"), await SendAsync("3", "3"));
        await DeliveredAsync("1", "2", "3");
    }

    [Fact]
    public async Task Q06_a_message_that_came_too_early_is_processed_when_it_comes_again()
    {
        await SendAsync("1", "1");
        Assert.Equal(("AE", "2"), await SendAsync("3", "3"));
        Assert.Equal(("AA", "2"), await SendAsync("2", "2"));
        Assert.Equal(("AA", "3"), await SendAsync("3", "3"));
        await DeliveredAsync("1", "2", "3");
    }

    [Fact]
    public async Task Q06_in_enhanced_mode_the_accept_answer_tells_it()
    {
        await SendAsync("1", "1");
        TestAnswer answer = await _sender.SendAsync(Message("3", "AL", "AL", sequence: "3"));
        Assert.Equal(("CE", "2"), (answer.Code, answer.Field("MSA", 4)));
        answer = await _sender.SendAsync(Message("2", "AL", "NE", sequence: "2"));
        Assert.Equal(("CA", "2"), (answer.Code, answer.Field("MSA", 4)));
    }

    [Fact]
    public async Task Q06_the_number_survives_a_restart()
    {
        using TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Channel(_receiver.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
            await sender.SendAsync(Message("1", sequence: "41"));
        await first.StopAsync();

        HubHost second = await HubHost.StartAsync(folder);
        using (MllpSender sender = await MllpSender.ConnectAsync(second.Port("adt")))
        {
            Assert.Equal("42", (await sender.SendAsync(Message("2", sequence: "50"))).Field("MSA", 4));
            Assert.Equal("AA", (await sender.SendAsync(Message("3", sequence: "42"))).Code);
        }

        await second.StopAsync();
    }

    private static string Channel(int port) => Samples.PassThrough("adt", port, source: """, "sequenceNumbers": true, "accept": { "messages": ["ADT"] } """);

    private async Task<(string Code, string Expected)> SendAsync(string controlId, string sequence)
    {
        TestAnswer answer = await _sender.SendAsync(Message(controlId, sequence: sequence));
        return (answer.Code, answer.Field("MSA", 4));
    }

    private async Task DeliveredAsync(params string[] controlIds)
    {
        await _hub.UntilAsync(DeliveryState.Sent, controlIds.Length);
        Assert.Equal(controlIds, _receiver.Messages.Select(message => System.Text.Encoding.UTF8.GetString(message).Split('|')[9]));
    }
}
