using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Search;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>A site with something of everything that pages show: a day behind it, a receiver that is down, parked deliveries, a file that is refused, people and tokens. All of it is invented.</summary>
internal sealed class WholeSite : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    private readonly ManualTime _time = new();
    private readonly MllpReceiver _index = new();
    private readonly MllpReceiver _wards = new() { Answer = _ => "AE" };
    private HubHost _hub = null!;

    private WholeSite()
    {
    }

    public HubHost Hub => _hub;

    /// <summary>What stands for the placeholders of <see cref="SitePages"/>.</summary>
    public Dictionary<string, string> Values { get; } = new()
    {
        ["channel"] = "results-to-wards",
        ["destination"] = "wards",
        ["troubled"] = "referrals-to-mpi",
    };

    public static async Task<WholeSite> StartAsync()
    {
        WholeSite site = new();
        TestFolder folder = new();
        folder.Write("environments/test.json", """{ "values": {} }""");
        folder.Write("alerts/alerts.json", "{ }");
        folder.Write("channels/tests/results-to-wards/r01.in.hl7", Result("TEST1").Replace('\r', '\n'));
        await site.RememberAsync(folder.Path("data"));
        site._hub = await HubHost.StartAsync(folder, site._time, NullLoggerFactory.Instance, site.Channels());
        await site.HappenAsync();
        await site.AddPeopleAsync();
        return site;
    }

    /// <summary>A window of somebody who has logged in, and has begun to log in with an account that has a second factor.</summary>
    public async Task<IPage> LogInAsync(Chromium chromium)
    {
        IPage page = await chromium.OpenAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await LogInAsync(page, "rhys");
        await Expect(page.Locator("#code")).ToBeVisibleAsync();
        await LogInAsync(page, "mair");
        await Expect(page.Locator(".person")).ToHaveTextAsync("mair");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _index.DisposeAsync();
        await _wards.DisposeAsync();
    }

    private async Task LogInAsync(IPage page, string name)
    {
        await page.GotoAsync($"{_hub.AdminUrl.TrimEnd('/')}/login");
        await page.FillAsync("#name", name);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("main button");
    }

    private string[] Channels() =>
    [
        Channel("adt-to-mpi", "Admissions, transfers and discharges", "PAS", $$"""{ "id": "mpi", "type": "mllp", "endpoint": "127.0.0.1:{{_index.Port}}" }, { "id": "archive", "type": "file", "folder": "out", "name": "${message.id}" }"""),
        Channel("orders-to-lab", "Orders of the wards", "ORDERS", $$"""{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{FreePort.Take()}}", "lane": "PID-3.1", "maxConnections": 4, "retry": { "unreachableAfter": 1 } }"""),
        Channel("results-to-wards", "Results of the laboratory", "LAB", $$"""{ "id": "wards", "type": "mllp", "endpoint": "127.0.0.1:{{_wards.Port}}" }, { "id": "mpi", "type": "mllp", "endpoint": "127.0.0.1:{{_index.Port}}", "when": { "path": "MSH-9.1", "equals": "ADT" } }""",
            """{ "type": "filter", "when": { "path": "MSH-11", "equals": "P" } }, { "type": "setField", "path": "MSH-5", "value": "WARDS" }"""),
        Channel("referrals-to-mpi", "Referrals", "GP", """{ "id": "files", "type": "file", "fodler": "out3" }"""),
        Channel("dictation", "Letters that were dictated", "VOICE", """{ "id": "files", "type": "file", "folder": "out4", "name": "${message.id}" }""").Replace("\"owner\"", "\"enabled\": false,\n  \"owner\"", StringComparison.Ordinal),
    ];

    private static string Channel(string id, string description, string sender, string destinations, string steps = "") => $$"""
        {
          "id": "{{id}}",
          "description": "{{description}}",
          "owner": "Integration team, 555 0100",
          "runbook": "Look whether the receiver is up. Else call the integration team.",
          "source": { "type": "mllp", "listen": "127.0.0.1:0", "accept": { "sendingApplications": ["{{sender}}"] } },
          "steps": [ {{steps}} ],
          "destinations": [ {{destinations}} ]
        }
        """;

    private static string Admission(string controlId) =>
        $"MSH|^~\\&|PAS|WARD|MPI|CENTRAL|20260301113000||ADT^A01^ADT_A01|{controlId}|P|2.5\rEVN|A01|20260301113000\rPID|1||9990000018^^^NHS^NH||PRAWF^Gwen||19610615|F\rPV1|1|I|2W^212\r";

    private static string Result(string controlId) =>
        $"MSH|^~\\&|LAB|PATH|HUB|CENTRAL|20260301114500||ORU^R01^ORU_R01|{controlId}|P|2.5\rPID|1||9990000026^^^NHS^NH||ENGHRAIFFT^Idris||19480222|M\rOBR|1||L77|FBC^Full blood count^L|||20260301110000\rOBX|1|NM|HB^Haemoglobin^L||139|g/L|130-180|N|||F\r";

    // The day before, as the journal of a Hub that ran has it.
    private async Task RememberAsync(string data)
    {
        await using IJournal journal = global::Hub.Journal.JournalCatalog.Kinds[0].Create(new(data), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        DateTimeOffset now = _time.GetUtcNow();
        for (DateTimeOffset at = now.AddHours(-24); at < now; at = at.AddMinutes(10))
        {
            int count = 1 + (int)(3 * Math.Sin(Math.PI * Math.Max(0, at.TimeOfDay.TotalHours - 6) / 14));
            for (int i = 0; i < Math.Max(1, count); i++)
                await RememberAsync(journal, at.AddSeconds(7 * i), isOrder: i % 2 == 1);
        }

        await journal.AppendAsync(new StatisticsDue(now, IsEnd: true));
    }

    private static async Task RememberAsync(IJournal journal, DateTimeOffset at, bool isOrder)
    {
        (string channel, string destination, string type, string sender) = isOrder ? ("orders-to-lab", "lab", "ORM^O01", "ORDERS^WARD") : ("adt-to-mpi", "mpi", "ADT^A01", "PAS^WARD");
        MessageId id = journal.NextMessageId();
        MessageArrived arrived = JournalSamples.Accepted(id, $"C{id}", destination) with { Channel = channel, ReceivedAt = at, Header = new() { Type = type, ControlId = $"C{id}", Sender = sender, Version = "2.5" } };
        bool isRejected = id.Value % 37 == 0;
        await journal.AppendAsync(isRejected ? arrived with { State = MessageState.Rejected, Answer = ReceiptKind.Rejected, Deliveries = [], Problems = [new(101, "MSH-10", "The message has no control id.")] } : arrived);
        if (!isRejected)
            await journal.AppendAsync(JournalSamples.Attempted(journal.Read(id)!.Deliveries[0].Delivery, 1, DeliveryState.Sent) with { StartedAt = at.AddMilliseconds(20), Duration = TimeSpan.FromMilliseconds(60 + (id.Value % 11 * 15)) });
    }

    // What goes on now: results that the wards refuse, orders that wait, and admissions that go through.
    private async Task HappenAsync()
    {
        for (int i = 1; i <= 3; i++)
        {
            await SendAsync("results-to-wards", Result($"R{i:000}"));
            await SendAsync("orders-to-lab", Admission($"O{i:000}").Replace("|PAS|", "|ORDERS|", StringComparison.Ordinal));
            await SendAsync("adt-to-mpi", Admission($"A{i:000}"));
        }

        await _hub.UntilAsync(DeliveryState.Parked, 3);
        foreach (string troubled in new[] { "results-to-wards", "orders-to-lab", "referrals-to-mpi" })
            await _hub.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Any(incident => incident.Channel == troubled));
        await _hub.PauseAsync("adt-to-mpi", "archive", isPaused: true);
        await _hub.VersionsKeptAsync();
        StoredMessage parked = _hub.Journal.Find(new() { Channel = "results-to-wards" }).First(message => message.Deliveries.Any(delivery => delivery.State == DeliveryState.Parked));
        Values["message"] = parked.Id.ToString();
        Values["delivery"] = parked.Deliveries[0].Delivery.ToString(CultureInfo.InvariantCulture);
        Values["incident"] = _hub.Journal.FindIncidents(new() { IsOpen = true }).First(incident => incident.Channel == "results-to-wards").Id.ToString(CultureInfo.InvariantCulture);
    }

    private async Task SendAsync(string channel, string message)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(_hub.Port(channel));
        await sender.SendAsync(message);
        _time.Advance(TimeSpan.FromSeconds(2));
    }

    private async Task AddPeopleAsync()
    {
        foreach ((string name, Role role) in new[] { ("mair", Role.Administrator), ("rhys", Role.Operator) })
        {
            string link = await _hub.Access.Accounts.AddAsync(name, role, [], Doer.Local);
            await _hub.Access.Accounts.SetPasswordAsync(link["/welcome?key=".Length..], Password, "");
        }

        await _hub.Access.Accounts.ConfirmTotpAsync("rhys", Totp.Code(await _hub.Access.Accounts.BeginTotpAsync("rhys"), _time.GetUtcNow()), "");
        Values["key"] = (await _hub.Access.Accounts.AddAsync("carys", Role.Analyst, ["adt-to-mpi"], Doer.Local))["/welcome?key=".Length..];
        await _hub.Access.Tokens.AddAsync("Nightly report", Role.Viewer, ["adt-to-mpi"], 90, Doer.Local);
        Doer mair = new("mair", "192.0.2.17");
        await _hub.Access.Searches.SaveAsync(mair, "Parked results", new MessageSearch { Words = "Parked", Channel = "results-to-wards" });
        await _hub.Access.Searches.SaveAsync(mair, "Rejected today", new MessageSearch { State = MessageState.Rejected, From = "24h" });
    }
}
