using Hub.Contracts;

namespace Hub.Dashboard.Access;

/// <summary>Who is logged in. A session ends when nothing was done for half an hour, after twelve hours in any case, and when somebody ends it.</summary>
public sealed class Sessions
{
    /// <summary>How long a session lasts while nothing is done.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lasts at most: a long shift.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const int LongestAgent = 200;

    // Not each request is worth a commit.
    private static readonly TimeSpan s_noted = TimeSpan.FromMinutes(1);

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;

    internal Sessions(AccessStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    /// <summary>Begins one.</summary>
    /// <returns>Its secret, for the browser alone.</returns>
    internal async Task<string> BeginAsync(string account, string from, string agent)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        foreach (Session old in _store.ReadAll<Session>(AccessKind.Session).Where(old => !Lasts(old)))
            await _store.RemoveAsync(AccessKind.Session, old.Id);
        string secret = Secrets.New();
        Session session = new() { Id = Secrets.HashOf(secret), Account = account, MadeAt = now, SeenAt = now, From = from, Agent = agent.Length <= LongestAgent ? agent : agent[..LongestAgent] };
        await _store.ChangeAsync<Session>(AccessKind.Session, session.Id, _ => session);
        return secret;
    }

    /// <summary>Finds the account of a session that lasts. Asked at each request.</summary>
    /// <param name="secret">The browser's secret.</param>
    /// <param name="isDone">Whether a person did something, so that it lasts on; what a page fetches by itself is no such thing.</param>
    /// <returns>Null when it is over.</returns>
    public async Task<Account?> LookAsync(string secret, bool isDone)
    {
        string id = Secrets.HashOf(secret);
        if (_store.Read<Session>(AccessKind.Session, id) is not { } session || !Lasts(session) || _store.Read<Account>(AccessKind.Account, session.Account) is not { IsDisabled: false } account)
            return null;
        DateTimeOffset now = _clock.GetUtcNow();
        if (isDone && now - session.SeenAt >= s_noted)
            await _store.ChangeAsync<Session>(AccessKind.Session, id, old => old is null ? null : old with { SeenAt = now });
        return account;
    }

    /// <summary>The sessions of an account that last, the newest first.</summary>
    public IReadOnlyList<Session> Of(string account) => [.. _store.ReadAll<Session>(AccessKind.Session).Where(session => session.Account == account && Lasts(session)).OrderByDescending(session => session.MadeAt)];

    /// <summary>Which of them is the one of a secret.</summary>
    public static bool Is(Session session, string secret) => session.Id == Secrets.HashOf(secret);

    /// <summary>Ends the session of a secret, because the person leaves.</summary>
    public async Task LeaveAsync(string account, string secret, string from)
    {
        await _store.AuditAsync(AuditAct.LoggedOut, new(account, from), "");
        await _store.RemoveAsync(AccessKind.Session, Secrets.HashOf(secret));
    }

    /// <summary>Ends one of an account's sessions.</summary>
    public async Task EndAsync(string account, string id, Doer by)
    {
        if (_store.Read<Session>(AccessKind.Session, id)?.Account != account)
            return;
        await _store.AuditAsync(AuditAct.Changed, by, $"account {account}: a session ended");
        await _store.RemoveAsync(AccessKind.Session, id);
    }

    /// <summary>Ends all sessions of an account, except maybe one.</summary>
    internal async Task EndAllAsync(string account, string? except = null)
    {
        string kept = except is null ? "" : Secrets.HashOf(except);
        foreach (Session session in _store.ReadAll<Session>(AccessKind.Session).Where(session => session.Account == account && session.Id != kept))
            await _store.RemoveAsync(AccessKind.Session, session.Id);
    }

    private bool Lasts(Session session)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        return now - session.SeenAt < Idle && now - session.MadeAt < Longest;
    }
}
