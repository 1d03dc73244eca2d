using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hub.Channels.Certificates;

// RFC 5280 §5.1. The platform reads lists only from the addresses that stand in certificates, over the network and at the
// time of a handshake; a hospital's network often cannot reach those. So the file is read here, its signature checked with
// the issuer's certificate of the chain, and the serial numbers kept. Lists that say only a part (delta lists, and lists for
// certificates of other issuers) are refused when they are read: taken for whole ones they would let revoked certificates in.

/// <summary>An issuer's list of revoked certificates (CRL).</summary>
public sealed class RevocationList
{
    private const string DistributionPoint = "2.5.29.28";

    private readonly byte[] _issuer;
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;
    private readonly HashSet<BigInteger> _serials = [];

    private RevocationList(byte[] encoded)
    {
        AsnReader list = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        _signed = list.PeekEncodedValue().ToArray();
        AsnReader body = list.ReadSequence();
        _algorithm = list.ReadSequence().ReadObjectIdentifier();
        _signature = list.ReadBitString(out _);

        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            body.ReadInteger();
        body.ReadSequence();
        _issuer = body.ReadEncodedValue().ToArray();
        ReadTime(body);
        NextUpdate = body.HasData && IsTime(body.PeekTag()) ? ReadTime(body) : null;
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
            ReadRevoked(body.ReadSequence());
        if (body.HasData)
            CheckExtensions(body.ReadSequence(new(TagClass.ContextSpecific, 0)).ReadSequence());
    }

    /// <summary>When the issuer means to have published the next one; null when it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>The issuer's name.</summary>
    public string Issuer => new X500DistinguishedName(_issuer).Name;

    /// <summary>Reads all lists of a file.</summary>
    /// <param name="content">PEM or DER.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="AsnContentException">It is no such list.</exception>
    /// <exception cref="CryptographicException">It is one that cannot be used.</exception>
    public static IReadOnlyList<RevocationList> ReadAll(byte[] content)
    {
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(content);
        if (!PemEncoding.TryFind(text, out _))
            return [new(content)];
        List<RevocationList> lists = [];
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label] is "X509 CRL")
                lists.Add(new(Convert.FromBase64String(text[fields.Base64Data].ToString())));
            text = text[fields.Location.End..];
        }

        return lists.Count > 0 ? lists : throw new CryptographicException("It has no \"BEGIN X509 CRL\".");
    }

    /// <summary>Whether it is the list of this issuer: its name, and its signature.</summary>
    /// <param name="issuer">A certificate of a chain that was checked.</param>
    /// <returns>Whether it is.</returns>
    public bool IsOf(X509Certificate2 issuer) => _issuer.AsSpan().SequenceEqual(issuer.SubjectName.RawData) && IsSignedBy(issuer);

    /// <summary>Whether a certificate of its issuer is on it.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>Whether it is.</returns>
    public bool Revokes(X509Certificate2 certificate) => _serials.Contains(new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true));

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private void ReadRevoked(AsnReader entries)
    {
        while (entries.HasData)
            _serials.Add(new BigInteger(entries.ReadSequence().ReadIntegerBytes().Span, isUnsigned: true, isBigEndian: true));
    }

    // RFC 5280 §5.2: a list with a critical extension that is not known may not be used.
    private static void CheckExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string id = extension.ReadObjectIdentifier();
            bool isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            bool isWhole = id == DistributionPoint ? IsWhole(new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadSequence()) : !isCritical;
            if (!isWhole)
                throw new CryptographicException($"It says only a part of what is revoked (extension {id}).");
        }
    }

    // RFC 5280 §5.2.5: [0] where it is published, [1] only users' certificates; the others narrow it further.
    private static bool IsWhole(AsnReader point)
    {
        while (point.HasData)
        {
            if (point.PeekTag().TagValue > 1)
                return false;
            point.ReadEncodedValue();
        }

        return true;
    }

    private bool IsSignedBy(X509Certificate2 issuer)
    {
        HashAlgorithmName? hash = _algorithm switch
        {
            "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            _ => null,
        };
        if (hash is not { } name)
            return false;
        using RSA? rsa = issuer.GetRSAPublicKey();
        using ECDsa? elliptic = issuer.GetECDsaPublicKey();
        return rsa?.VerifyData(_signed, _signature, name, RSASignaturePadding.Pkcs1)
            ?? elliptic?.VerifyData(_signed, _signature, name, DSASignatureFormat.Rfc3279DerSequence) ?? false;
    }
}
