using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Listeners.Tcp;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <summary>The TCP listener keeps the promises of all listeners, with start and end bytes and HL7 answers.</summary>
public sealed class TcpListenerContractTests : ListenerContract
{
    protected override IListener Make(string listen, ListenerHost host) => TcpListenerTests.Make(
        new() { Type = "tcp", Listen = listen, Answer = TcpAnswer.Hl7, Framing = TcpListenerTests.StartEnd("\u0002", "\u0003\u0004\u0003") }, host);

    protected override string OnTheWire(string message) => $"\u0002{message}\u0003\u0004\u0003";

    protected override Task<string?> ReadAnswerAsync(RawPeer peer) => peer.ReadToAsync("\u0003\u0004\u0003");
}

/// <summary>The same with a length before each message and the default answers.</summary>
public sealed class TcpLengthListenerContractTests : ListenerContract
{
    protected override IListener Make(string listen, ListenerHost host) => TcpListenerTests.Make(
        new() { Type = "tcp", Listen = listen, Framing = new() { Type = TcpFramingType.LengthPrefix, LengthBytes = 2, ByteOrder = ByteOrder.LittleEndian } }, host);

    protected override string OnTheWire(string message) => $"{(char)(message.Length & 0xFF)}{(char)(message.Length >> 8)}{message}";

    protected override Task<string?> ReadAnswerAsync(RawPeer peer) => peer.ReadAsync(3);

    protected override string Positive(string controlId) => "\u0001\0\u0006";
}

/// <summary>What is the TCP listener's own, by the rules of the protocol, through real sockets.</summary>
public sealed class TcpListenerTests : ListenerContract
{
    private static readonly TcpFramingConfig s_lines = new() { Type = TcpFramingType.Delimiter, End = Bytes("\n") };

    public TcpListenerTests() => Intake.Answer = _ => Task.FromResult(Receipt.Accepted);

    [Fact]
    public async Task F15_a_message_that_ends_with_the_connection_is_answered_on_the_half_that_is_open()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Framing = new() { Type = TcpFramingType.EndOfConnection } });
        await peer.SendAsync("any\nbytes");
        Assert.Empty(Intake.Messages);
        peer.EndSending();
        Assert.Equal("\u0006", await peer.DrainAsync());
        Assert.Equal(["any\nbytes"], Intake.Texts);
    }

    [Fact]
    public async Task F15_answers_say_number_code_and_reason_and_no_content()
    {
        Intake.Answer = message => Task.FromResult(Intake.Messages.Count switch
        {
            1 => Receipt.Accepted with { Id = new(41) },
            2 => new Receipt(ReceiptKind.Error, [new(101, "PID-3", "not for the sender")]) { Id = new(42) },
            3 => new Receipt(ReceiptKind.Rejected, [new(203, "MSH-12", "not for the sender")]) { Id = new(43) },
            _ => new Receipt(ReceiptKind.CannotStore, [new(207, null, "not for the sender")]),
        });
        using RawPeer peer = await ConnectAsync(config => config with
        {
            Answers = new()
            {
                Accepted = AnswerTemplate.Parse("OK ${message.id} ${code} $${x}"),
                Error = AnswerTemplate.Parse("BAD ${message.id} ${code} ${reason}"),
                Rejected = AnswerTemplate.Parse("NO ${message.id} ${code} ${reason}\u00ff"),
            },
        });
        await peer.SendAsync("one\ntwo\nthree\nfour\n");
        Assert.Equal("OK 41 0 ${x}\n", await peer.ReadToAsync("\n"));
        Assert.Equal("BAD 42 101 Required field missing at PID-3\n", await peer.ReadToAsync("\n"));
        Assert.Equal("NO 43 203 Unsupported version id at MSH-12\u00ff\n", await peer.ReadToAsync("\n"));
        Assert.Equal("NO  207 Application internal error\u00ff\n", await peer.ReadToAsync("\n"));
    }

    [Fact]
    public async Task F15_answer_none_says_nothing_and_the_connection_goes_on()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Answer = TcpAnswer.None });
        await peer.SendAsync("one\ntwo\n");
        await Intake.ArrivedAsync();
        await Intake.ArrivedAsync();
        peer.EndSending();
        Assert.Equal("", await peer.DrainAsync());
        Assert.Equal(["one", "two"], Intake.Texts);
    }

    [Fact]
    public async Task F15_answer_none_closes_when_a_message_cannot_be_stored()
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(ReceiptKind.CannotStore, []));
        using RawPeer peer = await ConnectAsync(config => config with { Answer = TcpAnswer.None });
        await peer.SendAsync("one\n");
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F15_F06_answer_none_closes_when_a_message_is_over_the_limit()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Answer = TcpAnswer.None, MaxMessageBytes = 200 });
        await peer.SendAsync("one\n" + new string('x', 1_000) + "\ntwo\n");
        Assert.True(await peer.EndsAsync());
        Assert.Equal(["one"], Intake.Texts);
    }

    [Fact]
    public async Task F15_an_answer_that_would_be_cut_by_its_frame_closes_instead()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Framing = new() { Type = TcpFramingType.Delimiter, End = Bytes("AA|") }, Answer = TcpAnswer.Hl7 });
        await peer.SendAsync(Samples.Adt("1") + "AA|");
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F02_more_than_64_KiB_without_a_start_closes_the_connection()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Framing = StartEnd("\u0002", "\u0003") });
        await peer.SendAsync("\u0002one\u0003" + new string('x', (64 * 1024) + 1));
        Assert.Equal("\u0002\u0006\u0003", await peer.DrainAsync());
    }

    [Fact]
    public async Task F05_a_torn_frame_is_dropped_and_the_next_one_taken()
    {
        Intake.Answer = message => Task.FromResult(Receipt.Accepted with { Id = new(Intake.Messages.Count) });
        using RawPeer peer = await ConnectAsync(config => config with { Framing = StartEnd("\u0002", "\u0003"), Answers = new() { Accepted = AnswerTemplate.Parse("OK ${message.id}") } });
        await peer.SendAsync("\u0002MSH|^~\\&|torn\rPID|\u0002" + Samples.Adt("2") + "\u0003");
        Assert.Equal("\u0002OK 1\u0003", await peer.ReadToAsync("\u0003"));
        Assert.Equal([Samples.Adt("2")], Intake.Texts);
    }

    [Fact]
    public async Task F05_a_start_inside_a_message_that_is_not_HL7_is_content()
    {
        using RawPeer peer = await ConnectAsync(config => config with { DataType = DataType.Raw, Framing = StartEnd("\u0002", "\u0003") });
        await peer.SendAsync("\u0002one\u0002MSH|two\u0003");
        Assert.Equal("\u0002\u0006\u0003", await peer.ReadToAsync("\u0003"));
        Assert.Equal(["one\u0002MSH|two"], Intake.Texts);
    }

    [Fact]
    public async Task F06_a_message_over_the_limit_is_refused_and_the_next_one_taken()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageBytes = 200 });
        await peer.SendAsync(new string('x', 1_000_000) + "\none\n");
        Assert.Equal("\u0015\n", await peer.ReadToAsync("\n"));
        Assert.Equal("\u0006\n", await peer.ReadToAsync("\n"));
        Assert.Equal(["one"], Intake.Texts);
    }

    [Fact]
    public async Task F07_a_message_that_does_not_end_in_time_closes_the_connection_unanswered()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageSeconds = 5 });
        await peer.SendAsync("one");
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("", await peer.DrainAsync());
        Assert.Empty(Intake.Messages);
    }

    [Fact]
    public async Task F08_an_idle_connection_is_closed_when_the_file_says_so()
    {
        using RawPeer peer = await ConnectAsync(config => config with { IdleTimeoutSeconds = 90 });
        await peer.SendAsync("one\n");
        await peer.ReadToAsync("\n");
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(90));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F10_many_messages_in_one_write_are_answered_in_order_and_share_commits()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Answers = new() { Accepted = AnswerTemplate.Parse("${message.id}") } });
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted with { Id = new(Intake.Messages.Count) });
        await peer.SendAsync(string.Concat(Enumerable.Range(1, 300).Select(i => $"message {i}\n")));
        for (int i = 1; i <= 300; i++)
            Assert.Equal($"{i}\n", await peer.ReadToAsync("\n"));
        Assert.Contains(Intake.Messages, message => message.MoreFollow);
        Assert.False(Intake.Messages[^1].MoreFollow);
    }

    [Fact]
    public async Task A_length_less_than_itself_closes_the_connection()
    {
        using RawPeer peer = await ConnectAsync(config => config with { Framing = new() { Type = TcpFramingType.LengthPrefix, CountsItself = true } });
        await peer.SendAsync("\0\0\0\u0003");
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public void Mistakes_in_the_framing_are_told_with_what_to_write()
    {
        Assert.Equal("\"start\" is missing: the bytes that tell messages apart, for example \"start\": \"\\u0002\".", Problems(new() { Type = TcpFramingType.StartEnd, End = Bytes("\u0003") }).Single().Text);
        Assert.Equal("\"end\" goes with startEnd and delimiter alone. Leave it out.", Problems(new() { Type = TcpFramingType.LengthPrefix, End = Bytes("\u0003") }).Single().Text);
        Assert.Equal("\"countsItself\" goes with lengthPrefix alone. Leave it out.", Problems(new() { Type = TcpFramingType.EndOfConnection, CountsItself = true }).Single().Text);
        Assert.Equal("3 is not a size of a length. Give 1, 2 or 4, or leave it out for 4.", Problems(new() { Type = TcpFramingType.LengthPrefix, LengthBytes = 3 }).Single().Text);
        Assert.Equal("\"end\" has 17 bytes. Give 1 to 16, a character each, for example \"\\u0003\".", Problems(StartEnd("\u0002", new('x', 17))).Single().Text);
        Assert.Empty(Problems(s_lines));
    }

    [Fact]
    public void Mistakes_in_the_answers_are_told()
    {
        TcpListenerConfig config = new() { Type = "tcp", Listen = "127.0.0.1:0", Framing = s_lines };
        Assert.Equal([1342], Codes(config with { Answer = TcpAnswer.Hl7, Answers = new() }));
        Assert.Equal([1343], Codes(config with { Answer = TcpAnswer.Hl7, Framing = new() { Type = TcpFramingType.Delimiter, End = Bytes("\r") } }));
        Assert.Equal([1343], Codes(config with { Answers = new() { Accepted = AnswerTemplate.Parse("OK\n") } }));
        Assert.False(AnswerTemplate.TryParse("OK ${PID-3}", out _, out string? error));
        Assert.Equal("${PID-3} is not known here. Allowed are ${message.id}, ${code} and ${reason}; write $${ for the characters ${.", error);
        Assert.False(AnswerTemplate.TryParse("OK \u20ac", out _, out error));
        Assert.Equal("Character 4 is no byte (U+20AC). Write each byte as one character from \\u0000 to \\u00ff.", error);
    }

    internal static IListener Make(TcpListenerConfig config, ListenerHost host) => new ComponentCatalog().AddListeners().CreateListener(config, host);

    internal static TcpFramingConfig StartEnd(string start, string end) => new() { Type = TcpFramingType.StartEnd, Start = Bytes(start), End = Bytes(end) };

    protected override IListener Make(string listen, ListenerHost host) => Make(new() { Type = "tcp", Listen = listen, Framing = s_lines, Answers = new() { Accepted = AnswerTemplate.Parse("yes") } }, host);

    protected override string OnTheWire(string message) => $"{message}\n";

    protected override Task<string?> ReadAnswerAsync(RawPeer peer) => peer.ReadToAsync("\n");

    protected override string Positive(string controlId) => "yes";

    private static ByteText Bytes(string text) => ByteText.TryParse(text, out ByteText? bytes, out string? error) ? bytes : throw new FormatException(error);

    private static IEnumerable<ConfigProblem> Problems(TcpFramingConfig framing) => framing.Check();

    private static IEnumerable<int> Codes(TcpListenerConfig config) => config.Check().Select(problem => problem.Code);

    private async Task<RawPeer> ConnectAsync(Func<TcpListenerConfig, TcpListenerConfig> change) =>
        await RawPeer.ConnectAsync(await StartAsync(host => Make(change(new() { Type = "tcp", Listen = "127.0.0.1:0", Framing = s_lines }), host)));
}
