namespace Hub.Listeners.Tls;

/// <summary>Words for handshakes that failed before or beside the check of a certificate.</summary>
internal static class TlsFailure
{
    // The libraries below tell causes by text alone; what is not known is passed on as they say it.
    private static readonly (string Sign, string Meaning)[] s_known =
    [
        ("unsupported protocol", "It offers neither TLS 1.2 nor TLS 1.3. Older versions are broken; the sender needs an update."),
        ("no shared cipher", "It offers no cipher suite that is allowed. For TLS 1.2: ECDHE with AES-GCM or ChaCha20-Poly1305."),
        ("unknown ca", "It does not trust this listener's certificate. Give the sender the certificate of its issuer."),
        ("alert bad certificate", "It does not accept this listener's certificate. Is it for the name that the sender connects to?"),
        ("alert certificate unknown", "It does not accept this listener's certificate. Does the sender trust its issuer, and is it for the name that the sender connects to?"),
        ("alert certificate expired", "It says that this listener's certificate has expired. Put a new one in its place."),
        ("unexpected EOF", "It closed the connection in the middle of the handshake. Does it trust this listener's certificate?"),
    ];

    /// <summary>Says why.</summary>
    /// <param name="exception">What was thrown.</param>
    public static string Explain(Exception exception)
    {
        List<string> texts = [];
        for (Exception? each = exception; each is not null; each = each.InnerException)
            texts.Add(each.Message);
        foreach ((string sign, string meaning) in s_known)
        {
            if (texts.Exists(text => text.Contains(sign, StringComparison.OrdinalIgnoreCase)))
                return meaning;
        }

        return texts[^1];
    }
}
