using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Hub.Testing;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine.Tests;

/// <summary><c>hub send</c> and <c>hub listen</c> beyond plain MLLP: HTTP and TLS.</summary>
public sealed class SendAndListenTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("AA", 0)]
    [InlineData("AE", 1)]
    public async Task A14_send_and_listen_speak_HL7_over_HTTP_with_each_other(string code, int exit)
    {
        int port = FreePort.Take();
        using Process listen = HubProcess.Start("listen", "--http", $"{port}", "--path", "/in", "--mllp", "0", "--answer", code);
        string listening = (await listen.StandardError.ReadLineAsync())!;

        CommandResult sent = await HubProcess.RunAsync("send", Message(), "--to", $"http://127.0.0.1:{port}/in");
        listen.Kill();
        string shown = await listen.StandardOutput.ReadToEndAsync();

        Assert.Contains($" and http://127.0.0.1:{port}/in, answering {code}", listening, StringComparison.Ordinal);
        Assert.Equal(exit, sent.Exit);
        Assert.Contains($"a.hl7: {code}", sent.Output, StringComparison.Ordinal);
        Assert.Contains($"MSA|{code}|1", sent.Output, StringComparison.Ordinal);
        Assert.Contains("bytes from", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_takes_any_body_over_HTTP()
    {
        int port = FreePort.Take();
        using Process listen = HubProcess.Start("listen", "--http", $"{port}", "--json");
        await listen.StandardError.ReadLineAsync();

        CommandResult sent = await HubProcess.RunAsync("send", _folder.Write("a.json", "{ }"), "--to", $"http://127.0.0.1:{port}/", "--content-type", "application/json");
        listen.Kill();

        Assert.True(sent.Exit == 0, sent.Errors + sent.Output);
    }

    [Theory]
    [InlineData(200, 0, null)]
    [InlineData(302, 1, "redirect")]
    [InlineData(503, 1, "503, ServiceUnavailable")]
    public async Task Send_posts_the_bytes_with_the_given_type_and_shows_the_status(int status, int exit, string? told)
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("so it is");
        };

        CommandResult sent = await HubProcess.RunAsync("send", _folder.Write("a.json", "{ \"a\": 1 }"), "--to", $"http://127.0.0.1:{receiver.Port}/orders?x=1", "--content-type", "application/json");

        Assert.Equal(exit, sent.Exit);
        Assert.Contains($"a.json: {status}", sent.Output, StringComparison.Ordinal);
        Assert.Contains("so it is", sent.Output, StringComparison.Ordinal);
        Assert.Contains(told ?? "", sent.Errors, StringComparison.Ordinal);
        ReceivedRequest request = Assert.Single(receiver.Requests);
        Assert.Equal(("POST", "/orders?x=1", "application/json", "{ \"a\": 1 }"), (request.Method, request.Target, request.Headers.ContentType.ToString(), System.Text.Encoding.UTF8.GetString(request.Body)));
    }

    [Theory]
    [InlineData("", "", 2)]
    [InlineData("FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r", "BTS|2\rFTS|1\r", 2)]
    [InlineData("BHS#*!?%#PAS\n", "BTS#2\n", 2)]
    [InlineData("BHS|^~\\&|PAS\r", "BTS|3\r", 0)]
    public async Task B01_B02_a_file_of_many_messages_is_sent_message_by_message_or_refused_when_it_does_not_add_up(string before, string after, int sent)
    {
        await using MllpReceiver receiver = new();
        string file = _folder.Write("night.hl7", $"{before}{Samples.Adt("n1")}{Samples.Adt("n2").Replace('\r', '\n')}{after}");

        CommandResult result = await HubProcess.RunAsync("send", file, "--to", $"mllp://127.0.0.1:{receiver.Port}");

        Assert.Equal(sent, receiver.Messages.Count);
        Assert.Equal(sent == 0 ? 3 : 0, result.Exit);
        Assert.Contains(sent == 0 ? "BTS-1" : "night.hl7[2]: AA", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B02_a_file_of_one_message_that_counts_more_is_refused()
    {
        await using MllpReceiver receiver = new();
        CommandResult result = await HubProcess.RunAsync("send", _folder.Write("night.hl7", $"{Samples.Adt("n1")}BTS|5\r"), "--to", $"mllp://127.0.0.1:{receiver.Port}");
        Assert.Equal((3, 0), (result.Exit, receiver.Count));
        Assert.Contains("BTS-1", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B01_a_file_of_many_messages_is_one_block_when_asked_for()
    {
        await using MllpReceiver receiver = new();
        string batch = $"BHS|^~\\&|PAS\r{Samples.Adt("n1")}{Samples.Adt("n2")}BTS|2\r";
        await HubProcess.RunAsync("send", _folder.Write("night.hl7", batch), "--whole", "--to", $"mllp://127.0.0.1:{receiver.Port}", "--timeout", "1");
        Assert.Equal(batch, System.Text.Encoding.UTF8.GetString(receiver.Messages[0]));
    }

    [Fact]
    public async Task A14_a_status_alone_is_no_answer_to_HL7_over_HTTP_unless_another_type_is_named()
    {
        await using HttpReceiver receiver = await HttpReceiver.StartAsync();
        string to = $"http://127.0.0.1:{receiver.Port}/";

        CommandResult unanswered = await HubProcess.RunAsync("send", Message(), "--to", to);
        CommandResult byStatus = await HubProcess.RunAsync("send", Message(), "--to", to, "--content-type", "text/plain");

        Assert.Equal((1, 0), (unanswered.Exit, byStatus.Exit));
        Assert.Contains("without an HL7 acknowledgment", unanswered.Errors, StringComparison.Ordinal);
        Assert.StartsWith("application/hl7-v2", receiver.Requests[0].Headers.ContentType.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T03_send_over_TLS_trusts_the_named_issuers_alone_and_shows_its_own_certificate()
    {
        await using MllpReceiver receiver = new();
        TestAuthority authority = new("Test Authority");
        using X509Certificate2 server = authority.Issue("CN=localhost", host: "localhost");
        using X509Certificate2 client = authority.Issue("CN=ward", TestAuthority.ForClients);
        Secret("channels/server.pem", TestAuthority.PemWithKey(server));
        string own = Secret("ward.pem", TestAuthority.PemWithKey(client));
        string issuers = _folder.Write("channels/authority.pem", authority.Certificate.ExportCertificatePem());
        _folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, source: """, "tls": { "certificate": "server.pem", "clientCertificates": "required", "clientAuthorities": "authority.pem" } """));
        await using HubProcess hub = await HubProcess.StartAsync(_folder);
        string to = $"mllps://localhost:{hub.Port("adt")}";

        CommandResult sent = await HubProcess.RunAsync("send", Message(), "--to", to, "--ca", issuers, "--certificate", own);
        CommandResult unknown = await HubProcess.RunAsync("send", Message(), "--to", to, "--certificate", own);
        CommandResult otherName = await HubProcess.RunAsync("send", Message(), "--to", to, "--ca", issuers, "--certificate", own, "--server-name", "lab.example");
        CommandResult missing = await HubProcess.RunAsync("send", Message(), "--to", to, "--ca", _folder.Path("none.pem"));

        Assert.True(sent.Exit == 0, sent.Errors);
        Assert.Equal((3, 3, 3), (unknown.Exit, otherName.Exit, missing.Exit));
        Assert.Contains("is not trusted", unknown.Errors, StringComparison.Ordinal);
        Assert.Contains("lab.example", otherName.Errors, StringComparison.Ordinal);
        Assert.Contains("none.pem", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T03_send_over_HTTPS_trusts_the_named_issuers()
    {
        TestAuthority authority = new("Test Authority");
        using X509Certificate2 server = authority.Issue("CN=localhost", host: "localhost");
        await using HttpReceiver receiver = await HttpReceiver.StartAsync(certificate: server);
        string issuers = _folder.Write("authority.pem", authority.Certificate.ExportCertificatePem());
        string[] send = ["send", Message(), "--to", $"https://localhost:{receiver.Port}/", "--content-type", "text/plain"];

        CommandResult sent = await HubProcess.RunAsync([.. send, "--ca", issuers]);
        CommandResult unknown = await HubProcess.RunAsync(send);

        Assert.True(sent.Exit == 0, sent.Errors);
        Assert.Equal(3, unknown.Exit);
    }

    [Theory]
    [InlineData("send a.hl7 --to ftp://lab", "mllps://host:port")]
    [InlineData("send a.hl7 --to mllps://lab", "mllps://host:port")]
    [InlineData("send a.hl7 --to mllp://lab:1 --ca x.pem", "--ca is for TLS")]
    [InlineData("send a.hl7 --to mllps://lab:1 --key x.pem", "--key: It belongs to a certificate")]
    [InlineData("send a.hl7 --to mllp://lab:1 --content-type text/plain", "--content-type is for http")]
    [InlineData("send a.hl7 --to http://lab --content-type nonsense", "--content-type: ")]
    [InlineData("send a.hl7 --to mllp://lab:1 --timeout soon", "--timeout: \"soon\" is not possible here.")]
    [InlineData("send a.hl7 --to mllp://lab:1 --to mllp://lab:2", "--to")]
    [InlineData("listen", "--http PORT")]
    [InlineData("listen --http some", "--http: \"some\" is not possible here. Give a number from 0 to 65535.")]
    [InlineData("listen --http 0 --path in", "--path: ")]
    public async Task What_does_not_go_together_is_a_wrong_command_line(string line, string told)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Exit);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }

    private string Message() => _folder.Write("a.hl7", Samples.Adt("1"));

    private string Secret(string name, string content)
    {
        string path = _folder.Write(name, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
