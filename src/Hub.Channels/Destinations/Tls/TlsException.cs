namespace Hub.Channels.Destinations.Tls;

/// <summary>TLS to a receiver failed. The text says where, what and what to do.</summary>
public sealed class TlsException : IOException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public TlsException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    public TlsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public TlsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Words for what went wrong beside the check of the receiver's certificate.</summary>
    /// <param name="address">The receiver.</param>
    /// <param name="cause">What was thrown.</param>
    /// <returns>An exception with them.</returns>
    internal static TlsException Of(string address, Exception cause)
    {
        List<string> texts = [];
        for (Exception? each = cause; each is not null; each = each.InnerException)
            texts.Add(each.Message);
        string meaning = s_known.FirstOrDefault(known => texts.Exists(text => text.Contains(known.Sign, StringComparison.OrdinalIgnoreCase))).Meaning ?? texts[^1];
        return new($"TLS to {address} failed. {meaning}", cause);
    }

    // The libraries below tell causes by text alone; what is not known is passed on as they say it.
    private static readonly (string Sign, string Meaning)[] s_known =
    [
        ("wrong version number", "It does not speak TLS. Is this the port for TLS? If the receiver has none, leave \"tls\" out."),
        ("frame size", "It does not speak TLS. Is this the port for TLS? If the receiver has none, leave \"tls\" out."),
        ("alert protocol version", "It speaks neither TLS 1.2 nor TLS 1.3. Older versions are broken; the receiver needs an update."),
        ("unsupported protocol", "It speaks neither TLS 1.2 nor TLS 1.3. Older versions are broken; the receiver needs an update."),
        ("certificate required", "It wants a certificate of the Hub. Add \"certificate\" to \"tls\"."),
        ("alert handshake failure", "It found no cipher suite in common, or wants a certificate of the Hub (\"certificate\" in \"tls\"). For TLS 1.2 the suites are ECDHE with AES-GCM or ChaCha20-Poly1305."),
        ("unknown ca", "It does not trust the Hub's certificate. Its operators have to add the issuer."),
        ("alert bad certificate", "It does not accept the Hub's certificate. Its log says why."),
        ("alert certificate unknown", "It does not accept the Hub's certificate. Its log says why."),
        ("alert certificate expired", "It says that the Hub's certificate has expired. Put a new one in its place."),
        ("alert certificate revoked", "It says that the Hub's certificate is revoked. Put a new one in its place."),
        ("unsupported certificate", "It says that the Hub's certificate is not for clients (extended key usage). It needs another one."),
        ("unexpected EOF", "It closed the connection in the middle. Does it want another certificate of the Hub, or none?"),
    ];
}
