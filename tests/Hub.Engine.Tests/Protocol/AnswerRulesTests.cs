using System.Globalization;
using System.Text;
using Hub.Testing;

namespace Hub.Engine.Tests.Protocol;

/// <summary>What stands in an answer, through the socket of a whole Hub.</summary>
public sealed class AnswerRulesTests
{
    private const string WithoutId = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01||P|2.5\rPID|1||77\r";
    private const string OnlyAdt = """, "accept": { "messages": ["ADT"] }""";

    [Theory]
    [InlineData("ADT^A01^ADT_A01", "2.5.1", "ACK^A01^ACK")]
    [InlineData("ADT^A01", "2.3", "ACK")]
    [InlineData("ADT", "2.5", "ACK")]
    public async Task A02_The_header_is_made_from_that_of_the_message(string type, string version, string answered)
    {
        string[] fields = (await AnswerAsync($"MSH|^~\\&|WARD^1.2^ISO|NORTH^2^L|MPI^3|CENTRAL^4|20260301083015||{type}|ID 7^x|T|{version}|||||GBR|8859/1|cy\rPID|||1\r"))[0].Split('|');

        Assert.Equal(["^~\\&", "MPI^3", "CENTRAL^4", "WARD^1.2^ISO", "NORTH^2^L"], fields[1..6]);
        Assert.True(DateTimeOffset.TryParseExact(fields[6].Insert(fields[6].Length - 2, ":"), "yyyyMMddHHmmss.fffzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), fields[6]);
        Assert.Equal(answered, fields[8]);
        Assert.InRange(fields[9].Length, 1, 20);
        Assert.NotEqual("ID 7^x", fields[9]);
        Assert.Equal(["T", version], fields[10..12]);
        Assert.Equal(["", "", "", "", "", "8859/1"], fields[12..18]);
    }

    [Theory]
    [InlineData("ADT^A01", "2.5", "MSA|AA|ID7")]
    [InlineData("ORU^R01", "2.5", "MSA|AR|ID7|Unsupported message type")]
    [InlineData("ORU^R01", "2.7", "MSA|AR|ID7")]
    public async Task A03_MSA_tells_code_and_control_id_and_text_only_before_2_7_and_nothing_of_the_patient(string type, string version, string told)
    {
        string[] segments = await AnswerAsync($"MSH|^~\\&|A|B|C|D|20260301||{type}|ID7|P|{version}\rPID|||9990000018||PRAWF^Gwen\r");
        Assert.Equal(told, segments[1]);
        Assert.DoesNotContain(segments, segment => segment.Contains("PRAWF", StringComparison.Ordinal) || segment.Contains("9990000018", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("  ")]
    public async Task A08_A_message_without_a_control_id_is_an_error_at_its_place(string id)
    {
        string[] segments = await AnswerAsync(WithoutId.Replace("||P|", $"|{id}|P|", StringComparison.Ordinal));
        string[] msa = segments[1].Split('|');
        Assert.Equal(["MSA", "AE", id], msa[..3]);
        string[] err = segments[2].Split('|');
        Assert.Equal(("ERR", "MSH^1^10", "101"), (err[0], err[2], err[3].Split('^')[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("  ")]
    public async Task A08_A_message_without_a_control_id_is_taken_and_delivered_each_time_where_the_listener_takes_it(string id)
    {
        string message = WithoutId.Replace("||P|", $"|{id}|P|", StringComparison.Ordinal);
        await using MllpReceiver receiver = new() { ControlIdOf = _ => id };
        await using HubHost hub = await HubHost.StartAsync(
            Samples.PassThrough("adt", receiver.Port, source: """, "requireControlId": false """, steps: """[ { "type": "splitMessage", "by": "batch" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        // D01 is off for it: the same bytes again are a new message, alone and in a batch.
        for (int i = 0; i < 4; i++)
        {
            string answer = (await sender.SendAsync(i < 2 ? message : $"BHS|^~\\&|PAS\r{message}BTS|1\r")).Text;
            Assert.Contains("\rMSA|AA|", answer, StringComparison.Ordinal);
            Assert.Equal(message, Encoding.UTF8.GetString(await receiver.NextAsync()));
        }
    }

    private static async Task<string[]> AnswerAsync(string message)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: OnlyAdt));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        return (await sender.SendAsync(message)).Text.TrimEnd('\r').Split('\r');
    }
}
