using Hub.Channels.Config;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Syslog;

/// <summary>Reads <c>syslog.json</c> at the start.</summary>
internal static partial class SyslogFile
{
    /// <summary>Reads it. What is wrong with it is told, and nothing is sent then: messages go on.</summary>
    /// <returns>Null when it is not there, or cannot be used.</returns>
    public static SyslogConfig? Load(string file, Settings settings, ILogger log)
    {
        if (!File.Exists(file))
            return null;
        SiteFile<SyslogConfig> read = SiteFile.Load<SyslogConfig>(file, settings, "a syslog server: { \"server\": \"siem.example:6514\" }.");
        string[] problems = [.. read.Problems.Select(problem => problem.ToString()), .. (read.Value?.FindProblems() ?? []).Select(problem => $"{file}: {problem}")];
        foreach (string problem in problems)
            Log.Refused(log, problem);
        if (problems.Length > 0)
            return null;
        Log.Sends(log, read.Value!.Server);
        return read.Value;
    }

    private static partial class Log
    {
        [LoggerMessage(7023, LogLevel.Error, "The audit is sent to no syslog server. {Problem} Put it right, and start the Hub again.")]
        public static partial void Refused(ILogger log, string problem);

        [LoggerMessage(7024, LogLevel.Information, "The audit is sent to the syslog server {Server}")]
        public static partial void Sends(ILogger log, string server);
    }
}
