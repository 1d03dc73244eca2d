using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Syslog;

/// <summary>
/// Sends the audit to a syslog server over TLS. What waits stands in the journal, and so does how far it has come: a server that is not there holds nothing up,
/// and gets all when it is back, also after a restart. Syslog has no answers: what a connection lost on its way is not known.
/// </summary>
/// <param name="config">Where to.</param>
/// <param name="journal">Has the audit.</param>
/// <param name="certificates">For TLS.</param>
/// <param name="clock">The time.</param>
/// <param name="log">For people.</param>
internal sealed partial class SyslogSender(SyslogConfig config, IJournal journal, ICertificates certificates, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    /// <summary>What is sent before it is noted.</summary>
    private const int Page = 100;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[] _answer = new byte[1];
    private Task _loop = Task.CompletedTask;
    private SslStream? _stream;
    private Task<int>? _ended;
    private bool _isTold;

    /// <summary>Begins.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DropAsync();
        _stopping.Dispose();
    }

    /// <summary>Sends all that waits.</summary>
    /// <returns>Whether the server took it.</returns>
    public async Task<bool> SendAsync()
    {
        using CancellationTokenSource patience = new(s_patience, clock);
        await using CancellationTokenRegistration stop = _stopping.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), patience);
        try
        {
            await SendAsync(patience);
            if (_isTold)
                Log.Resumed(log, config.Server);
            _isTold = false;
            return true;
        }
        catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException or JournalException or OperationCanceledException && !_stopping.IsCancellationRequested)
        {
            await DropAsync();
            if (!_isTold)
                Log.Unreachable(log, config.Server, exception is OperationCanceledException ? "It does not answer in time." : exception.Message);
            _isTold = true;
            return false;
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            bool isSent = true;
            try
            {
                isSent = await SendAsync();
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                // Whatever it was, the next record is to be sent.
                Log.Failed(log, exception);
            }

            await Task.Delay(isSent ? s_look : s_again, clock, _stopping.Token);
        }
    }

    private async Task SendAsync(CancellationTokenSource patience)
    {
        string key = $"syslog {config.Server}";
        long through = journal.ReadAccess(AccessKind.Position, key) is [var row] && long.TryParse(row.Value, CultureInfo.InvariantCulture, out long known) ? known : 0;
        while (journal.ReadAudit(through, Page) is { Count: > 0 } page)
        {
            _stream ??= await ConnectAsync(patience.Token);
            foreach (StoredAudit stored in page)
                await _stream.WriteAsync(SyslogMessage.Frame(stored, config.AppName, Environment.MachineName), patience.Token);
            await _stream.FlushAsync(patience.Token);
            // The server says nothing; when something comes it is the end.
            if (_ended is { IsCompleted: true })
                throw new IOException("The server closed the connection.");
            through = page[^1].Id;
            await journal.AppendAsync(new AccessChanged(AccessKind.Position, key, through.ToString(CultureInfo.InvariantCulture)));
            patience.CancelAfter(s_patience);
        }
    }

    private async Task<SslStream> ConnectAsync(CancellationToken stopping)
    {
        (string host, int port) = config.Address!.Value;
        TcpClient client = new() { NoDelay = true };
        SslStream? stream = null;
        TlsPeer peer = new();
        try
        {
            await client.ConnectAsync(host, port, stopping);
            stream = new(client.GetStream());
            await stream.AuthenticateAsClientAsync(certificates.ForClient(config.Tls, host, peer), stopping);
            _ended = stream.ReadAsync(_answer, CancellationToken.None).AsTask();
            return stream;
        }
        catch (Exception exception)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            client.Dispose();
            if (exception is AuthenticationException && peer.Refusal is { } refusal)
                throw new IOException(refusal, exception);
            throw;
        }
    }

    private async Task DropAsync()
    {
        if (_stream is null)
            return;
        await _stream.DisposeAsync();
        _stream = null;
        if (_ended is not null)
            await ((Task)_ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended = null;
    }

    private static partial class Log
    {
        [LoggerMessage(7020, LogLevel.Error, "The syslog server {Server} cannot be reached, so the audit waits in the journal. It is tried again each half minute. {Problem}")]
        public static partial void Unreachable(ILogger log, string server, string problem);

        [LoggerMessage(7021, LogLevel.Information, "The syslog server {Server} has all of the audit again.")]
        public static partial void Resumed(ILogger log, string server);

        [LoggerMessage(7022, LogLevel.Error, "The audit could not be sent to the syslog server and is tried again. This is a mistake in the Hub; report it")]
        public static partial void Failed(ILogger log, Exception exception);
    }
}
