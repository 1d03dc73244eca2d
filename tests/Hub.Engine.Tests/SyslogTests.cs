using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Engine.Syslog;
using Hub.Engine.Tls;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>The audit on its way to a syslog server.</summary>
public sealed class SyslogTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new("CN=SIEM CA");
    private readonly Certificates _certificates = new(TimeProvider.System, NullLoggerFactory.Instance);

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_server_that_was_away_gets_each_record_once_in_order_when_it_is_back()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using RecordedLog log = new();
        using TcpListener away = new(IPAddress.Loopback, 0);
        away.Start();
        IPEndPoint address = (IPEndPoint)away.LocalEndpoint;
        SyslogConfig config = ConfigFor(address.Port);
        away.Stop();
        using TcpListener listener = new(address);
        await using (SyslogSender sender = Sender(config, hub, log))
        {
            await AuditAsync(hub, "mair", AuditAct.LoggedIn, "ÿ \n");
            Assert.False(await sender.SendAsync());
            await AuditAsync(hub, "rhys", AuditAct.LoginFailed, "");
            listener.Start();
            Task<bool> sent = sender.SendAsync();
            using Connection first = await AcceptAsync(listener);

            Assert.True(await sent.WaitAsync(s_patience));

            (string head, JsonElement record) = await first.NextAsync();
            Assert.Matches(@"^<110>1 2026-03-01T08:30:15\.000000Z \S+ hub [0-9]+ LoggedIn - $", head);
            Assert.Equal((1, "mair", "ÿ \n"), (record.GetProperty("id").GetInt64(), record.GetProperty("who").GetString(), record.GetProperty("text").GetString()));
            Assert.StartsWith("<108>1 ", (await first.NextAsync()).Head, StringComparison.Ordinal);
            Assert.Equal([7020, 7021], log.Take().Select(line => line.Id));
        }

        await AuditAsync(hub, "mair", AuditAct.LoggedOut, "");
        await using SyslogSender next = Sender(config, hub, log);
        Task<bool> rest = next.SendAsync();
        using Connection second = await AcceptAsync(listener);
        Assert.True(await rest.WaitAsync(s_patience));
        Assert.Equal(3, (await second.NextAsync()).Record.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task A_server_of_another_issuer_gets_nothing()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using RecordedLog log = new();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        SyslogConfig config = ConfigFor(((IPEndPoint)listener.LocalEndpoint).Port);
        _folder.Write("ca.pem", new TestAuthority("CN=Other CA").Certificate.ExportCertificatePem());
        await AuditAsync(hub, "mair", AuditAct.LoggedIn, "");
        await using SyslogSender sender = Sender(config, hub, log);

        Task<bool> sent = sender.SendAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using Connection connection = await AcceptAsync(listener);
            await connection.NextAsync();
        });

        Assert.False(await sent.WaitAsync(s_patience));
        Assert.Single(log.Take(), line => line.Id == 7020);
    }

    [Theory]
    [InlineData("""{ "server": "siem" }""", "HUB7030")]
    [InlineData("""{ "server": "siem.example:6514", "appName": "a b" }""", "HUB7031")]
    [InlineData("""{ "server": "siem.example:6514", "tls": { "key": "k.pem" } }""", "$.tls.key")]
    [InlineData("""{ "port": 1 }""", "port")]
    public void A_file_that_cannot_be_used_is_told_and_nothing_is_sent(string file, string told)
    {
        using RecordedLog log = new();
        Assert.Null(SyslogFile.Load(_folder.Write("syslog.json", file), new(_folder.Path("secrets")), log));
        Assert.Contains(log.Take(), line => line.Id == 7023 && line.Text.Contains(told, StringComparison.Ordinal));
    }

    private static async Task AuditAsync(HubHost hub, string who, AuditAct act, string text) =>
        await hub.Journal.AppendAsync(new AuditRecord { At = new(2026, 3, 1, 8, 30, 15, TimeSpan.Zero), Who = who, Act = act, Text = text }, waits: true);

    private SyslogSender Sender(SyslogConfig config, HubHost hub, RecordedLog log) => new(config, hub.Journal, _certificates.In(_folder.Root), TimeProvider.System, log);

    private SyslogConfig ConfigFor(int port)
    {
        _folder.Write("ca.pem", _authority.Certificate.ExportCertificatePem());
        string file = _folder.Write("syslog.json", $$"""{ "server": "127.0.0.1:{{port.ToString(CultureInfo.InvariantCulture)}}", "tls": { "authorities": "ca.pem" } }""");
        return SyslogFile.Load(file, new(_folder.Path("secrets")), NullLogger.Instance)!;
    }

    private async Task<Connection> AcceptAsync(TcpListener listener)
    {
        TcpClient client = await listener.AcceptTcpClientAsync().WaitAsync(s_patience);
        SslStream stream = new(client.GetStream());
        using X509Certificate2 issued = _authority.Issue("CN=siem");
        X509Certificate2 own = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pfx), null);
        await stream.AuthenticateAsServerAsync(own).WaitAsync(s_patience);
        return new(client, stream);
    }

    private sealed class Connection(TcpClient client, SslStream stream) : IDisposable
    {
        /// <summary>Reads one message by its octet count (RFC 5425).</summary>
        public async Task<(string Head, JsonElement Record)> NextAsync()
        {
            int length = 0;
            byte[] one = new byte[1];
            while (true)
            {
                await stream.ReadExactlyAsync(one).AsTask().WaitAsync(s_patience);
                if (one[0] == ' ')
                    break;
                length = (length * 10) + (one[0] - '0');
            }

            byte[] message = new byte[length];
            await stream.ReadExactlyAsync(message).AsTask().WaitAsync(s_patience);
            int mark = message.AsSpan().IndexOf(Encoding.UTF8.Preamble);
            return (Encoding.ASCII.GetString(message, 0, mark), JsonSerializer.Deserialize<JsonElement>(message.AsSpan(mark + Encoding.UTF8.Preamble.Length)));
        }

        public void Dispose()
        {
            stream.Dispose();
            client.Dispose();
        }
    }
}
