using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hub.Testing;

/// <summary>A mail as a server of the tests got it.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Subject, IReadOnlyDictionary<string, string> Headers, string Text, string Html, bool Tls, string? User);

/// <summary>A real mail server: aiosmtpd of Python, which knows nothing of the product.</summary>
public sealed class SmtpPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);
    // Debian's own, which its packages are for, before any other.
    private static readonly string s_python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    private static readonly Lazy<string?> s_missing = new(FindMissing);

    private readonly Process _process;

    private SmtpPeer(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => s_missing.Value;

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="more">A file with certificate and key for STARTTLS, and <c>user:password</c>.</param>
    public static async Task<SmtpPeer> StartAsync(int port = 0, params string[] more)
    {
        ProcessStartInfo start = new(s_python, [Path.Combine(Repository.Root, "tests", "peers", "smtp.py"), port.ToString(CultureInfo.InvariantCulture), .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) ?? throw new IOException("The mail server ended.");
        return new(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>Waits for the next mail.</summary>
    public async Task<ReceivedMail> NextAsync()
    {
        string line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) ?? throw new IOException("The mail server ended.");
        return JsonSerializer.Deserialize<ReceivedMail>(line, s_json)!;
    }

    /// <summary>Ends it, and gives the mails that nobody has waited for.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> EndAsync()
    {
        _process.StandardInput.Close();
        string rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return [.. rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<ReceivedMail>(line, s_json)!)];
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? FindMissing()
    {
        try
        {
            using Process python = Process.Start(new ProcessStartInfo(s_python, ["-c", "import aiosmtpd"]) { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0 ? null : "aiosmtpd is not installed (Debian package python3-aiosmtpd); tests/run.sh installs it as root";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "python3 is not installed";
        }
    }
}
