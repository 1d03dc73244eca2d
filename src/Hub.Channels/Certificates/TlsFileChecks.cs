using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Channels.Certificates;

/// <summary>Finds what is wrong with the files that <c>tls</c> names, when a channel file is loaded.</summary>
internal static class TlsFileChecks
{
    /// <summary>Checks a record of a channel file.</summary>
    /// <param name="record">Any record; those without TLS have no problem.</param>
    /// <param name="folder">The folder of the channel file.</param>
    public static IEnumerable<ConfigProblem> Check(object record, string folder) => record switch
    {
        TlsServerConfig server => Tried(ProblemCodes.TlsFile, [
            ("certificate", () => CertificateFiles.ReadOwn(Path.Combine(folder, server.Certificate), Full(folder, server.Key), server.Password)),
            ("clientAuthorities", server.ClientAuthorities is { } authorities ? () => CertificateFiles.ReadAuthorities(Path.Combine(folder, authorities)) : null),
            ("revocationList", server.RevocationList is { } list ? () => CertificateFiles.ReadRevocations(Path.Combine(folder, list)) : null)]),
        TlsClientConfig client => Tried(ProblemCodes.TlsClientFile, [
            ("certificate", client.Certificate is { } certificate ? () => CertificateFiles.ReadOwn(Path.Combine(folder, certificate), Full(folder, client.Key), client.Password) : null),
            ("authorities", client.Authorities is { } authorities ? () => CertificateFiles.ReadAuthorities(Path.Combine(folder, authorities)) : null),
            ("revocationList", client.RevocationList is { } list ? () => CertificateFiles.ReadRevocations(Path.Combine(folder, list)) : null)]),
        _ => [],
    };

    private static string? Full(string folder, string? file) => file is null ? null : Path.Combine(folder, file);

    private static IEnumerable<ConfigProblem> Tried(int code, (string Member, Action? Read)[] reads)
    {
        foreach ((string member, Action? read) in reads)
        {
            if (read is not null && Problem(read) is { } text)
                yield return new(code, member, text);
        }
    }

    private static string? Problem(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }
}
