using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Search;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Puts hostile texts wherever senders, receivers, files and people can write.</summary>
internal static class HostileSite
{
    /// <summary>A text as a field of HL7 v2 holds it.</summary>
    public static string Escaped(string text) => text.Replace("&", "\\T\\", StringComparison.Ordinal);

    /// <summary>Fills a Hub.</summary>
    public static async Task FillAsync(MessageHub hub)
    {
        ObservedJournal journal = hub.Hub.Journal;
        List<Task> appending = [];
        for (int i = 0; i < Payloads.All.Length; i++)
        {
            string text = Payloads.All[i];
            MessageArrived arrived = JournalSamples.Accepted(journal.NextMessageId(), text, text);
            appending.Add(journal.AppendAsync(arrived with { Peer = text, Header = new() { Type = text, ControlId = text, Sender = text, Version = text }, Flags = [text], Channel = i % 2 == 0 ? "adt" : text }));
        }

        await Task.WhenAll(appending);
        string message = MessageHub.Admission("ALL") + string.Concat(Payloads.All.Select((text, i) => $"NTE|{i + 1}|{Escaped(text)}\r"));
        MessageArrived all = JournalSamples.Accepted(journal.NextMessageId(), "ALL", "lab") with { Content = Encoding.UTF8.GetBytes(message) };
        await journal.AppendAsync(all with { Problems = [.. Payloads.All.Select(text => new MessageProblem(101, text, text) { Remedy = text })] });
        long delivery = journal.Read(all.Id)!.Deliveries.Single().Delivery;
        for (int i = 0; i < Payloads.All.Length; i++)
        {
            string text = Payloads.All[i];
            await journal.AppendAsync(JournalSamples.Attempted(delivery, i + 1, DeliveryState.Queued) with { Reason = text, AnswerCode = text, Answer = Encoding.UTF8.GetBytes(text) });
        }

        foreach (string text in Payloads.All.Take(50))
            await journal.AppendAsync(new DeliveryOperated { Delivery = delivery, Operation = DeliveryOperation.Raise, At = JournalSamples.Time.AddHours(1), By = text, Reason = text });
        await journal.AppendAsync(new IncidentsChanged
        {
            Through = 0,
            Incidents = [.. Payloads.All.Select((text, i) => new Incident { Id = i + 1, Kind = EventKind.Fault, Channel = text, Destination = text, Fingerprint = $"{i}", Text = text, OpenedAt = JournalSamples.Time, LastAt = JournalSamples.Time, AcknowledgedBy = text, Rule = text, Count = 1 })],
            Mails = [.. Payloads.All.Take(3).Select((text, i) => new OutgoingMail { Incident = i + 1, To = [text], Subject = text, Text = text, MessageId = $"m{i}", At = JournalSamples.Time, DueAt = JournalSamples.Time, Reason = text })],
        });
        await FillWithPeopleAsync(hub.Hub);
        await FillWithFilesAsync(hub.Hub);
    }

    /// <summary>The name of somebody who has logged in from a hostile browser.</summary>
    public const string Person = "gwen";

    /// <summary>The password of that person.</summary>
    public const string Password = "correct horse battery";

    // What people type, and what a browser says of itself.
    private static async Task FillWithPeopleAsync(HubHost hub)
    {
        await Task.WhenAll(Payloads.All.Select(text => hub.Journal.AppendAsync(new AuditRecord { At = JournalSamples.Time, Who = text, Act = AuditAct.Operated, From = text, Channel = text, Text = text, Reason = text })));
        foreach (string text in Searches)
            await hub.Access.Searches.SaveAsync(Doer.Local, text, new MessageSearch { Words = text, Sender = text, Patient = text });
        foreach (string text in Payloads.All.Where(text => text.Length <= 64).Take(50))
            await hub.Access.Tokens.AddAsync(text, Role.Viewer, [], 1, new(text, text));
        await hub.View.PauseAsync("adt", "lab", isPaused: false, Payloads.Short, Payloads.Short);
        await hub.View.PauseAsync("adt", "lab", isPaused: true, Payloads.Short, Payloads.Short);
        string link = await hub.Access.Accounts.AddAsync(Person, Role.Administrator, [], Doer.Local);
        await hub.Access.Accounts.SetPasswordAsync(link["/welcome?key=".Length..], Password, "");
        foreach (string text in Payloads.All.Take(3))
            await hub.Access.Logins.TryAsync(Person, Password, text, text);
    }

    /// <summary>The texts that searches are named with: no two that differ by case alone.</summary>
    public static IReadOnlyList<string> Searches { get; } = [.. Payloads.All.Where(text => text.Length <= SavedSearches.MostName).DistinctBy(text => text.ToUpperInvariant()).Take(SavedSearches.MostSearches)];

    // What stands in files, and what files are called.
    private static async Task FillWithFilesAsync(HubHost hub)
    {
        string every = JsonSerializer.Serialize(string.Join('\n', Payloads.All));
        string one = JsonSerializer.Serialize(Payloads.Short);
        string file = JsonSerializer.Serialize($"../secrets/{Payloads.Short}.pem");
        // The secrets' folder is where files are that their owner alone may read.
        hub.Folder.WriteSecret($"{Payloads.Short}.pem", TestAuthority.PemWithKey(new TestAuthority("authority").Issue($"CN=\"{Payloads.Short}\"")));
        hub.Folder.Write($"channels/tests/hostile-case/{Payloads.Short}.in.hl7", MessageHub.Admission("1").Replace('\r', '\n'));
        hub.Folder.Write($"channels/tests/hostile-case/{Payloads.Short}.out.hl7", MessageHub.Admission("2").Replace('\r', '\n'));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel($$"""
            {
              "id": "hostile", "description": {{every}}, "owner": {{every}}, "runbook": {{every}},
              "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": {{file}} }, "accept": { "sendingApplications": [{{one}}] } },
              "destinations": [{ "id": "out", "type": "file", "folder": {{one}}, "name": "${message.id}" }]
            }
            """));
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel("""{ "id": "hostile-case", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "out", "type": "file", "folder": "out", "name": "${message.id}" }] }"""));
        Assert.True(hub.Status("hostile").Problems.Count == 0, string.Join('\n', hub.Status("hostile").Problems));
        await hub.VersionsKeptAsync();
        await hub.View.ChangeChannelAsync("hostile-case", runs: false, Payloads.Short, Payloads.Short);
    }
}
