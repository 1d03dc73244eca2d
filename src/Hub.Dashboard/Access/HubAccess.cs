using System.Security.Claims;
using Hub.Contracts;
using Hub.Dashboard.Search;
using Microsoft.Extensions.Logging;

namespace Hub.Dashboard.Access;

/// <summary>Everything about who may use the Hub: accounts, logins, sessions, tokens. All of it stands in the journal, so that all who run on it know the same people.</summary>
public sealed class HubAccess : IDisposable
{
    /// <summary>Puts the parts together.</summary>
    /// <param name="journal">Where accounts, tokens, sessions and the audit are read.</param>
    /// <param name="append">Appends to it, and ends when the disk has it.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">For people.</param>
    public HubAccess(IJournalReader journal, Func<JournalEntry, Task> append, TimeProvider clock, ILogger log)
    {
        AccessStore store = new(journal, append, clock);
        Sessions = new(store, clock);
        Accounts = new(store, Sessions, clock);
        Logins = new(store, Accounts, clock, log);
        Tokens = new(store, clock);
        Opened = new(clock);
        Searches = new(store);
    }

    /// <summary>The accounts of people.</summary>
    public Accounts Accounts { get; }

    /// <summary>Lets people in.</summary>
    public Logins Logins { get; }

    /// <summary>Who is logged in.</summary>
    public Sessions Sessions { get; }

    /// <summary>The tokens of programs.</summary>
    public ApiTokens Tokens { get; }

    /// <summary>The searches that people named.</summary>
    public SavedSearches Searches { get; }

    /// <summary>The lists that people opened.</summary>
    public KeptSearches Opened { get; }

    /// <summary>What was sent with forms already.</summary>
    public OnceNumbers Once { get; } = new();

    /// <summary>A person as the platform knows somebody who was let in.</summary>
    public static ClaimsPrincipal Principal(Account account, string secret, string scheme) =>
        Principal(account.Name, account.Role, account.Channels, scheme, new Claim(HubClaims.Session, secret));

    /// <summary>A program as the platform knows it.</summary>
    public static ClaimsPrincipal Principal(ApiToken token, string scheme) => Principal($"token:{token.Name}", token.Role, token.Channels, scheme);

    public void Dispose() => Logins.Dispose();

    private static ClaimsPrincipal Principal(string name, Role role, IReadOnlyList<string> channels, string scheme, params Claim[] more) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role.ToString()), .. channels.Select(channel => new Claim(HubClaims.Channel, channel)), .. more], scheme));
}

/// <summary>What is known of somebody beside the name and the role.</summary>
public static class HubClaims
{
    /// <summary>A channel that somebody is limited to.</summary>
    public const string Channel = "hub:channel";

    /// <summary>Which password was right, of somebody of whom a code is still wanted.</summary>
    public const string Half = "hub:half";

    /// <summary>The secret of the session.</summary>
    public const string Session = "hub:session";
}
