using System.Text.RegularExpressions;
using Hub.Contracts;

namespace Hub.Dashboard.Access;

/// <summary>
/// The accounts of people. Nobody ever knows another person's password: an account is made with a link, good once and for a day, by which its owner sets one.
/// </summary>
public sealed partial class Accounts
{
    /// <summary>The account that the first start makes a link for.</summary>
    public const string First = "admin";

    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan LinkLasts = TimeSpan.FromHours(24);

    private readonly AccessStore _store;
    private readonly Sessions _sessions;
    private readonly TimeProvider _clock;

    internal Accounts(AccessStore store, Sessions sessions, TimeProvider clock) => (_store, _sessions, _clock) = (store, sessions, clock);

    /// <summary>All accounts, by name.</summary>
    public IReadOnlyList<Account> All => _store.ReadAll<Account>(AccessKind.Account);

    /// <summary>Whether nobody has ever set a password: the Hub is new.</summary>
    public bool AreNone => All.All(account => account.Password is null);

    /// <summary>Finds an account; null when there is none of that name.</summary>
    public Account? Find(string name) => IsName(Normal(name)) ? _store.Read<Account>(AccessKind.Account, Normal(name)) : null;

    /// <summary>Makes an account.</summary>
    /// <param name="name">Its name: letters, digits, <c>.</c>, <c>-</c> and <c>_</c>.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="channels">The channels that it is limited to; none: all.</param>
    /// <param name="by">Who makes it.</param>
    /// <returns>The path of the link to set its password.</returns>
    /// <exception cref="AccessException">The name cannot be, or is taken.</exception>
    public async Task<string> AddAsync(string name, Role role, IReadOnlyList<string> channels, Doer by)
    {
        string normal = Normal(name);
        if (!IsName(normal) || normal == Doer.Local.Name)
            throw new AccessException("access.name.impossible", $"\"{name}\" cannot be the name of an account. Give 1 to 64 letters, digits, dots, hyphens and underscores, with a letter or digit first; \"local\" stands for commands of the machine.");
        if (Find(normal) is not null)
            throw new AccessException("access.name.taken", $"There is an account {normal} already. Give it a new link with: hub users reset {normal}");
        RequireLimit(role, channels);
        await _store.AuditAsync(AuditAct.Changed, by, $"account {normal}: made, {Describe(role, channels)}");
        return await LinkAsync(normal, account => account is not null
            ? throw new AccessException("access.name.taken", $"There is an account {normal} already.")
            : new() { Name = normal, Role = role, Channels = channels, MadeAt = _clock.GetUtcNow() });
    }

    /// <summary>Gives an account a new link to set its password, and ends all that it has: its password, its second factor, its sessions.</summary>
    /// <exception cref="AccessException">There is no such account.</exception>
    public async Task<string> ResetAsync(string name, Doer by)
    {
        Account account = Require(name);
        await _store.AuditAsync(AuditAct.Changed, by, $"account {account.Name}: password and second factor taken away, new link");
        string link = await LinkAsync(account.Name, old => (old ?? account) with { Password = null, TotpSecret = null, NewTotpSecret = null, RecoveryCodes = [] });
        await _sessions.EndAllAsync(account.Name);
        return link;
    }

    /// <summary>Makes the administrator's link of a new Hub; null when somebody has a password already.</summary>
    public async Task<string?> FirstLinkAsync()
    {
        if (!AreNone)
            return null;
        return Find(First) is null ? await AddAsync(First, Role.Administrator, [], Doer.Local) : await ResetAsync(First, Doer.Local);
    }

    /// <summary>Whose link a key is of; null when it is of none, or its time is over.</summary>
    public Account? OfLink(string key) => All.FirstOrDefault(account => IsOf(account, key));

    /// <summary>Sets the password of the account of a link, which is used up.</summary>
    /// <exception cref="AccessException">The link is none any more, or the password is easily guessed.</exception>
    public async Task SetPasswordAsync(string key, string password, string from)
    {
        Account account = OfLink(key) ?? throw new AccessException("access.link.over", "This link was used already, or its time is over.");
        Passwords.Require(account.Name, password);
        await _store.AuditAsync(AuditAct.Changed, new(account.Name, from), $"account {account.Name}: password set by link");
        string hash = Passwords.Hash(password);
        await ChangeAsync(account.Name, old => IsOf(old, key) ? old with { Password = hash, Link = null, LinkEndsAt = null } : throw new AccessException("access.link.over", "This link was used already."));
        await _sessions.EndAllAsync(account.Name);
    }

    /// <summary>Changes a person's own password. Other sessions of the account end.</summary>
    /// <exception cref="AccessException">The new one is easily guessed.</exception>
    public async Task ChangePasswordAsync(string name, string password, string session, string from)
    {
        Account account = Require(name);
        Passwords.Require(account.Name, password);
        await _store.AuditAsync(AuditAct.Changed, new(account.Name, from), $"account {account.Name}: password changed");
        string hash = Passwords.Hash(password);
        await ChangeAsync(account.Name, old => old with { Password = hash, Link = null });
        await _sessions.EndAllAsync(account.Name, except: session);
    }

    /// <summary>Changes what an account is for. Its sessions go on with what it may do now.</summary>
    /// <exception cref="AccessException">There is no such account, or the last administrator would be gone.</exception>
    public async Task ChangeRoleAsync(string name, Role role, IReadOnlyList<string> channels, Doer by)
    {
        Account account = Require(name);
        RequireLimit(role, channels);
        if (role != Role.Administrator)
            RequireOther(account);
        await _store.AuditAsync(AuditAct.Changed, by, $"account {account.Name}: {Describe(account.Role, account.Channels)} → {Describe(role, channels)}");
        await ChangeAsync(account.Name, old => old with { Role = role, Channels = channels });
    }

    /// <summary>Shuts an account out, or lets it in again. Nothing is removed: the audit names it.</summary>
    /// <exception cref="AccessException">There is no such account, or the last administrator would be gone.</exception>
    public async Task DisableAsync(string name, bool isDisabled, Doer by)
    {
        Account account = Require(name);
        if (isDisabled)
            RequireOther(account);
        await _store.AuditAsync(AuditAct.Changed, by, $"account {account.Name}: {(isDisabled ? "disabled" : "enabled")}");
        await ChangeAsync(account.Name, old => old with { IsDisabled = isDisabled });
        if (isDisabled)
            await _sessions.EndAllAsync(account.Name);
    }

    /// <summary>Makes a secret for a second factor. It counts once the person has shown a code of it.</summary>
    public async Task<string> BeginTotpAsync(string name)
    {
        string secret = Totp.NewSecret();
        await ChangeAsync(name, account => account with { NewTotpSecret = secret });
        return secret;
    }

    /// <summary>Turns the second factor on when a code of the new secret is right.</summary>
    /// <returns>The codes for when it is lost, to be shown once; null when the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> ConfirmTotpAsync(string name, string code, string from)
    {
        Account account = Require(name);
        if (account.NewTotpSecret is not { } secret || Totp.StepOf(secret, code, _clock.GetUtcNow(), 0) is not { } step)
            return null;
        string[] codes = [.. Enumerable.Range(0, Totp.RecoveryCodes).Select(_ => Totp.NewRecoveryCode())];
        await _store.AuditAsync(AuditAct.Changed, new(account.Name, from), $"account {account.Name}: second factor on");
        await ChangeAsync(name, old => old with { TotpSecret = secret, NewTotpSecret = null, TotpStep = step, RecoveryCodes = [.. codes.Select(Totp.HashOf)] });
        return codes;
    }

    /// <summary>Turns the second factor off.</summary>
    public async Task EndTotpAsync(string name, string from)
    {
        Account account = Require(name);
        await _store.AuditAsync(AuditAct.Changed, new(account.Name, from), $"account {account.Name}: second factor off");
        await ChangeAsync(name, old => old with { TotpSecret = null, NewTotpSecret = null, RecoveryCodes = [] });
    }

    /// <summary>Changes an account that is there.</summary>
    internal Task ChangeAsync(string name, Func<Account, Account?> change) => _store.ChangeAsync<Account>(AccessKind.Account, name, account => account is null ? null : change(account));

    /// <summary>A name as accounts are known by it: <c>Mair</c> is <c>mair</c>.</summary>
    public static string Normal(string name) => name.Trim().ToLowerInvariant();

    /// <summary>Whether somebody may be named so.</summary>
    internal static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>A role and its limit in words, for the audit.</summary>
    internal static string Describe(Role role, IReadOnlyList<string> channels) => $"{role.ToString().ToLowerInvariant()}{(channels.Count == 0 ? "" : $" of {string.Join(", ", channels)}")}";

    /// <summary>Reads a limit to channels: ids with commas between.</summary>
    /// <param name="text">The ids; null for no limit.</param>
    /// <exception cref="AccessException">It names none. That is no limit to nothing: an account that was to be limited would see all.</exception>
    public static IReadOnlyList<string> ChannelsOf(string? text)
    {
        if (text is null)
            return [];
        string[] channels = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
        return channels.Length > 0 ? channels : throw new AccessException("access.channels.none", "The limit names no channel. Give ids with commas between, or leave it out for all channels.");
    }

    /// <summary>Refuses an administrator of some channels: who may change everything has no limit.</summary>
    internal static void RequireLimit(Role role, IReadOnlyList<string> channels)
    {
        if (role == Role.Administrator && channels.Count > 0)
            throw new AccessException("access.limit.administrator", "An administrator can change everything, and cannot be limited to channels. Choose another role, or no channels.");
    }

    private Account Require(string name) => Find(name) ?? throw new AccessException("access.name.unknown", $"There is no account {name}. See which there are with: hub users list");

    private void RequireOther(Account account)
    {
        if (account is { Role: Role.Administrator, IsDisabled: false } && !All.Any(other => other.Name != account.Name && other is { Role: Role.Administrator, IsDisabled: false, Password: not null }))
            throw new AccessException("access.last", $"{account.Name} is the last administrator. Make another one first.");
    }

    private async Task<string> LinkAsync(string name, Func<Account?, Account> change)
    {
        string key = Secrets.New();
        await _store.ChangeAsync<Account>(AccessKind.Account, name, account => change(account) with { Link = Secrets.HashOf(key), LinkEndsAt = _clock.GetUtcNow() + LinkLasts });
        return $"/welcome?key={key}";
    }

    private bool IsOf(Account account, string key) => !account.IsDisabled && account.LinkEndsAt > _clock.GetUtcNow() && Secrets.Matches(key, account.Link);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
