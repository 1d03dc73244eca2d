using System.Text;
using Hub.Channels.Config;
using Hub.Channels.Destinations.Tcp;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Sending over bare TCP in every framing, to receivers that do everything wrong.</summary>
public sealed class TcpDestinationTests : IDisposable
{
    private const string Marks = """{ "type": "startEnd", "start": "\u0002", "end": "\u0003" }""";
    private const string Lines = """{ "type": "delimiter", "end": "\r\n" }""";

    private readonly ScriptedPeer _receiver = new();
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(Marks, "\u0002content\u0003", "\u0002\u0006\u0003")]
    [InlineData(Lines, "content\r\n", "\u0006\r\n")]
    [InlineData("""{ "type": "lengthPrefix", "lengthBytes": 1 }""", "\u0007content", "\u0001\u0006")]
    [InlineData("""{ "type": "lengthPrefix", "lengthBytes": 2, "byteOrder": "littleEndian", "countsItself": true }""", "\u0009\0content", "\u0003\0\u0006")]
    [InlineData("""{ "type": "lengthPrefix" }""", "\0\0\0\u0007content", "\0\0\0\u0001\u0006")]
    public async Task F15_messages_and_answers_are_framed_alike_and_follow_each_other_on_one_connection(string framing, string frame, string answer)
    {
        await using TcpDestination destination = Open(framing);
        RawPeer? line = null;
        for (int round = 0; round < 5; round++)
        {
            Task<DeliveryResult> sending = SendAsync(destination, "content");
            line ??= await _receiver.AcceptAsync();
            Assert.Equal(frame, await line.ReadAsync(frame.Length));
            await line.SendOneByOneAsync(answer);
            DeliveryResult result = await sending;
            Assert.Equal((DeliveryVerdict.Sent, "ACK"), (result.Verdict, result.AnswerCode));
        }

        Assert.False(_receiver.HasAnother);
        line!.Dispose();
    }

    [Fact]
    public async Task F15_with_endOfConnection_each_message_has_a_connection_of_its_own()
    {
        await using TcpDestination destination = Open("""{ "type": "endOfConnection" }""", """, "accepted": "OK" """);
        for (int round = 0; round < 3; round++)
        {
            Task<DeliveryResult> sending = SendAsync(destination, "content");
            using RawPeer line = await _receiver.AcceptAsync();
            Assert.Equal("content", await line.DrainAsync());
            await line.SendAsync(round == 1 ? "NO" : "OK");
            line.EndSending();
            Assert.Equal(round == 1 ? DeliveryVerdict.Retry : DeliveryVerdict.Sent, (await sending).Verdict);
        }
    }

    [Theory]
    [InlineData("\u0002\u0015\u0003", DeliveryVerdict.Retry, "NAK", "NAK", false)]
    [InlineData("\u0002OK\u0003", DeliveryVerdict.Retry, null, "\"accepted\"", true)]
    [InlineData("\u0002\u0003", DeliveryVerdict.Retry, null, "\"accepted\"", true)]
    public async Task L3_another_answer_is_no_delivery(string answer, DeliveryVerdict verdict, string? code, string reason, bool closes)
    {
        await using TcpDestination destination = Open(Marks);
        Task<DeliveryResult> sending = SendAsync(destination, "content");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadToAsync("\u0003");
        await line.SendAsync(answer);
        DeliveryResult result = await sending;
        Assert.Equal((verdict, code), (result.Verdict, result.AnswerCode));
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        if (closes)
            Assert.True(await line.EndsAsync());
    }

    [Theory]
    [InlineData("""{ "type": "lengthPrefix", "countsItself": true }""", "\0\0\0\u0001")]
    [InlineData("""{ "type": "lengthPrefix" }""", "\u00ff\u00ff\u00ff\u00ff")]
    [InlineData(Marks, "64 KiB")]
    public async Task S04_what_is_no_frame_closes_and_is_sent_again(string framing, string sent)
    {
        await using TcpDestination destination = Open(framing);
        Task<DeliveryResult> sending = SendAsync(destination, "content");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadToAsync("content");
        await line.SendAsync(sent == "64 KiB" ? new string('x', (64 * 1024) + 1) : sent + new string('x', 8 * 1024));
        Assert.Equal(DeliveryVerdict.Retry, (await sending.WaitAsync(TimeSpan.FromSeconds(60))).Verdict);
        // Up to the end of the connection, which comes.
        await line.DrainAsync();
    }

    [Fact]
    public async Task S04_an_answer_too_many_is_not_taken_for_the_next_message()
    {
        await using TcpDestination destination = Open(Marks);
        Task<DeliveryResult> sending = SendAsync(destination, "content");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadToAsync("\u0003");
        await line.SendAsync("\u0002\u0006\u0003\u0002\u0006\u0003");
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
        Task<DeliveryResult> next = SendAsync(destination, "content");
        using RawPeer again = await _receiver.AcceptAsync();
        await again.ReadToAsync("\u0003");
        await again.SendAsync("\u0002\u0015\u0003");
        Assert.Equal("NAK", (await next).AnswerCode);
    }

    [Fact]
    public async Task S02_a_connection_that_was_closed_between_messages_is_made_anew()
    {
        await using TcpDestination destination = Open(Marks);
        for (int round = 0; round < 3; round++)
        {
            Task<DeliveryResult> sending = SendAsync(destination, "content");
            using RawPeer line = await _receiver.AcceptAsync();
            await line.ReadToAsync("\u0003");
            await line.SendAsync("\u0002\u0006\u0003");
            Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
        }
    }

    [Theory]
    [InlineData(Marks, "con\u0003tent")]
    [InlineData(Marks, "con\u0002tent")]
    [InlineData(Lines, "con\r\ntent")]
    [InlineData("""{ "type": "delimiter", "end": "\r\r" }""", "content\r")]
    [InlineData("""{ "type": "lengthPrefix", "lengthBytes": 1 }""", "256")]
    [InlineData(Marks, "")]
    public async Task F15_a_message_that_has_no_place_in_the_frame_is_parked_and_nothing_is_sent(string framing, string content)
    {
        await using TcpDestination destination = Open(framing);
        DeliveryResult result = await SendAsync(destination, content == "256" ? new string('x', 256) : content);
        Assert.Equal(DeliveryVerdict.Refused, result.Verdict);
        Assert.NotEmpty(result.Reason!);
        Assert.False(_receiver.HasAnother);
    }

    [Fact]
    public async Task S08_answers_that_nobody_waits_for_keep_the_connection()
    {
        await using TcpDestination destination = Open(Marks, """, "waitForAnswer": false""");
        RawPeer? line = null;
        for (int round = 0; round < 5; round++)
        {
            DeliveryResult result = await SendAsync(destination, "content");
            Assert.Equal((DeliveryVerdict.Sent, null), (result.Verdict, result.AnswerCode));
            line ??= await _receiver.AcceptAsync();
            Assert.Equal("\u0002content\u0003", await line.ReadToAsync("\u0003"));
            await line.SendAsync("\u0002\u0006\u0003");
        }

        Assert.False(_receiver.HasAnother);
        line!.Dispose();
    }

    [Fact]
    public async Task S08_with_endOfConnection_the_receiver_gets_the_whole_message()
    {
        await using TcpDestination destination = Open("""{ "type": "endOfConnection" }""", """, "waitForAnswer": false""");
        string content = new('x', 1_000_000);
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(destination, content)).Verdict);
        using RawPeer line = await _receiver.AcceptAsync();
        await line.SendAsync("something");
        Assert.Equal(content.Length, (await line.DrainAsync()).Length);
    }

    [Fact]
    public async Task S03_HL7_answers_are_matched_and_judged_by_their_code()
    {
        await using TcpDestination destination = Open(Marks, """, "answer": "hl7" """);
        Task<DeliveryResult> sending = SendAsync(destination, Samples.Adt("1"));
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadToAsync("\u0003");
        await line.SendAsync(Framed(ScriptedPeer.Answer("AA", "0")) + Framed(ScriptedPeer.Answer("AE", "1")));
        DeliveryResult result = await sending;
        Assert.Equal((DeliveryVerdict.Refused, "AE"), (result.Verdict, result.AnswerCode));
    }

    [Theory]
    [InlineData("OK", """{ "code": ["OK"], "then": "accept" }""", DeliveryVerdict.Sent)]
    [InlineData("OK", """{ "text": "MSA", "then": "accept" }""", DeliveryVerdict.Retry)]
    [InlineData("AE", """{ "text": "MSA", "then": "accept" }""", DeliveryVerdict.Sent)]
    public async Task L3_a_code_that_HL7_does_not_have_is_a_delivery_only_where_a_rule_names_it(string code, string rule, DeliveryVerdict verdict)
    {
        await using TcpDestination destination = Open(Marks, $$""", "answer": "hl7", "replies": [{{rule}}]""");
        Task<DeliveryResult> sending = SendAsync(destination, Samples.Adt("1"));
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadToAsync("\u0003");
        await line.SendAsync(Framed(ScriptedPeer.Answer(code, "1")));
        Assert.Equal(verdict, (await sending).Verdict);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_told_with_what_to_do()
    {
        _receiver.Dispose();
        await using TcpDestination destination = Open(Marks);
        DeliveryResult result = await SendAsync(destination, "content");
        Assert.Equal($"127.0.0.1:{_receiver.Port} refused the connection. Is the receiver running, and is this its port?", result.Reason);
    }

    [Theory]
    [InlineData("\"framing\": " + Marks + ", \"accepted\": \"\"", "$.accepted", 1474)]
    [InlineData("\"framing\": " + Marks + ", \"accepted\": \"O\\u0003K\"", "$.accepted", 1474)]
    [InlineData("\"framing\": " + Marks + ", \"accepted\": \"OK\", \"waitForAnswer\": false", "$.accepted", 1474)]
    [InlineData("\"framing\": " + Marks + ", \"accepted\": \"OK\", \"answer\": \"hl7\"", "$.accepted", 1474)]
    [InlineData("\"framing\": " + Marks + ", \"accepted\": \"ł\"", "$.accepted", ProblemCodes.NotUnderstood)]
    [InlineData("\"framing\": { \"type\": \"delimiter\", \"end\": \"\\r\" }, \"answer\": \"hl7\"", "$.framing.end", 1343)]
    [InlineData("\"framing\": { \"type\": \"startEnd\", \"start\": \"\\u0002\" }", "$.framing.end", 1340)]
    [InlineData("\"framing\": { \"type\": \"lengthPrefix\", \"lengthBytes\": 3 }", "$.framing.lengthBytes", 1341)]
    [InlineData("\"framing\": " + Marks + ", \"answerTimeoutSeconds\": 0", "$.answerTimeoutSeconds", 1402)]
    [InlineData("\"framing\": " + Marks + ", \"connectTimeoutSeconds\": 0", "$.connectTimeoutSeconds", 1403)]
    [InlineData("\"framing\": " + Marks + ", \"replies\": [{ \"code\": [\"AR\"], \"then\": \"retry\" }]", "$.replies[0].code", 1452)]
    public void What_cannot_be_meant_is_told_with_its_place(string members, string path, int code)
    {
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems($$"""{ "id": "lab", "type": "tcp", "endpoint": "lab.example:6000", {{members}} }""", out DestinationConfig? _));
        Assert.Equal((code, path), (problem.Code, problem.Path));
    }

    public void Dispose() => _receiver.Dispose();

    private static string Framed(string answer) => $"\u0002{answer[1..^2]}\u0003";

    private TcpDestination Open(string framing, string members = "") => new(
        (TcpDestinationConfig)TestChannels.Read<DestinationConfig>($$"""{ "id": "lab", "type": "tcp", "endpoint": "127.0.0.1:{{_receiver.Port}}", "framing": {{framing}}{{members}} }"""),
        new("adt", _time, NullLoggerFactory.Instance));

    private static Task<DeliveryResult> SendAsync(TcpDestination destination, string content) =>
        destination.SendAsync(new(new(1), 1, 1, Encoding.Latin1.GetBytes(content)), CancellationToken.None);
}
