using System.Globalization;
using System.Text;
using Hub.Contracts;
using Hub.Engine.Commands;

namespace Hub.Engine.Syslog;

/// <summary>A record of the audit as a syslog message (RFC 5424) in its frame (RFC 5425 §4.3). What was done is JSON, which programs that watch logs read.</summary>
internal static class SyslogMessage
{
    /// <summary>Log audit (RFC 5424 §6.2.1).</summary>
    private const int Facility = 13;

    /// <summary>Longest host name (RFC 5424 §6.2.4).</summary>
    private const int LongestHost = 255;

    /// <summary>Writes one, with its length before it.</summary>
    /// <param name="stored">The record.</param>
    /// <param name="app">What the Hub is called.</param>
    /// <param name="host">The machine.</param>
    public static byte[] Frame(StoredAudit stored, string app, string host)
    {
        AuditRecord record = stored.Record;
        string header = string.Create(
            CultureInfo.InvariantCulture,
            $"<{(Facility * 8) + Severity(record.Act)}>1 {record.At.ToUniversalTime():yyyy-MM-ddTHH:mm:ss.ffffffZ} {Host(host)} {app} {Environment.ProcessId} {record.Act} - ");
        // RFC 5424 §6.4: text in UTF-8 begins with its mark.
        byte[] message = [.. Encoding.ASCII.GetBytes(header), .. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(AuditView.Line(stored))];
        return [.. Encoding.ASCII.GetBytes($"{message.Length.ToString(CultureInfo.InvariantCulture)} "), .. message];
    }

    // Warning, notice, informational (RFC 5424 §6.2.1).
    private static int Severity(AuditAct act) => act switch
    {
        AuditAct.LoginFailed => 4,
        AuditAct.Changed or AuditAct.Edited or AuditAct.SawAudit => 5,
        _ => 6,
    };

    private static string Host(string host)
    {
        string printable = string.Concat(host.Where(letter => letter is > ' ' and <= '~'));
        return printable.Length == 0 ? "-" : printable.Length <= LongestHost ? printable : printable[..LongestHost];
    }
}
