using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Listeners.Http;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <summary>The HTTP listener, through raw sockets and the platform's client in both versions of HTTP.</summary>
public sealed class HttpListenerTests : ListenerContract
{
    private readonly ComponentCatalog _shared = new ComponentCatalog().AddListeners();

    [Theory]
    [InlineData("application/hl7-v2; charset=utf-8", "application/hl7-v2; charset=utf-8")]
    [InlineData("x-application/hl7-v2+er7", "x-application/hl7-v2+er7")]
    [InlineData("Application/HL7-v2+er7; version=2.5", "Application/HL7-v2+er7")]
    public async Task A14_an_HL7_body_is_answered_200_with_its_acknowledgment(string contentType, string answered)
    {
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await client.PostAsync("/", Body(Samples.Adt("17"), contentType));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answered, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("MSH|^~\\&|MPI|CENTRAL|WARD|NORTH|20260301120000.000+0000||ACK^A01^ACK|ID1|P|2.5\rMSA|AA|17\r", await response.Content.ReadAsStringAsync());
        Assert.Equal([Samples.Adt("17")], Intake.Texts);
    }

    [Theory]
    [InlineData("AL", "NE", true, "MSA|CA|1\r", AnswerPlan.WhenStored)]
    [InlineData("AL", "NE", false, "MSA|CE|1|", AnswerPlan.WhenStored)]
    [InlineData("NE", "AL", true, "MSA|AA|1\r", AnswerPlan.WhenKnown)]
    [InlineData("AL", "AL", true, "MSA|AA|1\r", AnswerPlan.WhenKnown)]
    [InlineData("AL", "AL", false, "MSA|CE|1|", AnswerPlan.WhenKnown)]
    [InlineData("NE", "NE", true, "", AnswerPlan.WhenStored)]
    public async Task A14_a_request_has_one_answer_where_a_message_asks_for_two(string accept, string application, bool isTaken, string msa, AnswerPlan plan)
    {
        Intake.Answer = _ => Task.FromResult(isTaken ? Receipt.Accepted : new(ReceiptKind.Error, [new(101, null, "")]));
        using HttpClient client = await ClientAsync(config => config with { Answer = HttpAnswer.Hl7 });
        using HttpResponseMessage response = await client.PostAsync("/", Body(Exchanges.Message("1", accept, application), "text/plain"));
        Assert.Equal(msa.Length > 0 ? 200 : 204, (int)response.StatusCode);
        Assert.Contains(msa, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(plan, Intake.Messages.Single().Answers);
    }

    [Theory]
    [InlineData(ReceiptKind.Error, 200, "MSA|AE|1|")]
    [InlineData(ReceiptKind.Rejected, 200, "MSA|AR|1|")]
    [InlineData(ReceiptKind.Undecodable, 200, "MSA|AR|")]
    [InlineData(ReceiptKind.CannotStore, 503, "MSA|AR|1|")]
    [InlineData(ReceiptKind.Unknown, 504, "\"outcome\":\"refused\"")]
    [InlineData(ReceiptKind.Silent, 204, "")]
    public async Task A14_only_trouble_of_HTTP_itself_is_told_by_the_status(ReceiptKind kind, int status, string holds)
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(kind, [new(207, null, "not for the sender")]) { IsRecognised = true });
        using HttpClient client = await ClientAsync(config => config with { Answer = HttpAnswer.Hl7 });
        using HttpResponseMessage response = await client.PostAsync("/", Body(Samples.Adt("1"), "text/plain"));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status > 500, response.Headers.RetryAfter is not null);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Contains(holds, text, StringComparison.Ordinal);
        Assert.DoesNotContain("not for the sender", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReceiptKind.Accepted, 200, "{\"id\":41,\"outcome\":\"accepted\"}\n")]
    [InlineData(ReceiptKind.Error, 422, "{\"id\":41,\"outcome\":\"error\",\"problems\":[{\"code\":101,\"path\":\"PID-3\",\"text\":\"Required field missing\"}]}\n")]
    [InlineData(ReceiptKind.Rejected, 422, "{\"id\":41,\"outcome\":\"rejected\",\"problems\":[{\"code\":101,\"path\":\"PID-3\",\"text\":\"Required field missing\"}]}\n")]
    [InlineData(ReceiptKind.Undecodable, 400, "{\"id\":41,\"outcome\":\"undecodable\",\"problems\":[{\"code\":101,\"path\":\"PID-3\",\"text\":\"Required field missing\"}]}\n")]
    [InlineData(ReceiptKind.CannotStore, 503, "{\"id\":41,\"outcome\":\"notStored\",\"problems\":[{\"code\":101,\"path\":\"PID-3\",\"text\":\"Required field missing\"}]}\n")]
    public async Task Any_other_body_is_answered_with_its_outcome_in_JSON(ReceiptKind kind, int status, string json)
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(kind, [new(101, "PID-3", "not for the sender")]) { Id = new(41) });
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await client.PostAsync("/", Body("{}", "application/json"));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(json, await response.Content.ReadAsStringAsync());
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_message_that_is_stored_and_not_yet_processed_is_answered_202()
    {
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted with { AwaitsProcessing = true });
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await client.PostAsync("/", Body("{}", "application/json"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_with_clients_that_know_it_beforehand_beside_HTTP_1()
    {
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted);
        using HttpClient client = await ClientAsync();
        for (int i = 0; i < 3; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = Body("two", "text/plain") };
            using HttpResponseMessage second = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (second.StatusCode, second.Version));
            using HttpResponseMessage first = await client.PostAsync("/", Body("one", "text/plain"));
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version11), (first.StatusCode, first.Version));
        }

        Assert.Equal(["two", "one", "two", "one", "two", "one"], Intake.Texts);
    }

    [Fact]
    public async Task What_is_not_taken_is_told_by_status_and_header_and_never_handed_on()
    {
        using HttpClient client = await ClientAsync(config => config with { Path = "/in", Methods = ["POST", "PUT"], ContentTypes = ["application/json"], MaxMessageBytes = 10 });
        using HttpResponseMessage path = await client.PostAsync("/other", Body("{}", "application/json"));
        Assert.Equal(HttpStatusCode.NotFound, path.StatusCode);
        using HttpResponseMessage method = await client.GetAsync(new Uri("/in", UriKind.Relative));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST, PUT"), (method.StatusCode, string.Join(", ", method.Content.Headers.Allow)));
        using HttpResponseMessage type = await client.PostAsync("/in", Body("{}", "text/plain"));
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/json"), (type.StatusCode, type.Headers.GetValues("Accept").Single()));
        using HttpResponseMessage large = await client.PostAsync("/in", Body("{          }", "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using HttpResponseMessage empty = await client.PostAsync("/in", Body("", "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        StringContent zipped = Body("{}", "application/json");
        zipped.Headers.ContentEncoding.Add("gzip");
        using HttpResponseMessage compressed = await client.PutAsync("/in", zipped);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "identity"), (compressed.StatusCode, compressed.Headers.GetValues("Accept-Encoding").Single()));
        Assert.Empty(Intake.Messages);
        using HttpResponseMessage taken = await client.PutAsync("/in?query=1", Body("{}", "application/json; charset=utf-8"));
        Assert.Equal(["{}"], Intake.Texts);
    }

    [Fact]
    public async Task F06_a_chunked_body_is_refused_as_soon_as_it_is_too_large()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageBytes = 10 });
        await peer.SendAsync("POST / HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await peer.ReadToAsync("\r\n"), StringComparison.Ordinal);
        Assert.Empty(Intake.Messages);
    }

    [Fact]
    public async Task A_body_without_a_length_is_one_message()
    {
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted);
        byte[] body = new byte[3_000_001];
        new Random(7).NextBytes(body);
        using HttpClient client = await ClientAsync();
        client.DefaultRequestHeaders.TransferEncodingChunked = true;
        using HttpResponseMessage response = await client.PostAsync("/", new ByteArrayContent(body));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(Intake.Messages.Single().Content.Span.SequenceEqual(body));
    }

    [Fact]
    public async Task Who_waits_for_100_continue_is_refused_before_sending_or_asked_to_go_on()
    {
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted);
        int port = await StartAsync(config => config with { MaxMessageBytes = 10 });
        using RawPeer refused = await RawPeer.ConnectAsync(port);
        await refused.SendAsync("POST / HTTP/1.1\r\nHost: hub\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await refused.ReadToAsync("\r\n"), StringComparison.Ordinal);
        using RawPeer taken = await RawPeer.ConnectAsync(port);
        await taken.SendAsync("POST / HTTP/1.1\r\nHost: hub\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await taken.ReadToAsync("\r\n\r\n"));
        await taken.SendAsync("1234567890");
        Assert.StartsWith("HTTP/1.1 200 ", await taken.ReadToAsync("\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F07_a_body_that_does_not_come_in_time_is_answered_408()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageSeconds = 5 });
        await peer.SendAsync("POST / HTTP/1.1\r\nHost: hub\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        await peer.ReadToAsync("\r\n\r\n");
        await peer.SendAsync("123");
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.StartsWith("HTTP/1.1 408 ", await peer.ReadToAsync("\r\n"), StringComparison.Ordinal);
        Assert.Empty(Intake.Messages);
    }

    [Fact]
    public async Task Basic_authentication_takes_the_right_user_and_password_alone()
    {
        using HttpClient client = await ClientAsync(config => config with { Authentication = new() { Type = HttpAuthenticationType.Basic, User = "lab", Password = "s:ecrét" } });
        using HttpResponseMessage none = await client.PostAsync("/", Body(Samples.Adt("1"), "application/hl7-v2"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic realm=\"hub\", charset=\"UTF-8\""), (none.StatusCode, none.Headers.WwwAuthenticate.Single().ToString()));
        foreach (string wrong in new[] { "lab:", "lab:s:ecret", "LAB:s:ecrét", ":", "" })
        {
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(wrong)));
            using HttpResponseMessage refused = await client.PostAsync("/", Body(Samples.Adt("1"), "application/hl7-v2"));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Empty(Intake.Messages);
        client.DefaultRequestHeaders.Authorization = new("basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("lab:s:ecrét")));
        using HttpResponseMessage taken = await client.PostAsync("/", Body(Samples.Adt("1"), "application/hl7-v2"));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task An_API_key_is_taken_from_its_header_once()
    {
        using HttpClient client = await ClientAsync(config => config with { Authentication = new() { Type = HttpAuthenticationType.ApiKey, Header = "X-Lab-Key", Key = "k3y" } });
        using HttpResponseMessage none = await client.PostAsync("/", Body(Samples.Adt("1"), "application/hl7-v2"));
        Assert.Equal((HttpStatusCode.Unauthorized, "ApiKey"), (none.StatusCode, none.Headers.WwwAuthenticate.Single().Scheme));
        client.DefaultRequestHeaders.Add("X-Lab-Key", "k3y");
        using HttpResponseMessage taken = await client.PostAsync("/", Body(Samples.Adt("1"), "application/hl7-v2"));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        client.DefaultRequestHeaders.Add("X-Lab-Key", "other");
        using HttpResponseMessage twice = await client.PostAsync("/", Body(Samples.Adt("2"), "application/hl7-v2"));
        Assert.Equal(HttpStatusCode.Unauthorized, twice.StatusCode);
    }

    [Fact]
    public async Task More_requests_than_allowed_are_answered_429()
    {
        TaskCompletionSource<Receipt> held = Hold();
        using HttpClient client = await ClientAsync(config => config with { MaxRequests = 1 });
        Task<HttpResponseMessage> first = client.PostAsync("/", Body("one", "text/plain"));
        await Intake.ArrivedAsync();
        using HttpResponseMessage second = await client.PostAsync("/", Body("two", "text/plain"));
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        held.SetResult(Receipt.Accepted);
        using HttpResponseMessage taken = await first;
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task A06_close_says_nothing_when_a_message_cannot_be_stored()
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(ReceiptKind.CannotStore, []));
        using RawPeer peer = await ConnectAsync(config => config with { OnStoreFailure = OnStoreFailure.Close });
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task Channels_share_a_port_by_path_and_come_and_go_without_harm_to_the_others()
    {
        Intake.Answer = message => Task.FromResult(Receipt.Accepted with { Id = new(message.Channel.Length) });
        (IListener one, IPEndPoint address) = await OpenAsync("one", "127.0.0.1:0", "/one");
        string listen = address.ToString();
        (IListener three, IPEndPoint same) = await OpenAsync("three", listen, "/three");
        Assert.Equal(address, same);
        using RawPeer peer = await RawPeer.ConnectAsync(address.Port);
        Assert.Contains("\"id\":3", await PostAsync(peer, "/one"), StringComparison.Ordinal);
        Assert.Contains("\"id\":5", await PostAsync(peer, "/three"), StringComparison.Ordinal);

        await one.StopAsync(CancellationToken.None);
        Assert.Contains("\"id\":5", await PostAsync(peer, "/three"), StringComparison.Ordinal);
        using RawPeer early = await RawPeer.ConnectAsync(address.Port);
        string leaving = await PostAsync(early, "/one");
        Assert.Contains(" 503 ", leaving, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 5", leaving, StringComparison.Ordinal);

        (IListener again, _) = await OpenAsync("eleven-long", listen, "/one");
        Assert.Contains("\"id\":11", await PostAsync(peer, "/one"), StringComparison.Ordinal);
        await again.StopAsync(CancellationToken.None);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("\"id\":5", await PostAsync(peer, "/three"), StringComparison.Ordinal);
        Assert.Contains(" 404 ", await PostAsync(peer, "/one"), StringComparison.Ordinal);

        await three.StopAsync(CancellationToken.None);
        (IListener anew, IPEndPoint free) = await OpenAsync("one", listen, "/one");
        Assert.Equal(address, free);
        await anew.DisposeAsync();
    }

    [Fact]
    public async Task A_path_that_is_taken_on_a_shared_port_is_told_with_what_to_do()
    {
        (IListener one, IPEndPoint address) = await OpenAsync("one", "127.0.0.1:0", "/in");
        IOException exception = await Assert.ThrowsAsync<IOException>(() => OpenAsync("two", address.ToString(), "/in"));
        Assert.Equal($"channel one takes the messages of path \"/in\" on 127.0.0.1:0 already. Give one of the two another path or port.", exception.Message);
        await one.DisposeAsync();
    }

    [Fact]
    public void What_channels_cannot_share_on_a_port_is_told()
    {
        HttpListenerConfig one = new() { Type = "http", Listen = "127.0.0.1:8080", Path = "/one" };
        HttpListenerConfig two = one with { Listen = "localhost:8080", Path = "/two" };
        Assert.True(two.SharesAddressWith(one));
        Assert.Null(two.ClashWith(one));
        Assert.False((two with { Listen = "*:8080" }).SharesAddressWith(one));
        Assert.Equal((1350, "path"), Clash(one, one));
        TlsServerConfig tls = new() { Certificate = "a.pem", AllowedSubjects = [] };
        Assert.Equal((1351, "tls"), Clash(two with { Tls = tls }, one));
        Assert.Null((two with { Tls = tls }).ClashWith(one with { Tls = tls with { AllowedSubjects = [] } }));
    }

    [Fact]
    public async Task Stopping_gives_up_bodies_that_are_still_coming()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("POST / HTTP/1.1\r\nHost: hub\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        await peer.ReadToAsync("\r\n\r\n");
        await First.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith("HTTP/1.1 503 ", await peer.ReadToAsync("\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_in_the_file_are_told()
    {
        HttpListenerConfig config = new() { Type = "http", Listen = "127.0.0.1:0" };
        Assert.Empty(Codes(config));
        foreach (string path in new[] { "", "in", "/in?x", "/a b", "/%41" })
            Assert.Equal([1344], Codes(config with { Path = path }));
        Assert.Equal([1345], Codes(config with { Methods = [] }));
        Assert.Equal([1345], Codes(config with { Methods = ["post"] }));
        Assert.Equal([1346], Codes(config with { ContentTypes = ["json"] }));
        Assert.Equal([1346], Codes(config with { ContentTypes = ["application/*"] }));
        Assert.Equal([1347], Codes(config with { MaxRequests = 0 }));
        Assert.Equal(["user", "password"], Paths(new() { Type = HttpAuthenticationType.Basic }));
        Assert.Equal(["password", "key"], Paths(new() { Type = HttpAuthenticationType.Basic, User = "u", Key = "k" }));
        Assert.Equal(["user"], Paths(new() { Type = HttpAuthenticationType.Basic, User = "u:v", Password = "p" }));
        Assert.Equal(["header"], Paths(new() { Type = HttpAuthenticationType.ApiKey, Header = "X Key", Key = "k" }));
        Assert.DoesNotContain("pass", new HttpAuthenticationConfig { Type = HttpAuthenticationType.Basic, User = "u", Password = "pass" }.ToString(), StringComparison.Ordinal);
    }

    protected override IListener Make(string listen, ListenerHost host) => Make(new() { Type = "http", Listen = listen }, host);

    protected override string OnTheWire(string message) => Request("/", "application/hl7-v2", message);

    protected override async Task<string?> ReadAnswerAsync(RawPeer peer) => await ReadResponseAsync(peer);

    private static string Request(string path, string contentType, string body) =>
        string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: hub\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static async Task<string> PostAsync(RawPeer peer, string path)
    {
        await peer.SendAsync(Request(path, "text/plain", "x"));
        return await ReadResponseAsync(peer) ?? "";
    }

    private static async Task<string?> ReadResponseAsync(RawPeer peer)
    {
        if (await peer.ReadToAsync("\r\n\r\n") is not { } head)
            return null;
        string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        return head + (length is null ? "" : await peer.ReadAsync(int.Parse(length["Content-Length: ".Length..], CultureInfo.InvariantCulture)));
    }

    private static StringContent Body(string text, string contentType) =>
        new(text, Encoding.Latin1) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };

    private static IListener Make(HttpListenerConfig config, ListenerHost host) => new ComponentCatalog().AddListeners().CreateListener(config, host);

    private static (int, string) Clash(HttpListenerConfig later, HttpListenerConfig first) => (later.ClashWith(first)!.Code, later.ClashWith(first)!.Path);

    private static IEnumerable<int> Codes(HttpListenerConfig config) => config.Check().Select(problem => problem.Code);

    private static IEnumerable<string> Paths(HttpAuthenticationConfig config) => config.Check().Select(problem => problem.Path);

    private async Task<(IListener Listener, IPEndPoint Address)> OpenAsync(string channel, string listen, string path)
    {
        ListenerHost host = new(channel, Intake, Time, () => "ID", Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        IListener listener = _shared.CreateListener(new HttpListenerConfig { Type = "http", Listen = listen, Path = path }, host);
        return (listener, await listener.StartAsync(CancellationToken.None));
    }

    private Task<int> StartAsync(Func<HttpListenerConfig, HttpListenerConfig> change) =>
        StartAsync(host => Make(change(new() { Type = "http", Listen = "127.0.0.1:0" }), host));

    private async Task<RawPeer> ConnectAsync(Func<HttpListenerConfig, HttpListenerConfig> change) => await RawPeer.ConnectAsync(await StartAsync(change));

    private async Task<HttpClient> ClientAsync(Func<HttpListenerConfig, HttpListenerConfig>? change = null) =>
        new() { BaseAddress = new($"http://127.0.0.1:{await StartAsync(change ?? (config => config))}/") };
}
