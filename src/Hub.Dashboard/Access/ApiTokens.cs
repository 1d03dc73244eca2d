using Hub.Contracts;

namespace Hub.Dashboard.Access;

/// <summary>The tokens of programs: <c>hub_PREFIX_SECRET</c>. Shown once, kept as a hash, for one role and maybe some channels, and for a limited time.</summary>
public sealed class ApiTokens
{
    /// <summary>What all tokens begin with, so that a search for secrets in files finds them.</summary>
    public const string Start = "hub_";

    /// <summary>Most days that a token is good.</summary>
    public const int MostDays = 366;

    private const int IdLength = 8;
    private const int LongestName = 64;
    private static readonly TimeSpan s_noted = TimeSpan.FromMinutes(1);

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;

    internal ApiTokens(AccessStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    /// <summary>All tokens, the newest first.</summary>
    public IReadOnlyList<ApiToken> All => [.. _store.ReadAll<ApiToken>(AccessKind.Token).OrderByDescending(token => token.MadeAt)];

    /// <summary>Makes one.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="channels">The channels that it is limited to; none: all.</param>
    /// <param name="days">For how long.</param>
    /// <param name="by">Who makes it.</param>
    /// <returns>The token, to be shown once.</returns>
    /// <exception cref="AccessException">The name or the days cannot be.</exception>
    public async Task<string> AddAsync(string name, Role role, IReadOnlyList<string> channels, int days, Doer by)
    {
        name = name.Trim();
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            throw new AccessException("access.token.name", $"Give the token a name of 1 to {LongestName} characters that says what it is for.");
        if (days is < 1 or > MostDays)
            throw new AccessException("access.token.days", $"A token is good for 1 to {MostDays} days.");
        Accounts.RequireLimit(role, channels);
        string id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(IdLength / 2));
        string token = $"{Start}{id}_{Secrets.New()}";
        DateTimeOffset now = _clock.GetUtcNow();
        await _store.AuditAsync(AuditAct.Changed, by, $"token {id} ({name}): made, {Accounts.Describe(role, channels)}, {days} days");
        await _store.ChangeAsync<ApiToken>(AccessKind.Token, id, _ => new() { Id = id, Name = name, Hash = Secrets.HashOf(token), Role = role, Channels = channels, MadeBy = by.Name, MadeAt = now, EndsAt = now.AddDays(days) });
        return token;
    }

    /// <summary>Ends one at once.</summary>
    /// <exception cref="AccessException">There is none.</exception>
    public async Task RevokeAsync(string id, Doer by)
    {
        ApiToken token = _store.Read<ApiToken>(AccessKind.Token, id) ?? throw new AccessException("access.token.unknown", $"There is no token {id}. See which there are with: hub tokens list");
        await _store.AuditAsync(AuditAct.Changed, by, $"token {id} ({token.Name}): revoked");
        await _store.ChangeAsync<ApiToken>(AccessKind.Token, id, old => old is null ? null : old with { RevokedAt = old.RevokedAt ?? _clock.GetUtcNow() });
    }

    /// <summary>Finds what a program shows; null when it is no token, or not any more. Asked at each request.</summary>
    public async Task<ApiToken?> LookAsync(string shown)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        if (shown.Length < Start.Length + IdLength || _store.Read<ApiToken>(AccessKind.Token, shown.Substring(Start.Length, IdLength)) is not { } token)
            return null;
        if (!Secrets.Matches(shown, token.Hash) || token.EndsAt <= now || token.RevokedAt is not null)
            return null;
        if (token.UsedAt is not { } used || now - used >= s_noted)
            await _store.ChangeAsync<ApiToken>(AccessKind.Token, token.Id, old => old is null ? null : old with { UsedAt = now });
        return token;
    }
}
