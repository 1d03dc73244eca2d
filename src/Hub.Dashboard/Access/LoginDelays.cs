namespace Hub.Dashboard.Access;

/// <summary>
/// How long somebody has to wait after wrong passwords. An address waits longer each time, up to a quarter of an hour; an account at most half a minute,
/// so that nobody can lock its owner out. Tries that are made at once count before they have failed: else many would be let through together, before the
/// first of them is known to be wrong. In memory, at most so many: the oldest go first.
/// </summary>
/// <param name="clock">The time.</param>
internal sealed class LoginDelays(TimeProvider clock)
{
    /// <summary>How many wrong ones cost nothing: people mistype.</summary>
    public const int Free = 4;

    // Many people may come from one address at the beginning of a shift; none of them is wrong yet.
    private const int MostOfAddress = 16;
    private const int Most = 20_000;
    private static readonly TimeSpan s_address = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_account = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_forgotten = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset At, DateTimeOffset Until)> _failed = [];
    private readonly Dictionary<string, int> _inHand = [];

    /// <summary>Begins a try, which <see cref="End"/> ends.</summary>
    /// <returns>How long to wait before it may begin; zero when it has.</returns>
    public TimeSpan Begin(string account, string address)
    {
        (string person, string place) = (Account(account), Address(address));
        lock (_lock)
        {
            if (Left(person, place) is { } wait && wait > TimeSpan.Zero)
                return wait;
            if (IsFull(person, Free) || IsFull(place, MostOfAddress))
                return s_busy;
            _inHand[person] = _inHand.GetValueOrDefault(person) + 1;
            _inHand[place] = _inHand.GetValueOrDefault(place) + 1;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Ends a try that began, whatever came of it.</summary>
    public void End(string account, string address)
    {
        lock (_lock)
        {
            foreach (string key in (string[])[Account(account), Address(address)])
            {
                if (_inHand[key] == 1)
                    _inHand.Remove(key);
                else
                    _inHand[key]--;
            }
        }
    }

    /// <summary>Notes a wrong one.</summary>
    /// <returns>How many there were from the address, how many of the account from anywhere, and how long to wait from now.</returns>
    public (int OfAddress, int OfAccount, TimeSpan Wait) Failed(string account, string address)
    {
        (string person, string place) = (Account(account), Address(address));
        lock (_lock)
        {
            int ofAccount = Add(person, s_account);
            int ofAddress = Add(place, s_address);
            return (ofAddress, ofAccount, Left(person, place));
        }
    }

    /// <summary>
    /// Notes a token that is none, unless its address has to wait already. No password and no good token waits for that: a program whose token is over would
    /// lock out all who come from its address.
    /// </summary>
    /// <returns>How many there were from the address, and how long it had to wait when this one came.</returns>
    public (int Count, TimeSpan Wait) TokenFailed(string address)
    {
        string place = $"t {Address(address)}";
        lock (_lock)
            return Left(place, place) is { } wait && wait > TimeSpan.Zero ? (_failed[place].Count, wait) : (Add(place, s_address), TimeSpan.Zero);
    }

    /// <summary>Notes a right one. The address stays: it may have one account of its own.</summary>
    public void Succeeded(string account)
    {
        lock (_lock)
            _failed.Remove(Account(account));
    }

    private TimeSpan Left(string person, string place)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset until = new[] { person, place }.Max(key => _failed.GetValueOrDefault(key).Until);
        return until > now ? until - now : TimeSpan.Zero;
    }

    // What has failed and what may still fail, together; one at a time when that is used up.
    private bool IsFull(string key, int most)
    {
        (int count, DateTimeOffset at, _) = _failed.GetValueOrDefault(key);
        int failed = clock.GetUtcNow() - at > s_forgotten ? 0 : count;
        return _inHand.GetValueOrDefault(key) >= Math.Max(1, most - failed);
    }

    private int Add(string key, TimeSpan longest)
    {
        DateTimeOffset now = clock.GetUtcNow();
        (int count, DateTimeOffset at, _) = _failed.GetValueOrDefault(key);
        count = now - at > s_forgotten ? 1 : count + 1;
        TimeSpan delay = count <= Free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, Math.Min(count - Free, 20))));
        _failed[key] = (count, now, now + delay);
        if (_failed.Count > Most)
        {
            foreach (string old in _failed.OrderBy(pair => pair.Value.At).Take(Most / 10).Select(pair => pair.Key).ToList())
                _failed.Remove(old);
        }

        return count;
    }

    // What nobody can be called is one: it may be as long as a form.
    private static string Account(string name) => Accounts.IsName(name) ? $"a {name}" : "a";

    // Somebody who has an IPv6 address has 2^64 of them (RFC 4291 §2.5.1).
    private static string Address(string text) => System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6
        ? $"n {Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))}"
        : $"n {text}";
}
