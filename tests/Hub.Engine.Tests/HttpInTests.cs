using System.Diagnostics;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Engine.Tests.Tls;
using Hub.Listeners;
using Hub.Listeners.Http;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>HTTP in, through a whole Hub, and as curl sees it from outside.</summary>
public sealed class HttpInTests
{
    [Fact]
    public async Task A_message_over_HTTP_is_answered_and_delivered_and_a_second_one_is_a_duplicate()
    {
        await using HubHost hub = await HubHost.StartAsync(Channel("one"));
        using HttpClient client = new();
        for (int i = 0; i < 2; i++)
        {
            using StringContent body = new(Samples.Adt("17"), new System.Net.Http.Headers.MediaTypeHeaderValue("application/hl7-v2", "utf-8"));
            using HttpResponseMessage response = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("one")}/one"), body);
            Assert.Contains("MSA|AA|17\r", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal([MessageState.Accepted, MessageState.Duplicate], hub.Journal.Find(new()).OrderBy(message => message.Id.Value).Select(message => message.State));
    }

    [Fact]
    public async Task A_body_that_is_no_message_is_told_by_number()
    {
        await using HubHost hub = await HubHost.StartAsync(Channel("one"));
        using HttpClient client = new();
        using HttpResponseMessage response = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("one")}/one"), new StringContent("nonsense"));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.StartsWith("{\"id\":1,\"outcome\":\"undecodable\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2", "2")]
    public async Task T01_curl_sends_over_TLS_in_both_versions(string option, string version)
    {
        await using TlsBench bench = new();
        bench.Intake.Answer = _ => Task.FromResult(Receipt.Accepted);
        ListenerHost host = new("adt", bench.Intake, bench.Clock, () => "ID1", bench.Log) { Certificates = bench.Certificates.In(bench.Folder.Root) };
        HttpListenerConfig config = new() { Type = "http", Listen = "127.0.0.1:0", Tls = new() { Certificate = "server.pem" } };
        await using IListener listener = new ComponentCatalog().AddListeners().CreateListener(config, host);
        int port = (await listener.StartAsync(CancellationToken.None)).Port;

        string said = await CurlAsync($"-sS {option} --cacert {bench.Folder.Path("authority.pem")} --noproxy * -w %{{http_version}} --data-raw one https://127.0.0.1:{port}/");

        Assert.Equal($"{{\"outcome\":\"accepted\"}}\n{version}", said);
        Assert.Equal(["one"], bench.Intake.Texts);
        await listener.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("", "application/hl7-v2", "", true)]
    [InlineData(", \"duplicateWindowHours\": 0", "application/hl7-v2", "", false)]
    [InlineData(", \"requireControlId\": false", "application/hl7-v2", "MSH|^~\\&|A|B|C|D|20260301||ADT^A01||P|2.5\r", false)]
    [InlineData(", \"dataType\": \"raw\"", "application/octet-stream", "bytes", false)]
    [InlineData(", \"dataType\": \"json\"", "application/json", "{\"id\":\"17\"}", false)]
    [InlineData(", \"dataType\": \"json\", \"headerPaths\": { \"controlId\": \"id\" }", "application/json", "{\"id\":\"17\"}", true)]
    public async Task A12_a_sender_whose_outcome_is_not_known_is_told_whether_a_repetition_is_delivered_twice(string members, string contentType, string body, bool isRecognised)
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync($$"""
            {
              "id": "one",
              "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/one", "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 1{{members}} },
              "destinations": [ { "id": "lab", "type": "tcp", "endpoint": "127.0.0.1:{{receiver.Port}}", "framing": { "type": "startEnd", "start": "\u000b", "end": "\u001c\r" } } ]
            }
            """);
        using HttpClient client = new();
        using StringContent content = new(body.Length == 0 ? Samples.Adt("17") : body, new System.Net.Http.Headers.MediaTypeHeaderValue(contentType));
        using HttpResponseMessage response = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("one")}/one"), content);

        Assert.Equal(504, (int)response.StatusCode);
        string told = await response.Content.ReadAsStringAsync();
        Assert.Equal(isRecognised, told.Contains("Send it again to hear the outcome; it is not delivered twice.", StringComparison.Ordinal));
        Assert.Equal(!isRecognised, told.Contains("it may be delivered twice; ask before sending it again.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--http1.1", "lab1", true)]
    [InlineData("--http1.1", "lab2", false)]
    [InlineData("--http1.1", "", false)]
    [InlineData("--http2", "lab1", true)]
    [InlineData("--http2", "lab2", false)]
    [InlineData("--http2", "", false)]
    public async Task T02_curl_is_let_in_with_a_certificate_that_is_allowed(string option, string name, bool isLetIn)
    {
        await using TlsBench bench = new();
        bench.Intake.Answer = _ => Task.FromResult(Receipt.Accepted);
        await using IListener listener = Listener(bench, new ComponentCatalog().AddListeners(), "adt", "127.0.0.1:0", new()
        {
            Certificate = "server.pem",
            ClientCertificates = ClientCertificates.Required,
            ClientAuthorities = "authority.pem",
            AllowedSubjects = [Subject("CN=lab1")],
        });
        int port = (await listener.StartAsync(CancellationToken.None)).Port;
        string given = name.Length == 0 ? "" : $"--cert {bench.Own("client.pem", bench.Authority.Issue($"CN={name}", TestAuthority.ForClients))}";

        string said = await CurlAsync($"-s {option} --cacert {bench.Folder.Path("authority.pem")} {given} --noproxy * --data-raw one https://127.0.0.1:{port}/adt");

        Assert.Equal(isLetIn ? "{\"outcome\":\"accepted\"}\n" : "", said);
        Assert.Equal(isLetIn ? ["one"] : [], bench.Intake.Texts);
        if (!isLetIn)
            Assert.Contains(name.Length == 0 ? "It gave no certificate" : "on neither allowedSubjects nor allowedFingerprints", await bench.Log.NextAsync(2020), StringComparison.Ordinal);
        await listener.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_channels_that_share_a_port_are_all_named_with_its_certificate_and_its_failed_handshakes()
    {
        await using TlsBench bench = new();
        ComponentCatalog catalog = new ComponentCatalog().AddListeners();
        await using IListener first = Listener(bench, catalog, "adt", "127.0.0.1:0", new() { Certificate = "server.pem" });
        int port = (await first.StartAsync(CancellationToken.None)).Port;
        await using IListener second = Listener(bench, catalog, "labs", $"127.0.0.1:{port}", new() { Certificate = "server.pem" });
        await second.StartAsync(CancellationToken.None);

        Assert.Equal(["adt", "labs"], bench.Certificates.All().Single(view => view.Kind == "Own").Channels);
        using RawPeer peer = await RawPeer.ConnectAsync(port);
        await peer.SendAsync("GET / HTTP/1.1\r\n\r\n");
        Assert.StartsWith("Channel adt: the TLS handshake", await bench.Log.NextAsync(2020), StringComparison.Ordinal);
        Assert.StartsWith("Channel labs: the TLS handshake", await bench.Log.NextAsync(2020), StringComparison.Ordinal);
    }

    private static IListener Listener(TlsBench bench, ComponentCatalog catalog, string id, string listen, TlsServerConfig tls) => catalog.CreateListener(
        new HttpListenerConfig { Type = "http", Listen = listen, Path = $"/{id}", Tls = tls },
        new(id, bench.Intake, bench.Clock, () => "ID1", bench.Log) { Certificates = bench.Certificates.In(bench.Folder.Root, id) });

    private static CertificateSubject Subject(string text) => CertificateSubject.TryParse(text, out CertificateSubject? subject, out string? error) ? subject! : throw new FormatException(error);

    private static string Channel(string id) => $$"""
        {
          "id": "{{id}}",
          "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/{{id}}" },
          "destinations": [ { "id": "files", "type": "file", "folder": "out", "name": "${message.id}.hl7" } ]
        }
        """;

    private static async Task<string> CurlAsync(string arguments)
    {
        using Process curl = Process.Start(new ProcessStartInfo("curl", arguments) { RedirectStandardOutput = true })!;
        string output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return output;
    }
}
