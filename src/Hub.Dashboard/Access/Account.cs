namespace Hub.Dashboard.Access;

/// <summary>A person's account, as the journal keeps it.</summary>
public sealed record Account
{
    /// <summary>The name that the person logs in with, in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>What the account is for.</summary>
    public required Role Role { get; init; }

    /// <summary>The channels that it is limited to; none: all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Whether nobody may log in with it. Default false.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>The hash of the password (<see cref="Passwords"/>); null while none is set.</summary>
    public string? Password { get; init; }

    /// <summary>The secret of the second factor, in Base32; null while there is none.</summary>
    public string? TotpSecret { get; init; }

    /// <summary>A secret that the person has not shown yet to have taken over.</summary>
    public string? NewTotpSecret { get; init; }

    /// <summary>The step of the last code that was used: none is taken twice.</summary>
    public long TotpStep { get; init; }

    /// <summary>The hashes of the codes that are left for a lost second factor.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; init; } = [];

    /// <summary>The hash of the key in the link to set a password; null for none.</summary>
    public string? Link { get; init; }

    /// <summary>Until when the link can be used.</summary>
    public DateTimeOffset? LinkEndsAt { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>When somebody last logged in with it.</summary>
    public DateTimeOffset? LastLoginAt { get; init; }
}

/// <summary>Somebody who is logged in, as the journal keeps it.</summary>
public sealed record Session
{
    /// <summary>The hash of its secret, which only the browser has.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Account { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>When the person last did something, give or take a minute.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>From where.</summary>
    public string From { get; init; } = "";

    /// <summary>The browser, as it calls itself.</summary>
    public string Agent { get; init; } = "";
}

/// <summary>A program's token, as the journal keeps it.</summary>
public sealed record ApiToken
{
    /// <summary>The part of it that is no secret: it is recognised by.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the whole token.</summary>
    public required string Hash { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>The channels that it is limited to; none: all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Who made it.</summary>
    public string MadeBy { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>Until when it is good.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When it was used last, give or take a minute.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>When somebody revoked it.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
