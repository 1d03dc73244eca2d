using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>What <c>tls</c> in channel files is checked for when they are loaded, and the Hub that runs on it.</summary>
public sealed class TlsConfigTests : IAsyncDisposable
{
    private readonly TlsBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1:2575", "", null)]
    [InlineData("localhost:2575", "", null)]
    [InlineData("[::1]:2575", "", null)]
    [InlineData("*:2575", "", "HUB1320")]
    [InlineData("0.0.0.0:2575", "", "HUB1320")]
    [InlineData("10.1.2.3:2575", "", "HUB1320")]
    [InlineData("[::]:2575", "", "HUB1320")]
    [InlineData("*:2575", """, "allowPlaintext": true""", null)]
    [InlineData("*:2575", """, "tls": { "certificate": "server.pem" }""", null)]
    [InlineData("*:2575", """, "allowPlaintext": true, "tls": { "certificate": "server.pem" }""", "HUB1320")]
    public void F13_a_listener_off_loopback_is_TLS_or_says_that_it_is_not(string listen, string more, string? code) =>
        Assert.Equal(code is null ? [] : [code], Load($$"""{ "type": "mllp", "listen": "{{listen}}"{{more}} }""").Select(Code));

    [Theory]
    [InlineData("""{ "certificate": "gone.pem" }""", "HUB1322", "There is no file")]
    [InlineData("""{ "certificate": "authority.pem" }""", "HUB1322", "holds no private key")]
    [InlineData("""{ "certificate": "server.pem", "key": "other.key" }""", "HUB1322", "cannot be used together")]
    [InlineData("""{ "certificate": "server.pem", "key": "locked.key" }""", "HUB1322", "has a password. Add \"password\"")]
    [InlineData("""{ "certificate": "server.pem", "key": "open.key" }""", "HUB1322", "Run: chmod 600")]
    [InlineData("""{ "certificate": "server.pem", "password": "${secret:pin}" }""", "HUB1322", "has no password")]
    [InlineData("""{ "certificate": "server.pfx", "password": "${secret:pin}" }""", "HUB1322", "Is the password right?")]
    [InlineData("""{ "certificate": "server.pem", "clientCertificates": "required" }""", "HUB1321", "Add \"clientAuthorities\"")]
    [InlineData("""{ "certificate": "server.pem", "allowedSubjects": [ "CN=a" ] }""", "HUB1321", "none are asked for")]
    [InlineData("""{ "certificate": "server.pem", "clientCertificates": "required", "clientAuthorities": "server.pem" }""", "HUB1322", "not its issuer")]
    [InlineData("""{ "certificate": "server.pem", "clientCertificates": "required", "clientAuthorities": "authority.pem", "revocationList": "server.pem" }""", "HUB1322", "not a list of revoked certificates")]
    [InlineData("""{ "certificate": "server.pem", "clientCertificates": "required", "clientAuthorities": "authority.pem", "allowedFingerprints": [ "12:34" ] }""", "HUB1021", "openssl x509")]
    [InlineData("""{ "certificate": "server.pem", "clientCertificates": "required", "clientAuthorities": "authority.pem", "allowedSubjects": [ "lab1" ] }""", "HUB1021", "CN=lab1")]
    public void Mistakes_of_a_listener_are_told_with_what_to_do(string tls, string code, string text)
    {
        WriteKeys();
        string problem = Assert.Single(Load($$"""{ "type": "mllp", "listen": "*:2575", "tls": {{tls}} }"""));
        Assert.Equal(code, Code(problem));
        Assert.Contains(text, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "pins": [] }""", "HUB1440")]
    [InlineData("""{ "pins": [ "0000000000000000000000000000000000000000000000000000000000000000" ], "authorities": "authority.pem" }""", "HUB1440")]
    [InlineData("""{ "serverName": "not a name" }""", "HUB1440")]
    [InlineData("""{ "key": "other.key" }""", "HUB1440")]
    [InlineData("""{ "authorities": "gone.pem" }""", "HUB1441")]
    [InlineData("""{ "certificate": "authority.pem" }""", "HUB1441")]
    [InlineData("{ }", null)]
    public void Mistakes_of_a_destination_are_told(string tls, string? code)
    {
        WriteKeys();
        Assert.Equal(code is null ? [] : [code], Load("""{ "type": "mllp", "listen": "127.0.0.1:0" }""", tls).Select(Code));
    }

    [Theory]
    [InlineData("""{ "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pfx", "password": "plain" } }""", "HUB1430")]
    [InlineData("""{ "type": "http", "listen": "127.0.0.1:0", "authentication": { "type": "basic", "user": "u", "password": "plain" } }""", "HUB1430")]
    [InlineData("""{ "type": "http", "listen": "127.0.0.1:0", "authentication": { "type": "apiKey", "key": "plain" } }""", "HUB1430")]
    [InlineData("""{ "type": "http", "listen": "127.0.0.1:0", "authentication": { "type": "apiKey", "key": "${secret:pin}" } }""", null)]
    [InlineData("""{ "type": "mllp", "listen": "127.0.0.1:${secret:pin}" }""", "HUB1431")]
    [InlineData("""{ "type": "tcp", "listen": "127.0.0.1:0", "framing": { "type": "endOfConnection" }, "tls": { "certificate": "server.pem" } }""", "HUB1432")]
    [InlineData("""{ "type": "tcp", "listen": "127.0.0.1:0", "framing": { "type": "endOfConnection" } }""", null)]
    public void Open_secrets_shown_secrets_and_TLS_messages_without_an_end_are_refused(string source, string? code)
    {
        WriteKeys();
        string[] problems = Load(source);
        Assert.Equal(code is null ? [] : [code], problems.Select(Code));
        Assert.DoesNotContain("plain", string.Concat(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_receives_and_sends_over_TLS_and_a_change_of_its_steps_drops_no_connection()
    {
        TestFolder folder = new();
        string pem = TestAuthority.PemWithKey(_bench.Authority.Issue("CN=hub.example"));
        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)[("server.pem", pem), ("authority.pem", _bench.Authority.Certificate.ExportCertificatePem())])
        {
            string path = folder.Write($"channels/certificates/{name}", text);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        string client = _bench.Own("client.pem", _bench.Authority.Issue("CN=lab1", TestAuthority.ForClients));
        await using MllpReceiver receiver = new();
        string source = """
            { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "certificates/server.pem", "clientCertificates": "required",
              "clientAuthorities": "certificates/authority.pem", "allowedSubjects": [ "CN=lab1", "CN=lab2" ] } }
            """;
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("last", receiver.Port), Channel("first", source, "[]", FreePort.Take()));
        string[] last = [Channel("last", """{ "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "certificates/server.pem" } }""", "[]", receiver.Port)];
        await hub.ChangeFilesAsync(() => folder.WriteChannel(last[0]));
        string tls = """, "tls": { "authorities": "certificates/authority.pem" }""";
        await hub.ChangeFilesAsync(() => folder.WriteChannel(Channel("first", source, "[]", hub.Port("last"), tls)));
        await using OpenSslPeer peer = OpenSslPeer.Connect(hub.Port("first"), $"{_bench.Trust} -cert {client}");
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("1")));
        Assert.Contains("MSA|AA|1", await peer.ReadFrameAsync(), StringComparison.Ordinal);

        await hub.ChangeFilesAsync(() => folder.WriteChannel(Channel("first", source, """[ { "type": "setField", "path": "MSH-5", "value": "NEW" } ]""", hub.Port("last"), tls)));
        await peer.SendAsync(TlsBench.Frame(Samples.Adt("2")));
        Assert.Contains("MSA|AA|2", await peer.ReadFrameAsync(), StringComparison.Ordinal);

        Assert.Equal(Samples.Adt("1"), System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
        Assert.Equal(Samples.Adt("2").Replace("|MPI|", "|NEW|", StringComparison.Ordinal), System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
    }

    private static string Code(string problem) => problem[problem.IndexOf("HUB", StringComparison.Ordinal)..].Split(' ')[0];

    private static string Channel(string id, string source, string steps, int port, string tls = "") => $$"""
        { "id": "{{id}}", "source": {{source}}, "steps": {{steps}},
          "destinations": [ { "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{port}}"{{tls}} } ] }
        """;

    private string[] Load(string source, string? tls = null)
    {
        string path = _bench.Folder.Write("adt.json", Channel("adt", source, "[]", 2576, tls is null ? "" : $", \"tls\": {tls}"));
        return [.. Wiring.Loader(Wiring.Catalog(), new() { Secrets = _bench.Folder.Path("secrets") }).LoadFile(path).Problems.Select(problem => problem.ToString())];
    }

    private void WriteKeys()
    {
        X509Certificate2 other = _bench.Authority.Issue("CN=other");
        RSA key = other.GetRSAPrivateKey()!;
        _bench.Pem("other.key", key.ExportPkcs8PrivateKeyPem());
        _bench.Pem("locked.key", key.ExportEncryptedPkcs8PrivateKeyPem("sesame", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllBytes(_bench.Folder.Path("server.pfx"), other.Export(X509ContentType.Pkcs12, "sesame"));
        string pin = _bench.Folder.Write("secrets/pin", "x");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(pin, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string open = _bench.Pem("open.key", key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
    }
}
