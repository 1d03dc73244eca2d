using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hub.Channels.Config;

namespace Hub.Channels.Certificates;

/// <summary>Reads files of certificates, keys and revocation lists. What is wrong with one is an <see cref="IOException"/> that says which, why, and what to do.</summary>
public static class CertificateFiles
{
    // A long chain has 20 KiB; the revocation list of a large issuer a few MiB. A wrong name must not fill the memory.
    private const int MostCertificateBytes = 1024 * 1024;
    private const int MostRevocationBytes = 32 * 1024 * 1024;
    private const UnixFileMode OpenToOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads a certificate of the Hub's own, with its private key.</summary>
    /// <param name="certificate">PEM with the certificate first, or PFX.</param>
    /// <param name="key">PEM with the key; null when it is in the file of the certificate.</param>
    /// <param name="password">Password of the PFX or of the key; null for none.</param>
    /// <returns>It and its issuers.</returns>
    /// <exception cref="IOException">It cannot be used.</exception>
    public static OwnCertificate ReadOwn(string certificate, string? key, string? password)
    {
        bool isPfx = Path.GetExtension(certificate).ToLowerInvariant() is ".pfx" or ".p12";
        byte[] content = Read(certificate, MostCertificateBytes, isSecret: password is null && (isPfx || key is null));
        if (isPfx)
            return ReadPfx(certificate, content, password);
        string text = Encoding.UTF8.GetString(content);
        string keyText = key is null ? text : Encoding.UTF8.GetString(Read(key, MostCertificateBytes, isSecret: password is null));
        string keyFile = FileNames.Shown(key ?? certificate);
        if (!keyText.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new IOException($"{keyFile} holds no private key (\"BEGIN PRIVATE KEY\"). Name the key's file with \"key\".");
        if (keyText.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) != password is not null)
        {
            throw new IOException(password is null
                ? $"The private key in {keyFile} has a password. Add \"password\": \"${{secret:NAME}}\"."
                : $"The private key in {keyFile} has no password. Leave \"password\" out.");
        }

        try
        {
            using X509Certificate2 own = password is null ? X509Certificate2.CreateFromPem(text, keyText) : X509Certificate2.CreateFromEncryptedPem(text, keyText, password);
            return OwnCertificate.Of(own, ReadPem(text));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new IOException($"{FileNames.Shown(certificate)} and the private key in {keyFile} cannot be used together: {exception.Message} The certificate must stand first in its file, the key must be its own, and the password right.", exception);
        }
    }

    /// <summary>Reads certificates of issuers to trust.</summary>
    /// <param name="file">PEM.</param>
    /// <returns>At least one; each one's issuer is among them.</returns>
    /// <exception cref="IOException">They cannot be used.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        X509Certificate2Collection authorities;
        try
        {
            authorities = ReadPem(Encoding.UTF8.GetString(Read(file, MostCertificateBytes)));
        }
        catch (CryptographicException exception)
        {
            throw new IOException($"{FileNames.Shown(file)} holds a certificate that cannot be read: {exception.Message} Give PEM.", exception);
        }

        if (authorities.Count == 0)
            throw new IOException($"{FileNames.Shown(file)} holds no certificate in PEM (\"BEGIN CERTIFICATE\"). A DER file is converted with: openssl x509 -inform der -in FILE -out FILE.pem");
        foreach (X509Certificate2 authority in authorities)
        {
            if (!authorities.Any(other => other.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData)))
                throw new IOException($"{FileNames.Shown(file)} holds \"{authority.Subject}\" and not its issuer \"{authority.Issuer}\". Add the issuer's certificate, up to the root that signed itself.");
        }

        return authorities;
    }

    /// <summary>Reads lists of revoked certificates.</summary>
    /// <param name="file">PEM with one list or more, or one list in DER.</param>
    /// <returns>The lists.</returns>
    /// <exception cref="IOException">They cannot be used.</exception>
    public static IReadOnlyList<RevocationList> ReadRevocations(string file)
    {
        byte[] content = Read(file, MostRevocationBytes);
        try
        {
            return RevocationList.ReadAll(content);
        }
        catch (Exception exception) when (exception is CryptographicException or System.Formats.Asn1.AsnContentException)
        {
            throw new IOException($"{FileNames.Shown(file)} is not a list of revoked certificates that can be used: {exception.Message} Give a complete list (CRL) in PEM or DER.", exception);
        }
    }

    private static OwnCertificate ReadPfx(string file, byte[] content, string? password)
    {
        try
        {
            X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(content, password, OwnCertificate.KeyStorage);
            X509Certificate2 own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw new IOException($"{FileNames.Shown(file)} holds no private key. Export the certificate together with its key.");
            return new(own, [.. all.Where(certificate => certificate != own)]);
        }
        catch (CryptographicException exception)
        {
            throw new IOException($"{FileNames.Shown(file)} cannot be opened as PFX: {exception.Message} {(password is null ? "It may need a password: add \"password\": \"${secret:NAME}\"." : "Is the password right?")}", exception);
        }
    }

    private static X509Certificate2Collection ReadPem(string text)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(text);
        return all;
    }

    private static byte[] Read(string file, int most, bool isSecret = false)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length > most)
                throw new IOException($"{FileNames.Shown(file)} has {stream.Length} bytes, more than such a file has ({most}). Is it the right file?");
            if (isSecret && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & OpenToOthers) != 0)
                throw new IOException($"Every user may read the private key in {FileNames.Shown(file)}. Run: chmod 600 {FileNames.Shown(file)}");
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"There is no file {FileNames.Shown(file)}. Names are relative to the folder of the channel file.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{FileNames.Shown(file)} may not be read. Give the user that runs the Hub the right to read it.", exception);
        }
    }
}
