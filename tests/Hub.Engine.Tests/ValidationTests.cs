using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Messages are validated as they come in and before they go out, over real sockets.</summary>
public sealed class ValidationTests
{
    private const string Ward = """
        { "name": "ward", "fields": [
          { "path": "PID-3.4.1", "values": ["NHS", "WARD"] },
          { "path": "PID-8", "usage": "required" },
          { "path": "PV1-2", "values": ["I", "O"], "severity": "warning" } ] }
        """;

    [Fact]
    public async Task A_valid_message_is_accepted_and_one_that_is_not_is_answered_AE_and_delivered_nowhere()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Channel(receiver, """{ "level": "standard" }"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer valid = await sender.SendAsync(Samples.Adt("1"));
        TestAnswer invalid = await sender.SendAsync(Samples.Adt("2").Replace("19610615", "19611345", StringComparison.Ordinal));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal(("AA", "AE", "2"), (valid.Code, invalid.Code, invalid.ControlId));
        Assert.Single(receiver.Messages);
        StoredMessage stored = hub.Journal.Find(new() { ControlId = "2" }).Single();
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error), (stored.State, stored.Answer));
        MessageProblem problem = Assert.Single(stored.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal((102, "PID-7"), (problem.Code, problem.Path![..5]));
        Assert.True(problem is { Rule: >= 3100 and < 3200, Remedy.Length: > 0 });
        Assert.DoesNotContain("19611345", problem.Text + problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.1", "ERR|PID^1^3^103&Table value not found&HL70357")]
    [InlineData("2.2", "ERR|PID^1^3^103&Table value not found&HL70357")]
    [InlineData("2.3", "ERR|PID^1^3^103&Table value not found&HL70357")]
    [InlineData("2.3.1", "ERR|PID^1^3^103&Table value not found&HL70357")]
    [InlineData("2.4", "ERR|PID^1^3^103&Table value not found&HL70357")]
    [InlineData("2.5", "ERR||PID^1^3^2^4^1|103^Table value not found^HL70357|E")]
    [InlineData("2.5.1", "ERR||PID^1^3^2^4^1|103^Table value not found^HL70357|E")]
    [InlineData("2.6", "ERR||PID^1^3^2^4^1|103^Table value not found^HL70357|E")]
    [InlineData("2.8", "ERR||PID^1^3^2^4^1|103^Table value not found^HL70357|E")]
    public async Task A05_the_answer_names_the_place_of_an_error_in_the_form_of_its_version(string version, string error)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(Samples.Adt("1", "1^^^NHS^MR~2", version, type: "ADT^A01").Replace("~2^^^NHS^NH", "~2^^^GP^PI", StringComparison.Ordinal));

        Assert.Equal("AE", answer.Code);
        Assert.Contains(answer.Text.Split('\r'), segment => segment.StartsWith(error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UNICODE UTF-8", "Nid \u0175yl \u2019r Ysgol \\F\\ hwn.")]
    [InlineData("8859/14", "Nid \u00f0yl 'r Ysgol \\F\\ hwn.")]
    [InlineData("", "Nid wyl 'r Ysgol \\F\\ hwn.")]
    public async Task A02_the_words_of_a_profile_are_told_in_the_character_set_of_the_message(string set, string told)
    {
        const string Words = """
            { "name": "ward", "constraints": [ { "when": { "path": "PID-5", "exists": true }, "then": { "path": "PID-18", "exists": true }, "path": "PID-18", "text": "Nid \u0175yl \u2019r Ysgol | hwn." } ] }
            """;
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Words);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync($"MSH|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301||ADT^A01^ADT_A01|7|P|2.5||||||{set}\rPID|||9990000018^^^NHS^NH||PRAWF^Gwen\r");

        string text = (set.StartsWith("8859", StringComparison.Ordinal) ? Encoding.Latin1 : Encoding.UTF8).GetString(answer.Bytes);
        Assert.Contains($"|{told} Send", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A05_ten_errors_are_told_and_no_warning_while_the_journal_keeps_all()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        string ids = string.Join('~', Enumerable.Range(1, 12).Select(i => $"{i}^^^GP^MR"));
        TestAnswer answer = await sender.SendAsync(Samples.Adt("1", ids).Replace("PV1||I", "PV1||N", StringComparison.Ordinal));

        string[] errors = [.. answer.Text.Split('\r').Where(segment => segment.StartsWith("ERR", StringComparison.Ordinal))];
        Assert.Equal(10, errors.Length);
        Assert.All(errors, error => Assert.Contains("|E|||HUB3", error, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.DoesNotContain("GP", error, StringComparison.Ordinal));
        StoredMessage stored = hub.Journal.Find(new()).Single();
        Assert.Equal(12, stored.Problems.Count(problem => problem is { Severity: ProblemSeverity.Error, Code: 103 }));
        Assert.Contains(stored.Problems, problem => problem is { Severity: ProblemSeverity.Warning, Path: "PV1-2" });
    }

    [Fact]
    public async Task A_warning_rejects_nothing_and_is_kept_with_the_message()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(Samples.Adt("1").Replace("PV1||I", "PV1||N", StringComparison.Ordinal));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal(("AA", ""), (answer.Code, answer.Segment("ERR")));
        StoredMessage stored = hub.Journal.Find(new()).Single();
        Assert.Equal(MessageState.Accepted, stored.State);
        Assert.Contains(stored.Problems, problem => problem is { Severity: ProblemSeverity.Warning, Path: "PV1-2" });
    }

    [Fact]
    public async Task A_flagged_message_is_accepted_and_delivered_with_its_errors_in_the_journal()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json", "onFailure": "flag" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(WithoutSex("1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal(("AA", ""), (answer.Code, answer.Segment("ERR")));
        Assert.Equal(WithoutSex("1"), Encoding.UTF8.GetString(receiver.Messages.Single()));
        MessageProblem problem = Assert.Single(hub.Journal.Find(new()).Single().Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal((101, "PID-8"), (problem.Code, problem.Path));
    }

    [Fact]
    public async Task A04_a_message_of_which_only_the_type_is_not_known_is_answered_AR()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), """{ "name": "a01", "messages": ["ADT^A01"] }""");
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(Samples.Adt("1", type: "ADT^A04^ADT_A01"));

        Assert.Equal("AR", answer.Code);
        Assert.Contains("|20", answer.Segment("ERR"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D01_a_message_that_is_not_valid_is_answered_alike_when_it_comes_again()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer first = await sender.SendAsync(WithoutSex("1"));
        TestAnswer second = await sender.SendAsync(WithoutSex("1"));

        Assert.Equal(("AE", first.Segment("ERR")), (second.Code, second.Segment("ERR")));
        Assert.NotEmpty(first.Segment("ERR"));
        Assert.Single(hub.Journal.Find(new() { State = MessageState.Duplicate }));
    }

    [Fact]
    public async Task A12_with_acknowledge_received_a_message_that_is_not_valid_is_refused_at_once_and_a_flagged_one_keeps_its_problems()
    {
        await using MllpReceiver receiver = new();
        const string Received = """, "acknowledge": "received" """;
        await using HubHost hub = await StartAsync(
            [Channel(receiver, """{ "profile": "profiles/ward.json" }""", source: Received), Channel(receiver, """{ "profile": "profiles/ward.json", "onFailure": "flag" }""", id: "flagged", source: Received)], Ward);
        using MllpSender strict = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender flagged = await MllpSender.ConnectAsync(hub.Port("flagged"));

        Assert.Equal("AE", (await strict.SendAsync(WithoutSex("1"))).Code);
        Assert.Equal("AA", (await flagged.SendAsync(WithoutSex("2"))).Code);
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal(MessageState.Rejected, hub.Journal.Find(new() { ControlId = "1" }).Single().State);
        Assert.Contains(hub.Journal.Find(new() { ControlId = "2" }).Single().Problems, problem => problem is { Code: 101, Path: "PID-8" });
    }

    [Fact]
    public async Task A12_with_acknowledge_received_a_message_is_validated_once_by_what_was_in_force_when_it_was_taken()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }""", source: """, "acknowledge": "received" """), """{ "name": "ward" }""");
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using var held = hub.Journal.HoldWrites();

        Task<TestAnswer> answer = sender.SendAsync(WithoutSex("1"));
        await held.Reached;
        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/profiles/ward.json", Ward));
        held.Release();

        Assert.Equal("AA", (await answer).Code);
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal(MessageState.Accepted, hub.Journal.Find(new() { ControlId = "1" }).Single().State);
        Assert.Equal("AE", (await sender.SendAsync(WithoutSex("2"))).Code);
    }

    [Fact]
    public async Task A_destination_parks_what_is_not_valid_after_its_steps_while_the_others_get_it_and_a_person_can_let_it_through()
    {
        await using MllpReceiver receiver = new();
        string channel = Samples.PassThrough("adt", receiver.Port).Replace("\"destinations\": [", $$"""
            "destinations": [ { "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{receiver.Port}}", "validate": { "profile": "profiles/ward.json" },
              "steps": [ { "type": "deleteField", "path": "PID-8" } ] },
            """, StringComparison.Ordinal);
        await using HubHost hub = await StartAsync(channel, Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync(Samples.Adt("1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal("AA", answer.Code);
        Assert.Equal(Samples.Adt("1"), Encoding.UTF8.GetString(await receiver.NextAsync()));
        StoredMessage stored = hub.Journal.Read(hub.Journal.Find(new() { Delivery = DeliveryState.Parked }).Single().Id)!;
        StoredDelivery parked = stored.Deliveries.Single(delivery => delivery.State == DeliveryState.Parked);
        Assert.Equal(("lab", 0), (parked.Destination, parked.Attempts));
        Assert.StartsWith("Not valid for this destination: HUB31", parked.Reason, StringComparison.Ordinal);
        Assert.Contains("PID-8", parked.Reason, StringComparison.Ordinal);
        MessageProblem problem = Assert.Single(stored.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.StartsWith("destinations[0] lab: ", problem.Text, StringComparison.Ordinal);

        await hub.ReplayAsync(stored.Id, "lab");
        Assert.Equal(Samples.Adt("1").Replace("|19610615|F", "|19610615", StringComparison.Ordinal), Encoding.UTF8.GetString(await receiver.NextAsync()).Replace("19610615|\r", "19610615\r", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_destination_that_flags_sends_and_keeps_the_problems()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Samples.PassThrough("adt", receiver.Port, destination: """, "validate": { "profile": "profiles/ward.json", "onFailure": "flag" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(WithoutSex("1"));
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.StartsWith("destinations[0] out: ", Assert.Single(hub.Journal.Find(new()).Single().Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A12_with_acknowledge_delivered_a_delivery_that_is_parked_before_sending_is_answered_AE()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(
            Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered" """, destination: """, "validate": { "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AE", (await sender.SendAsync(WithoutSex("1"))).Code);
        Assert.Equal("AE", (await sender.SendAsync(WithoutSex("1"))).Code);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("2"))).Code);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A_changed_profile_is_followed_and_a_broken_one_leaves_the_version_that_runs()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AE", (await sender.SendAsync(WithoutSex("1"))).Code);

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/profiles/ward.json", """{ "name": "ward", "fields": [{ "path": "PID-19", "usage": "required" }] }"""));
        Assert.Empty(hub.Status("adt").Problems);
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("2"))).Code);

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/profiles/ward.json", "{ \"name\": \"ward\",\n  \"fields\": [{ \"path\": \"PID-19\", \"usage\": \"never\" }] }"));
        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Contains("profiles/ward.json(2): HUB1024 channel adt $.validate.profile: $.fields[0].usage", hub.Status("adt").Problems.Single(), StringComparison.Ordinal);
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("3"))).Code);

        await hub.ChangeFilesAsync(() => File.Delete(hub.Folder.Path("channels", "profiles", "ward.json")));
        Assert.Contains("HUB1510", hub.Status("adt").Problems.Single(), StringComparison.Ordinal);
        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("4"))).Code);

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/profiles/ward.json", """{ "name": "ward" }"""));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("5"))).Code);
    }

    [Fact]
    public async Task Each_message_of_a_batch_is_validated_and_the_part_is_named()
    {
        await using MllpReceiver receiver = new();
        string steps = """[ { "type": "splitMessage", "by": "batch" } ]""";
        await using HubHost hub = await StartAsync(
            [Channel(receiver, """{ "profile": "profiles/ward.json" }""", steps: steps), Channel(receiver, """{ "profile": "profiles/ward.json", "onFailure": "flag" }""", id: "flagged", steps: steps)], Ward);
        using MllpSender strict = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender flagged = await MllpSender.ConnectAsync(hub.Port("flagged"));
        string batch = $"BHS|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301083015||||B1\r{Samples.Adt("1")}{WithoutSex("2")}BTS|2\r";

        await strict.SendAsync(batch);
        await flagged.SendAsync(batch);
        await hub.UntilAsync(DeliveryState.Sent, 2);

        StoredMessage rejected = hub.Journal.Find(new() { Channel = "adt" }).Single();
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error), (rejected.State, rejected.Answer));
        Assert.StartsWith("part 2 of 2: ", Assert.Single(rejected.Problems).Text, StringComparison.Ordinal);
        // Of one that is taken, each message has its own.
        StoredMessage[] taken = [.. hub.Journal.Find(new() { Channel = "flagged" }).Reverse()];
        Assert.Equal([0, 0, 1], taken.Select(message => message.Problems.Count));
        Assert.Equal(rejected.Problems[0] with { Text = taken[2].Problems[0].Text, BatchMessage = 0 }, taken[2].Problems[0]);
        Assert.Equal(rejected.Problems[0].Text, $"part 2 of 2: {taken[2].Problems[0].Text}");
    }

    [Fact]
    public async Task B02_every_bad_message_of_a_batch_is_told()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }""", steps: """[ { "type": "splitMessage", "by": "batch" } ]"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync($"BHS|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301083015||||B1\r{WithoutSex("1")}{Samples.Adt("2")}{WithoutSex("3")}BTS|3\r");

        StoredMessage rejected = hub.Journal.Find(new()).Single();
        Assert.Equal(["part 1 of 3: ", "part 3 of 3: "], rejected.Problems.Select(problem => problem.Text[..13]));
        Assert.All(rejected.Problems, problem => Assert.Equal((101, "PID-8"), (problem.Code, problem.Path)));
    }

    [Fact]
    public async Task A_replayed_message_is_judged_by_the_profile_as_it_is_now()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await StartAsync(Channel(receiver, """{ "profile": "profiles/ward.json" }"""), Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(WithoutSex("1"));
        MessageId id = hub.Journal.Find(new()).Single().Id;

        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/profiles/ward.json", """{ "name": "ward" }"""));
        await hub.ReplayAsync(id);
        await hub.UntilAsync(DeliveryState.Sent, 1);

        Assert.Equal(WithoutSex("1"), Encoding.UTF8.GetString(receiver.Messages.Single()));
    }

    [Fact]
    public async Task A_message_that_another_channel_hands_over_is_validated_where_it_comes_in()
    {
        await using MllpReceiver receiver = new();
        string first = Samples.PassThrough("first", receiver.Port).Replace("\"destinations\": [", "\"destinations\": [ { \"id\": \"next\", \"type\": \"channel\", \"channel\": \"second\" },", StringComparison.Ordinal);
        string second = Channel(receiver, """{ "profile": "profiles/ward.json" }""", id: "second").Replace("\"type\": \"mllp\", \"listen\": \"127.0.0.1:0\"", "\"type\": \"channel\"", StringComparison.Ordinal);
        await using HubHost hub = await StartAsync([first, second], Ward);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("first"));

        Assert.Equal("AA", (await sender.SendAsync(WithoutSex("1"))).Code);
        await hub.UntilAsync(journal => journal.Find(new() { Channel = "second", State = MessageState.Rejected }).Count == 1);

        MessageProblem problem = Assert.Single(hub.Journal.Find(new() { Channel = "second" }).Single().Problems);
        Assert.Equal((101, "PID-8"), (problem.Code, problem.Path));
    }

    [Fact]
    public async Task A14_over_HTTP_a_message_that_is_not_valid_is_answered_with_its_errors()
    {
        await using MllpReceiver receiver = new();
        string channel = Channel(receiver, """{ "profile": "profiles/ward.json" }""").Replace("\"type\": \"mllp\", \"listen\": \"127.0.0.1:0\"", "\"type\": \"http\", \"listen\": \"127.0.0.1:0\"", StringComparison.Ordinal);
        await using HubHost hub = await StartAsync(channel, Ward);
        using HttpClient client = new();
        using ByteArrayContent content = new(Samples.Bytes(WithoutSex("1").Replace("PV1||I", "PV1||N", StringComparison.Ordinal)));
        content.Headers.ContentType = new("application/hl7-v2");

        using HttpResponseMessage answer = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("adt")}/"), content);
        string text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("MSA|AE|1", text, StringComparison.Ordinal);
        Assert.Contains("ERR||PID^1^8|101^", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\r'), segment => segment.StartsWith("ERR", StringComparison.Ordinal));
    }

    private static string WithoutSex(string controlId) => Samples.Adt(controlId).Replace("|19610615|F", "|19610615", StringComparison.Ordinal);

    private static string Channel(MllpReceiver receiver, string validate, string id = "adt", string source = "", string steps = "[]") =>
        Samples.PassThrough(id, receiver.Port, source, steps: steps).Replace("\"steps\":", $"\"validate\": {validate}, \"steps\":", StringComparison.Ordinal);

    private static Task<HubHost> StartAsync(string channel, string profile) => StartAsync([channel], profile);

    private static Task<HubHost> StartAsync(string[] channels, string profile)
    {
        // The Hub's from here on.
        TestFolder folder = new();
        folder.Write("channels/profiles/ward.json", profile);
        return HubHost.StartAsync(folder, channels);
    }
}
