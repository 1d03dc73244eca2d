using System.Threading.RateLimiting;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Dashboard.Access;

/// <summary>What became of a try to log in.</summary>
/// <param name="Secret">The secret of the new session; null when there is none.</param>
/// <param name="NeedsCode">Whether the password was right and a code of the second factor is wanted.</param>
/// <param name="Wait">How long to wait before the next try; zero for not at all.</param>
public sealed record LoginResult(string? Secret, bool NeedsCode, TimeSpan Wait)
{
    /// <summary>The account; null unless the password was right.</summary>
    public Account? Account { get; init; }
}

/// <summary>
/// Lets people in: password, then a code where the account has a second factor. Whatever is wrong, the answer is the same and takes as long. Hashes are made
/// one at a time, so that a flood of logins leaves the processor to messages.
/// </summary>
public sealed partial class Logins : IDisposable
{
    private const int MostWaiting = 20;

    /// <summary>Who failed, where nobody has the name.</summary>
    private const string Unknown = "(unknown)";

    private readonly AccessStore _store;
    private readonly Accounts _accounts;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LoginDelays _delays;
    private readonly Sessions _sessions;
    private readonly ConcurrencyLimiter _hashing = new(new() { PermitLimit = 1, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    internal Logins(AccessStore store, Accounts accounts, TimeProvider clock, ILogger log)
    {
        (_store, _accounts, _clock, _log) = (store, accounts, clock, log);
        _delays = new(clock);
        _sessions = new(store, clock);
    }

    /// <summary>Tries a password.</summary>
    /// <param name="name">What the person typed as name.</param>
    /// <param name="password">… and as password.</param>
    /// <param name="from">The address.</param>
    /// <param name="agent">The browser, as it calls itself.</param>
    public async Task<LoginResult> TryAsync(string name, string password, string from, string agent)
    {
        string normal = Accounts.Normal(name);
        return await TriedAsync(normal, from, () => TryPasswordAsync(normal, password, from, agent), wait => new LoginResult(null, false, wait));
    }

    private async Task<LoginResult> TryPasswordAsync(string normal, string password, string from, string agent)
    {
        using RateLimitLease lease = await _hashing.AcquireAsync();
        if (!lease.IsAcquired)
            return new(null, false, TimeSpan.FromSeconds(5));
        Account? account = _accounts.Find(normal);
        bool isRight = await Task.Run(() => Passwords.Matches(password, account?.Password));
        if (!isRight || account is not { IsDisabled: false })
            return await FailAsync(normal, from, "name or password");
        if (Passwords.IsWeak(account.Password!))
        {
            await RehashAsync(account, password);
            // The half of a login is bound to what is stored now.
            account = _accounts.Find(normal) ?? account;
        }

        return account.TotpSecret is null ? await BeginAsync(account, from, agent, "password") : new(null, true, TimeSpan.Zero) { Account = account };
    }

    /// <summary>Tries a code of somebody whose password was right a moment ago.</summary>
    public Task<LoginResult> TryCodeAsync(string name, string code, string from, string agent) =>
        TriedAsync(name, from, () => LookAtCodeAsync(name, code, from, agent), wait => new LoginResult(null, true, wait));

    private async Task<LoginResult> LookAtCodeAsync(string name, string code, string from, string agent)
    {
        string? how = null;
        await _accounts.ChangeAsync(name, account =>
        {
            how = null;
            if (account is { IsDisabled: true } or { TotpSecret: null })
                return null;
            if (Totp.StepOf(account.TotpSecret, code, _clock.GetUtcNow(), account.TotpStep) is { } step)
            {
                how = "password and code";
                return account with { TotpStep = step };
            }

            if (!account.RecoveryCodes.Contains(Totp.HashOf(code)))
                return null;
            how = $"password and recovery code, {account.RecoveryCodes.Count - 1} left";
            return account with { RecoveryCodes = [.. account.RecoveryCodes.Where(hash => hash != Totp.HashOf(code))] };
        });
        return how is null ? await FailAsync(name, from, "code") with { NeedsCode = true } : await BeginAsync(_accounts.Find(name)!, from, agent, how);
    }

    /// <summary>Whether a password is the one of an account; tries are counted as logins are.</summary>
    public Task<bool> IsPasswordAsync(string name, string password, string from) =>
        TriedAsync(name, from, () => LookAtPasswordAsync(name, password, from), _ => false);

    private async Task<bool> LookAtPasswordAsync(string name, string password, string from)
    {
        using RateLimitLease lease = await _hashing.AcquireAsync();
        if (!lease.IsAcquired)
            return false;
        if (await Task.Run(() => Passwords.Matches(password, _accounts.Find(name)?.Password)))
            return true;
        await FailAsync(name, from, "password, asked for again");
        return false;
    }

    /// <summary>Notes a token that is none. In the audit are those that the log tells, from where the free ones are used up: programs ask far more often than people, and a flood must not fill it.</summary>
    /// <returns>How long the address has to wait before the next is looked at; zero for not at all.</returns>
    internal async Task<TimeSpan> TokenFailedAsync(string from)
    {
        (int count, TimeSpan wait) = _delays.TokenFailed(from);
        if (count <= LoginDelays.Free || wait > TimeSpan.Zero)
            return wait;
        Log.Attacked(_log, from);
        try
        {
            await _store.AuditAsync(AuditAct.LoginFailed, new(Unknown, from), "token");
        }
        catch (JournalException)
        {
            // It is refused all the same, and the log has it.
        }

        return wait;
    }

    public void Dispose() => _hashing.Dispose();

    private async Task<LoginResult> BeginAsync(Account account, string from, string agent, string how)
    {
        await _store.AuditAsync(AuditAct.LoggedIn, new(account.Name, from), how);
        _delays.Succeeded(account.Name);
        await _accounts.ChangeAsync(account.Name, old => old with { LastLoginAt = _clock.GetUtcNow() });
        return new(await _sessions.BeginAsync(account.Name, from, agent), false, TimeSpan.Zero) { Account = account };
    }

    private async Task<LoginResult> FailAsync(string name, string from, string what)
    {
        // People type passwords where names belong: only what can be a name is kept, and only while it is one that somebody has.
        string who = Accounts.IsName(name) && _accounts.Find(name) is not null ? name : Unknown;
        await _store.AuditAsync(AuditAct.LoginFailed, new(who, from), what);
        (int ofAddress, int ofAccount, TimeSpan wait) = _delays.Failed(name, from);
        if (ofAddress > LoginDelays.Free)
            Log.Attacked(_log, from);
        // Who has many addresses needs few tries from each.
        else if (ofAccount > LoginDelays.Free)
            Log.AccountAttacked(_log, who);
        return new(null, false, wait);
    }

    private async Task<T> TriedAsync<T>(string name, string from, Func<Task<T>> work, Func<TimeSpan, T> refused)
    {
        if (_delays.Begin(name, from) is { } wait && wait > TimeSpan.Zero)
            return refused(wait);
        try
        {
            return await work();
        }
        finally
        {
            _delays.End(name, from);
        }
    }

    private async Task RehashAsync(Account account, string password)
    {
        string hash = await Task.Run(() => Passwords.Hash(password));
        await _accounts.ChangeAsync(account.Name, old => old.Password == account.Password ? old with { Password = hash } : null);
    }

    private static partial class Log
    {
        [LoggerMessage(7010, LogLevel.Warning, "Logins from {Peer} fail again and again. It has to wait longer each time; hub audit list --act LoginFailed tells the accounts")]
        public static partial void Attacked(ILogger log, string peer);

        [LoggerMessage(7011, LogLevel.Warning, "Logins of account {Account} fail again and again, from more than one address. It has to wait after each; hub audit list --act LoginFailed tells the addresses")]
        public static partial void AccountAttacked(ILogger log, string account);
    }
}
