using Hub.Contracts;
using Hub.Testing;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>What the sender of a batch hears (protocol B02, B04), through the whole Hub.</summary>
public sealed class BatchAnswerTests : IAsyncLifetime, IDisposable
{
    private const string Header = "BHS|^~\\&|PAS|H|HUB|C|2026||||B77\r";
    private const string Divide = """[ { "type": "splitMessage", "by": "batch" } ]""";

    private readonly MllpReceiver _receiver = new();
    private HubHost _hub = null!;
    private MllpSender _sender = null!;

    public async Task InitializeAsync()
    {
        string steps = """[ { "type": "splitMessage", "by": "batch" }, { "type": "filter", "when": { "path": "PID-8", "in": ["F", "M"] }, "otherwise": "reject" } ]""";
        _hub = await HubHost.StartAsync(Samples.PassThrough("batches", _receiver.Port, steps: steps, source: """, "accept": { "messages": ["ADT"], "versions": ["2.5"] } """));
        _sender = await MllpSender.ConnectAsync(_hub.Port("batches"));
    }

    public void Dispose() => _sender.Dispose();

    public async Task DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData("", "BTS|3\r", "BTS^1^1", 0)]
    [InlineData("FHS|^~\\&|PAS\r", "BTS|2\rFTS|4\r", "FTS^1^1", 1)]
    public async Task B02_a_wrong_count_refuses_every_message_in_a_response_batch(string before, string trailer, string place, int file)
    {
        TestAnswer answer = await _sender.SendAsync($"{before}{Header}{Message("a")}{Message("b")}{trailer}");

        string[] segments = Segments(answer);
        string[] names = ["BHS", "MSH", "MSA", "ERR", "MSH", "MSA", "ERR", "BTS"];
        Assert.Equal(file == 0 ? names : ["FHS", .. names, "FTS"], segments.Select(segment => segment[..3]));
        Assert.Equal(["MSA|AE|a|Segment sequence error", "MSA|AE|b|Segment sequence error"], All(segments, "MSA"));
        Assert.All(All(segments, "ERR"), error => Assert.StartsWith($"ERR||{place}|100^", error, StringComparison.Ordinal));
        Assert.All(All(segments, "MSH"), header => Assert.Contains("|P|2.5", header, StringComparison.Ordinal));
        Assert.Equal("B77", segments[file].Split('|')[11]);
        Assert.Equal(0, _receiver.Count);
    }

    private static string TwoBatches(int lastCount) =>
        $"FHS|^~\\&|PAS|H|HUB|C|2026||f.hl7||F9\rBHS|^~\\&|WARD|H|HUB|C|2026||||B1\r{Message("a")}{Message("b")}BTS|2\r"
        + $"BHS#*~\\&#LAB#L#HUB#C#2026####B2\r{Message("c")}BTS#{lastCount}\rFTS|2\r";

    [Fact]
    public async Task B04_each_batch_of_a_file_is_answered_by_one_of_its_own_within_FHS_and_FTS()
    {
        string[] segments = Segments(await _sender.SendAsync(TwoBatches(1)));

        Assert.Equal(["FHS", "BHS", "MSH", "MSA", "MSH", "MSA", "BTS", "BHS", "MSH", "MSA", "BTS", "FTS"], segments.Select(segment => segment[..3]));
        Assert.Equal(["MSA|AA|a", "MSA|AA|b", "MSA|AA|c"], All(segments, "MSA"));
        // Sender and receiver change places, and each names what it answers, with the delimiters of that.
        Assert.Equal(("HUB C PAS H", "F9"), Of(segments[0], '|'));
        Assert.Equal(("HUB C WARD H", "B1"), Of(segments[1], '|'));
        Assert.Equal(("HUB C LAB L", "B2"), Of(segments[7], '#'));
        Assert.Equal(["BTS|2", "BTS#1", "FTS|2"], segments.Where(segment => segment[1] == 'T'));
        // Every control id of the answer is one of its own.
        string[] ids = [.. All(segments, "FHS").Concat(All(segments, "BHS")).Select(segment => segment.Split(segment[3])[10]), .. All(segments, "MSH").Select(segment => segment.Split('|')[9])];
        Assert.Equal((6, 6, true), (ids.Length, ids.Distinct().Count(), ids.All(id => id.Length is > 0 and <= 20)));
        await _hub.UntilAsync(DeliveryState.Sent, 3);

        static (string Systems, string Answered) Of(string header, char separator) => (string.Join(' ', header.Split(separator)[2..6]), header.Split(separator)[11]);
    }

    [Fact]
    public async Task B02_of_a_file_of_batches_the_messages_of_the_miscounted_one_are_told_so_and_the_others_that_nothing_is_wrong_with_them()
    {
        string[] segments = Segments(await _sender.SendAsync(TwoBatches(7)));

        Assert.Equal(["AR a", "AR b", "AE c"], All(segments, "MSA").Select(segment => string.Join(' ', segment.Split('|')[1..3])));
        Assert.Equal(["BTS|2", "BTS#1", "FTS|2"], segments.Where(segment => segment[1] == 'T'));
        Assert.StartsWith("ERR||BTS^2^1|100^", All(segments, "ERR")[^1], StringComparison.Ordinal);
        Assert.Equal(0, _receiver.Count);
    }

    [Fact]
    public async Task B04_batches_without_FHS_are_answered_by_batches_alone_and_a_file_without_BHS_by_one_batch_in_a_file()
    {
        string[] batches = Segments(await _sender.SendAsync($"{Header}{Message("a")}BTS|1\r{Header}BTS|0\r"));
        Assert.Equal(["BHS", "MSH", "MSA", "BTS", "BHS", "BTS"], batches.Select(segment => segment[..3]));
        string[] file = Segments(await _sender.SendAsync($"FHS|^~\\&|PAS|H|HUB|C|2026||||F7\r{Message("b")}FTS|1\r"));
        Assert.Equal(["FHS", "BHS", "MSH", "MSA", "BTS", "FTS"], file.Select(segment => segment[..3]));
        Assert.Equal(("F7", "F7", "FTS|1"), (file[0].Split('|')[11], file[1].Split('|')[11], file[^1]));
    }

    [Fact]
    public async Task A13_B04_a_batch_of_answers_gets_none_where_batches_are_not_divided_either()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("single", _receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("single"));
        Assert.Empty(await sender.AnswersAsync($"{Header}{Message("r", type: "ACK^A01^ACK", body: "MSA|AA|q\r")}BTS|1\r"));
    }

    [Fact]
    public async Task B02_a_batch_of_no_messages_with_a_wrong_count_is_answered_by_one_acknowledgment_with_a_header_of_its_own()
    {
        TestAnswer answer = await _sender.SendAsync($"{Header}BTS|2\r");
        Assert.Equal(("AE", "B77"), (answer.Code, answer.ControlId));
        Assert.Equal(("HUB", "PAS", "ACK", "P", "2.5"), (answer.Field("MSH", 3), answer.Field("MSH", 5), answer.Field("MSH", 9), answer.Field("MSH", 11), answer.Field("MSH", 12)));
    }

    [Fact]
    public async Task B04_each_message_is_told_its_own_errors_and_the_others_that_nothing_is_wrong_with_them()
    {
        string batch = $"{Header}{Message("a")}{Message("b", version: "2.3")}{Message("c")}{Message("", type: "ADT^A08")}BTS|4\r";

        string[] segments = Segments(await _sender.SendAsync(batch));

        Assert.Equal(["AR a", "AR b", "AR c", "AE "], All(segments, "MSA").Select(segment => string.Join(' ', segment.Split('|')[1..3])));
        string[] errors = All(segments, "ERR");
        Assert.Equal(4, errors.Length);
        Assert.StartsWith("ERR|||207^", errors[0], StringComparison.Ordinal);
        Assert.Contains("another one of its batch", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("ERR|MSH^1^12^203", errors[1], StringComparison.Ordinal);
        Assert.StartsWith("ERR|||207^", errors[2], StringComparison.Ordinal);
        Assert.StartsWith("ERR||MSH^1^10|101^", errors[3], StringComparison.Ordinal);
        Assert.Equal([2, 4], _hub.Journal.Find(new()).Single().Problems.Select(problem => problem.BatchMessage));
        Assert.Equal(0, _receiver.Count);
        Assert.Equal(All(segments, "MSA"), All(Segments(await _sender.SendAsync(batch)), "MSA"));
    }

    [Fact]
    public async Task B04_a_message_that_a_step_rejects_is_the_one_that_is_told_why()
    {
        TestAnswer answer = await _sender.SendAsync($"{Header}{Message("a")}{Message("b", body: "PID|||1|||||X\r")}BTS|2\r");
        Assert.Equal(["AR a", "AE b"], All(Segments(answer), "MSA").Select(segment => string.Join(' ', segment.Split('|')[1..3])));
    }

    [Fact]
    public async Task A05_several_messages_in_a_block_are_told_to_come_one_at_a_time_where_batches_are_not_divided()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("single", _receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("single"));
        string other = Message("a") + Message("b").Replace('|', '!');
        // The other one's delimiters cannot be used, so it is no message; nor is it a part of the first.
        string strange = Message("a") + Message("b").Replace("|^~\\&", "#*~\\\\#", StringComparison.Ordinal).Replace('|', '#');
        string[] ended = [strange, strange.Replace("\r", "\r\n", StringComparison.Ordinal), strange.Replace('\r', '\n')];
        foreach (string block in new[] { Message("a") + Message("b"), other, other.Replace('\r', '\n'), $"{Header}{Message("a")}BTS|1\r", $"{Message("a")}BTS|1\r", $"{Message("a")}{Header}PID|||9990000026\r" }.Concat(ended))
        {
            TestAnswer answer = await sender.SendAsync(block);
            Assert.Equal(("AR", "Several messages in one block are not taken here. Send them one at a time."), (answer.Code, answer.Field("ERR", 8)));
        }

        Assert.All(hub.Journal.Find(new()), message => Assert.Equal(MessageState.Rejected, message.State));
        Assert.Equal(0, _receiver.Count);
    }

    [Theory]
    [InlineData('\r', "AR")]
    [InlineData('\n', "CA")]
    public async Task A05_B01_a_line_of_text_that_begins_like_a_header_gets_one_acknowledgment_and_is_text_within_a_field(char before, string code)
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("single", _receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("single"));
        string message = Message("a", accept: "AL", body: $"PID|||1\rNTE|1||Moved to{before}MSH - Main Street Hospital\rPV1||I\r");

        TestAnswer answer = await sender.SendAsync(message);

        Assert.Equal((code, "a"), (answer.Code, answer.ControlId));
        Assert.Equal(code == "CA" ? ["MSH", "MSA"] : ["MSH", "MSA", "ERR"], Segments(answer).Select(segment => segment[..3]));
        if (code == "CA")
            Assert.Equal(Samples.Bytes(message), await _receiver.NextAsync());
    }

    // Longer than what is kept of a message that is too large.
    [Theory]
    [InlineData("|B77", "B77")]
    [InlineData("", "m1")]
    public async Task B04_F06_a_batch_over_the_limit_is_refused_as_a_whole(string number, string named)
    {
        string source = """, "maxMessageBytes": 8192, "batchAnswer": "errorsOnly" """;
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("small", _receiver.Port, source: source, steps: Divide));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("small"));

        TestAnswer answer = await sender.SendAsync($"BHS|^~\\&|PAS|H|HUB|C|2026|||{number}\r{string.Concat(Enumerable.Range(1, 80).Select(i => Message($"m{i}")))}BTS|80\r");

        Assert.Equal(["MSH", "MSA", "ERR"], Segments(answer).Select(segment => segment[..3]));
        Assert.Equal(("AR", named), (answer.Code, answer.ControlId));
    }

    [Theory]
    [InlineData("all", "AA a,AE b,AA c")]
    [InlineData("errorsOnly", "AE b")]
    public async Task A12_B04_each_message_of_a_batch_is_told_what_its_receiver_made_of_it(string kept, string told)
    {
        _receiver.Answer = message => message.AsSpan().IndexOf("|b|"u8) >= 0 ? "AE" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("delivered", _receiver.Port, source: $", \"acknowledge\": \"delivered\", \"batchAnswer\": \"{kept}\"", steps: Divide));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("delivered"));
        // D01: the second time as it is known then.
        for (int i = 0; i < 2; i++)
        {
            string[] segments = Segments(await sender.SendAsync($"{Header}{Message("a")}{Message("b")}{Message("c")}BTS|3\r"));
            Assert.Equal(told, string.Join(',', All(segments, "MSA").Select(segment => string.Join(' ', segment.Split('|')[1..3]))));
            Assert.StartsWith("ERR|||207^", Assert.Single(All(segments, "ERR")), StringComparison.Ordinal);
        }

        Assert.Equal(3, _receiver.Count);
    }

    [Theory]
    [InlineData("all", "AA a,AE b")]
    [InlineData("errorsOnly", "AE b")]
    public async Task A12_B04_each_message_of_a_batch_waits_for_the_destination_that_it_goes_to(string kept, string told)
    {
        await using MllpReceiver men = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync($$"""
            { "id": "wards", "source": { "type": "mllp", "listen": "127.0.0.1:0", "acknowledge": "delivered", "batchAnswer": "{{kept}}" }, "steps": {{Divide}},
              "destinations": [
                { "id": "women", "type": "mllp", "endpoint": "127.0.0.1:{{_receiver.Port}}", "when": { "path": "PID-8", "equals": "F" } },
                { "id": "men", "type": "mllp", "endpoint": "127.0.0.1:{{men.Port}}", "when": { "path": "PID-8", "equals": "M" } } ] }
            """);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("wards"));
        for (int i = 0; i < 2; i++)
        {
            TestAnswer answer = await sender.SendAsync($"{Header}{Message("a")}{Message("b", body: "PID|||9990000026||PRAWF^Huw||19610615|M\r")}BTS|2\r");
            Assert.Equal(told, string.Join(',', All(Segments(answer), "MSA").Select(segment => string.Join(' ', segment.Split('|')[1..3]))));
        }

        Assert.Equal((1, 1), (_receiver.Count, men.Count));
    }

    // RSP is not what this channel takes, so it goes to one that takes all.
    [Theory]
    [InlineData("RSP^K21^RSP_K21", "MSA|AA|q\rQAK|1|OK\r", 2)]
    [InlineData("ACK^A01^ACK", "MSA|AA|q\r", 1)]
    public async Task A13_B04_an_answer_among_other_messages_of_a_batch_is_not_answered_and_the_others_are(string type, string body, int delivered)
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("mixed", _receiver.Port, steps: Divide));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("mixed"));

        string[] segments = Segments(await sender.SendAsync($"{Header}{Message("r", type: type, body: body)}{Message("a")}BTS|2\r"));

        Assert.Equal(["MSA|AA|a"], All(segments, "MSA"));
        Assert.Equal("BTS|1", segments[^1]);
        await hub.UntilAsync(DeliveryState.Sent, delivered);
        Assert.Equal(delivered, _receiver.Count);
    }

    private static string[] Segments(TestAnswer answer) => answer.Text.TrimEnd('\r').Split('\r');

    private static string[] All(string[] segments, string name) => [.. segments.Where(segment => segment.StartsWith(name, StringComparison.Ordinal))];
}
