using System.Net;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Accounts, logins, sessions and tokens, as the journal of a Hub keeps them; time is moved by the test.</summary>
public sealed class AccessTests : IAsyncLifetime, IDisposable
{
    private const string Password = "correct horse battery";
    private const string Address = "10.0.0.7";

    private readonly ManualTime _time = new();
    private readonly RecordedLog _log = new();
    private HubHost _hub = null!;

    private Accounts Accounts => _hub.Access.Accounts;

    private Logins Logins => _hub.Access.Logins;

    public async Task InitializeAsync() => _hub = await HubHost.StartAsync(new TestFolder(), _time, _log);

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_new_Hub_has_no_account_until_its_link_is_used_once_and_within_a_day()
    {
        Assert.Empty(Accounts.All);
        string old = Key(await Accounts.FirstLinkAsync());
        string late = Key(await Accounts.FirstLinkAsync());
        await RefusedAsync("access.link.over", () => Accounts.SetPasswordAsync(old, Password, Address));
        _time.Leap(TimeSpan.FromHours(24));
        await RefusedAsync("access.link.over", () => Accounts.SetPasswordAsync(late, Password, Address));
        string key = Key(await Accounts.FirstLinkAsync());
        await RefusedAsync("access.password.length", () => Accounts.SetPasswordAsync(key, "short", Address));
        await RefusedAsync("access.password.weak", () => Accounts.SetPasswordAsync(key, "my admin password", Address));

        await Accounts.SetPasswordAsync(key, Password, Address);

        await RefusedAsync("access.link.over", () => Accounts.SetPasswordAsync(key, "another password", Address));
        Assert.Null(await Accounts.FirstLinkAsync());
        Assert.Equal((Accounts.First, Role.Administrator), (Accounts.All.Single().Name, Accounts.All.Single().Role));
        Assert.NotNull((await Logins.TryAsync(" Admin ", Password, Address, "test")).Secret);
    }

    [Fact]
    public async Task A_wrong_name_and_a_wrong_password_are_answered_alike_and_kept_in_the_audit()
    {
        await MakeAsync("mair");

        LoginResult name = await Logins.TryAsync("nobody", Password, Address, "");
        LoginResult password = await Logins.TryAsync("mair", "wrong", Address, "");
        await Accounts.DisableAsync("mair", true, Doer.Local);
        LoginResult disabled = await Logins.TryAsync("mair", Password, Address, "");

        Assert.Equal(new LoginResult(null, false, TimeSpan.Zero), name);
        Assert.Equal((name, name), (password, disabled));
        Assert.Equal(["mair", "mair", "(unknown)"], _hub.Journal.FindAudit(new() { Act = AuditAct.LoginFailed }).Select(stored => stored.Record.Who));
        Assert.DoesNotContain(_hub.Journal.FindAudit(new()), stored => stored.Record.Text.Contains("wrong", StringComparison.Ordinal) && stored.Record.Act == AuditAct.LoginFailed);
    }

    [Fact]
    public async Task Wrong_passwords_are_answered_later_each_time_and_become_an_event()
    {
        await MakeAsync("mair");
        for (int i = 0; i < LoginDelays.Free; i++)
            Assert.Equal(TimeSpan.Zero, (await Logins.TryAsync("mair", "wrong", Address, "")).Wait);
        Assert.DoesNotContain(_log.Take(), line => line.Id == 7010);

        Assert.Equal(TimeSpan.FromSeconds(2), (await Logins.TryAsync("mair", "wrong", Address, "")).Wait);

        Assert.Contains(_log.Take(), line => line.Id == 7010 && line.Text.Contains(Address, StringComparison.Ordinal));
        Assert.Equal(TimeSpan.FromSeconds(2), (await Logins.TryAsync("mair", Password, Address, "")).Wait);
        Assert.Equal(TimeSpan.FromSeconds(2), (await Logins.TryAsync("rhys", Password, Address, "")).Wait);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(4), (await Logins.TryAsync("mair", "wrong", Address, "")).Wait);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.NotNull((await Logins.TryAsync("mair", Password, "10.0.0.8", "")).Secret);
    }

    [Fact]
    public async Task A_token_that_is_none_keeps_nobody_of_its_address_from_logging_in()
    {
        await MakeAsync("mair");
        using HttpClient client = new() { BaseAddress = new(_hub.AdminUrl) };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer hub_over");
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage refused = await client.GetAsync(new Uri("/api/v1/channels", UriKind.Relative));
            Assert.Equal(i <= LoginDelays.Free ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, refused.StatusCode);
        }

        Assert.Contains(_log.Take(), line => line.Id == 7010 && line.Text.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.NotNull((await Logins.TryAsync("mair", Password, "127.0.0.1", "")).Secret);
    }

    [Theory]
    [InlineData("hub_over")]
    [InlineData("of another Hub")]
    public async Task A_program_with_a_wrong_token_has_to_wait_longer_each_time_and_one_with_a_good_one_at_its_address_does_not(string token)
    {
        string good = await _hub.Access.Tokens.AddAsync("export", Role.Viewer, [], 1, Doer.Local);
        for (int i = 0; i <= LoginDelays.Free; i++)
            Assert.Equal((HttpStatusCode.Unauthorized, null, "HUB7153"), await AskAsync(token));

        Assert.Equal((HttpStatusCode.TooManyRequests, "2", "HUB7159"), await AskAsync(token));

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(good)).Status);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(token)).Status);
        Assert.Equal((HttpStatusCode.TooManyRequests, "4", "HUB7159"), await AskAsync(token));
        Assert.Contains(_log.Take(), line => line.Id == 7010);
        // One record where the free ones are used up, and one with each that the log tells: a flood does not fill the audit.
        AuditRecord[] kept = [.. _hub.Journal.FindAudit(new() { Act = AuditAct.LoginFailed }).Select(one => one.Record)];
        Assert.Equal([("(unknown)", "127.0.0.1", "token"), ("(unknown)", "127.0.0.1", "token")], kept.Select(one => (one.Who, one.From, one.Text)));
        Assert.All(kept, one => Assert.DoesNotContain(token, one.Text, StringComparison.Ordinal));
    }

    private async Task<(HttpStatusCode Status, string? After, string? Code)> AskAsync(string token)
    {
        using HttpClient client = new() { BaseAddress = new(_hub.AdminUrl) };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
        using HttpResponseMessage answer = await client.GetAsync(new Uri("/api/v1/channels", UriKind.Relative));
        using System.Text.Json.JsonDocument body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, answer.Headers.RetryAfter?.ToString(), body.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object && body.RootElement.TryGetProperty("code", out System.Text.Json.JsonElement code) ? code.GetString() : null);
    }

    [Fact]
    public async Task A_session_ends_when_nothing_is_done_after_twelve_hours_and_when_it_is_ended()
    {
        await MakeAsync("mair");
        string secret = (await Logins.TryAsync("mair", Password, Address, "Firefox")).Secret!;
        for (int minutes = 0; minutes < 12 * 60; minutes += 29)
        {
            Assert.NotNull(await _hub.Access.Sessions.LookAsync(secret, isDone: true));
            _time.Advance(TimeSpan.FromMinutes(29));
        }

        Assert.Null(await _hub.Access.Sessions.LookAsync(secret, isDone: true));
        secret = (await Logins.TryAsync("mair", Password, Address, "Firefox")).Secret!;
        _time.Advance(TimeSpan.FromMinutes(20));
        // A page that stays fresh by itself is nobody.
        Assert.NotNull(await _hub.Access.Sessions.LookAsync(secret, isDone: false));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await _hub.Access.Sessions.LookAsync(secret, isDone: true));
        secret = (await Logins.TryAsync("mair", Password, Address, "Firefox")).Secret!;
        Session session = Assert.Single(_hub.Access.Sessions.Of("mair"));
        Assert.Equal((Address, "Firefox"), (session.From, session.Agent));
        Assert.DoesNotContain(_hub.Journal.ReadAccess(AccessKind.Session), row => row.Value.Contains(secret, StringComparison.Ordinal) || row.Id == secret);
        await _hub.Access.Sessions.EndAsync("mair", session.Id, Doer.Local);
        Assert.Null(await _hub.Access.Sessions.LookAsync(secret, isDone: true));
        secret = (await Logins.TryAsync("mair", Password, Address, "")).Secret!;
        await Accounts.DisableAsync("mair", true, Doer.Local);
        await Accounts.DisableAsync("mair", false, Doer.Local);
        Assert.Null(await _hub.Access.Sessions.LookAsync(secret, isDone: true));
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_no_code_is_good_twice()
    {
        await MakeAsync("mair");
        string secret = await Accounts.BeginTotpAsync("mair");
        Assert.Null(await Accounts.ConfirmTotpAsync("mair", "000000", Address));
        IReadOnlyList<string> codes = (await Accounts.ConfirmTotpAsync("mair", Totp.Code(secret, _time.GetUtcNow()), Address))!;

        LoginResult half = await Logins.TryAsync("mair", Password, Address, "");

        Assert.Equal((null, true), (half.Secret, half.NeedsCode));
        Assert.Null((await Logins.TryCodeAsync("mair", Totp.Code(secret, _time.GetUtcNow()), Address, "")).Secret);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull((await Logins.TryCodeAsync("mair", Totp.Code(secret, _time.GetUtcNow()), Address, "")).Secret);
        Assert.Null((await Logins.TryCodeAsync("mair", Totp.Code(secret, _time.GetUtcNow()), Address, "")).Secret);
        Assert.NotNull((await Logins.TryCodeAsync("mair", codes[3].ToLowerInvariant(), Address, "")).Secret);
        Assert.Null((await Logins.TryCodeAsync("mair", codes[3], Address, "")).Secret);
        Assert.Equal(Totp.RecoveryCodes - 1, Accounts.Find("mair")!.RecoveryCodes.Count);
    }

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_RFC_6238(long seconds, string code)
    {
        // Appendix B, the secret "12345678901234567890", the last six of eight digits.
        const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.Code(Secret, at));
        Assert.NotNull(Totp.StepOf(Secret, $" {code[..3]} {code[3..]}", at.AddSeconds(30), 0));
        Assert.Null(Totp.StepOf(Secret, code, at.AddSeconds(90), 0));
        Assert.Matches("^[A-Z2-7]{32}$", Totp.NewSecret());
        Assert.Matches("^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$", Totp.NewRecoveryCode());
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_made_anew_at_the_next_login()
    {
        await MakeAsync("mair");
        string weak = Passwords.Hash(Password, 1_000);
        await Accounts.ChangeAsync("mair", account => account with { Password = weak });
        Assert.True(Passwords.IsWeak(weak));

        Assert.NotNull((await Logins.TryAsync("mair", Password, Address, "")).Secret);

        string hash = Accounts.Find("mair")!.Password!;
        Assert.StartsWith("pbkdf2-sha256$600000$", hash, StringComparison.Ordinal);
        Assert.True(Passwords.Matches(Password, hash));
        Assert.False(Passwords.Matches(Password, null));
    }

    [Fact]
    public async Task The_last_administrator_cannot_be_shut_out_or_made_another()
    {
        await MakeAsync("mair", Role.Administrator);
        await RefusedAsync("access.last", () => Accounts.DisableAsync("mair", true, Doer.Local));
        await RefusedAsync("access.last", () => Accounts.ChangeRoleAsync("mair", Role.Viewer, [], Doer.Local));
        await MakeAsync("rhys", Role.Administrator);
        await Accounts.ChangeRoleAsync("mair", Role.Viewer, ["adt"], new("rhys", Address));
        await RefusedAsync("access.limit.administrator", () => Accounts.ChangeRoleAsync("mair", Role.Administrator, ["adt"], Doer.Local));
        await RefusedAsync("access.name.taken", () => Accounts.AddAsync("Mair", Role.Viewer, [], Doer.Local));
        await RefusedAsync("access.name.impossible", () => Accounts.AddAsync("local", Role.Viewer, [], Doer.Local));
        await RefusedAsync("access.name.impossible", () => Accounts.AddAsync("token:x", Role.Viewer, [], Doer.Local));
        Assert.Equal(("rhys", "account mair: administrator → viewer of adt"), (_hub.Journal.FindAudit(new() { Limit = 1 })[0].Record.Who, _hub.Journal.FindAudit(new() { Limit = 1 })[0].Record.Text));
    }

    [Fact]
    public async Task A_token_is_good_until_it_ends_or_is_revoked_and_its_secret_stands_nowhere()
    {
        string token = await _hub.Access.Tokens.AddAsync("export", Role.Operator, ["adt"], 2, new("mair", Address));
        string other = await _hub.Access.Tokens.AddAsync("other", Role.Viewer, [], 2, new("mair", Address));
        Assert.StartsWith("hub_", token, StringComparison.Ordinal);
        Assert.DoesNotContain(_hub.Journal.ReadAccess(AccessKind.Token), row => row.Value.Contains(token[13..], StringComparison.Ordinal));

        ApiToken known = (await _hub.Access.Tokens.LookAsync(token))!;

        Assert.Equal(("export", Role.Operator), (known.Name, known.Role));
        Assert.Equal(_time.GetUtcNow(), _hub.Access.Tokens.All.Single(one => one.Id == known.Id).UsedAt);
        Assert.True(HubAccess.Principal(known, "x").MayChannel("adt"));
        Assert.False(HubAccess.Principal(known, "x").MayChannel("oru"));
        Assert.Null(await _hub.Access.Tokens.LookAsync(token[..^1] + (token[^1] == 'A' ? 'B' : 'A')));
        Assert.Null(await _hub.Access.Tokens.LookAsync("hub_"));
        await _hub.Access.Tokens.RevokeAsync(known.Id, Doer.Local);
        Assert.Null(await _hub.Access.Tokens.LookAsync(token));
        _time.Leap(TimeSpan.FromDays(2));
        Assert.Null(await _hub.Access.Tokens.LookAsync(other));
    }

    [Theory]
    [InlineData("/messages?id=17", "/messages?id=17")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public void After_a_login_nobody_is_led_elsewhere(string? asked, string path) => Assert.Equal(path, LocalPath.Of(asked));

    [Fact]
    public async Task What_a_command_of_the_machine_has_done_is_kept_as_local_with_the_name_it_gives()
    {
        using HttpClient client = Visits.Client(_hub);
        client.DefaultRequestHeaders.Add("Hub-By", "mair");
        using StringContent request = new("""{ "paused": true, "reason": "new server" }""", System.Text.Encoding.UTF8, "application/json");

        using HttpResponseMessage response = await client.PutAsync(new Uri("/api/v1/channels/adt/destinations/lab/state", UriKind.Relative), request);

        AuditRecord record = Assert.Single(_hub.Journal.FindAudit(new())).Record;
        Assert.Equal(("local", AuditAct.Operated, "adt", "new server"), (record.Who, record.Act, record.Channel, record.Reason));
        Assert.Equal("pause destination lab, by mair", record.Text);
    }

    [Fact]
    public async Task An_attack_is_an_event_and_the_head_of_the_audit_is_in_the_log_each_minute()
    {
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        using RecordedLog log = new();
        await using HubHost hub = await HubHost.StartAsync(folder, TimeProvider.System, log);
        for (int i = 0; i <= LoginDelays.Free; i++)
            await hub.Access.Logins.TryCodeAsync("nobody", "000000", Address, "");

        await hub.UntilAsync(journal => journal.ReadEvents(0, 100).Any(stored => stored.Event.Kind == EventKind.LoginFailed && stored.Event.Text.Contains(Address, StringComparison.Ordinal)));
        await hub.MinuteAsync();

        AuditHead head = hub.Journal.ReadAuditHead()!;
        Assert.Contains(head.ToString(), await log.NextAsync(7004), StringComparison.Ordinal);
        Assert.True(hub.Journal.VerifyAudit([head], CancellationToken.None).IsWhole);
        Assert.Equal(LoginDelays.Free + 1, head.Number);
    }

    private async Task MakeAsync(string name, Role role = Role.Operator) => await Accounts.SetPasswordAsync(Key(await Accounts.AddAsync(name, role, [], Doer.Local)), Password, Address);

    private static string Key(string? link) => link!["/welcome?key=".Length..];

    private static async Task RefusedAsync(string key, Func<Task> work) => Assert.Equal(key, (await Assert.ThrowsAsync<AccessException>(work)).Key);
}
