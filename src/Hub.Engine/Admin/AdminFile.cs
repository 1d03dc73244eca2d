using Hub.Channels.Config;

namespace Hub.Engine.Admin;

/// <summary>Reads <c>admin.json</c> at the start.</summary>
internal static class AdminFile
{
    /// <summary>Reads it; the defaults when it is not there.</summary>
    /// <exception cref="IOException">It cannot be used. The Hub does not start then: it could be open to more than it should.</exception>
    public static AdminConfig Load(string file, Settings settings)
    {
        if (!File.Exists(file))
            return new();
        SiteFile<AdminConfig> read = SiteFile.Load<AdminConfig>(file, settings, "settings of the admin interface: { \"tls\": { \"certificate\": \"hub.pem\" } }.");
        string[] problems = [.. read.Problems.Select(problem => problem.ToString()), .. (read.Value?.FindProblems() ?? []).Select(problem => $"{file}: {problem}")];
        return problems.Length == 0 && read.Value is { } config ? config : throw new IOException(string.Join('\n', problems));
    }
}
