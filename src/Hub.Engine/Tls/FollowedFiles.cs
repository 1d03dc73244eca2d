using System.Security.Cryptography;

namespace Hub.Engine.Tls;

/// <summary>What looking at files again came to.</summary>
internal enum Look
{
    /// <summary>They are as they were.</summary>
    Same,

    /// <summary>They changed and are used.</summary>
    Changed,

    /// <summary>They changed and cannot be used; those before stay in use. Said once for the same content.</summary>
    Broken,
}

// Compared by content: a volume of secrets is changed by turning a link, which changes no time or size of the names that
// are looked at. A certificate and its key are two files and cannot be replaced at once, so files that do not fit together
// are told only when they are still the same at the next look.

/// <summary>The files of one <c>tls</c> and what was last read from them.</summary>
/// <param name="names">The files.</param>
/// <param name="read">Reads them all.</param>
internal sealed class FollowedFiles(string[] names, Func<TlsFiles> read)
{
    private string _stamp = Stamp(names);
    private string? _broken;
    private bool _isTold;

    /// <summary>What is in use.</summary>
    public TlsFiles Current { get; private set; } = read();

    /// <summary>The channel that they are used by; empty for none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Whether they were changed to what cannot be used, and that was told.</summary>
    public bool IsBroken => _broken is not null && _isTold;

    /// <summary>The first of the files, for logs.</summary>
    public string Name => names.FirstOrDefault() ?? "";

    /// <summary>Looks at the files.</summary>
    /// <param name="problem">With <see cref="Look.Broken"/>: which, why and what to do.</param>
    public Look LookAgain(out string? problem)
    {
        problem = null;
        string now = Stamp(names);
        if (now == _stamp)
        {
            _broken = null;
            return Look.Same;
        }

        try
        {
            Current = read();
            (_stamp, _broken) = (now, null);
            return Look.Changed;
        }
        catch (IOException exception)
        {
            problem = exception.Message;
        }

        if (_broken != now)
        {
            (_broken, _isTold) = (now, false);
            return Look.Same;
        }

        bool wasTold = _isTold;
        _isTold = true;
        return wasTold ? Look.Same : Look.Broken;
    }

    private static string Stamp(string[] names)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in names)
        {
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(name)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                hash.AppendData([0]);
            }
        }

        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
