using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Benchmarks;

/// <summary>
/// The table <c>pages</c>: how soon pages are there with many messages in the journal, each whole over HTTP from a Hub of its own. The messages are those of 29 days: four
/// channels, three types, five senders; one in a hundred is rejected, one in fifty filtered, one in two thousand parked, the last hundred wait.
/// </summary>
internal static class PagesTable
{
    private const int AtOnce = 2_000;
    private const int Channels = 4;
    private static readonly string[] s_types = ["ADT^A01", "ADT^A08", "ORU^R01"];

    /// <summary>Measures and writes the table.</summary>
    /// <param name="count">How many messages.</param>
    /// <param name="runs">How often each page is asked for, after a first time that is written beside.</param>
    public static async Task RunAsync(int count, int runs)
    {
        using TestFolder folder = new();
        for (int i = 0; i < Channels; i++)
            folder.WriteChannel(Samples.PassThrough($"feed-{i}", 1));
        DateTimeOffset end = TimeProvider.System.GetUtcNow().AddMinutes(-10);
        long begun = Stopwatch.GetTimestamp();
        await FillAsync(folder.Path("data"), count, end);
        long size = new FileInfo(Path.Combine(folder.Path("data"), "journal.db")).Length;
        Console.WriteLine($"\n{count:N0} messages in the journal ({size / 1_000_000:N0} MB), filled in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s.\n");
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        using JsonDocument address = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path("data"), "hub.admin.json")));
        using HttpClient client = new() { BaseAddress = new(address.RootElement.GetProperty("Url").GetString()!), Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.RootElement.GetProperty("Token").GetString()!);
        await client.GetStringAsync(new Uri("/settings", UriKind.Relative));
        Console.WriteLine("| page | median | first | longest | size |\n| --- | --- | --- | --- | --- |");
        foreach ((string name, string path) in Pages(count, end))
            await MeasureAsync(client, name, path, runs);
    }

    private static IEnumerable<(string, string)> Pages(int count, DateTimeOffset end)
    {
        string From(double days) => Uri.EscapeDataString(end.AddDays(-days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        string hour = $"from={From(20)}&to={From(20 - (1 / 24.0))}";
        return
        [
            ("the list", "/messages"),
            ("the list from the middle on", $"/messages?before={count / 2}"),
            ("by number, the oldest", "/messages?q=1"),
            ("one message", $"/messages/{count / 2}"),
            ("by control id, the newest", $"/messages?control=C{count}"),
            ("by control id, the oldest", "/messages?control=C1"),
            ("by control id, none", "/messages?control=NONE"),
            ("by type", "/messages?type=ORU%5ER01"),
            ("by type, none of 100,000", "/messages?type=MDM%5ET02"),
            ("by sender", "/messages?sender=APP3%5EHOSPITAL"),
            ("by sender, none of 100,000", "/messages?sender=NOBODY%5EHOSPITAL"),
            ("by channel", "/messages?channel=feed-2"),
            ("by state: rejected", "/messages?state=Rejected"),
            ("by state: parked", "/messages?delivery=Parked"),
            ("by state: waiting", "/messages?delivery=Queued"),
            ("by time, an hour 20 days ago", $"/messages?{hour}"),
            ("by patient id, among the newest", $"/messages?patient={Patient(count - 100)}"),
            ("by patient id, none of 2,000 opened", "/messages?patient=1"),
            ("by patient id in an hour 20 days ago", $"/messages?{hour}&patient=1"),
            ("by text, none of 2,000 opened", "/messages?text=nowhere"),
            ("by text in an hour 20 days ago", $"/messages?{hour}&text=nowhere"),
            ("overview", "/"),
            ("estate", "/estate"),
            ("queues", "/queues"),
            ("statistics, 24 hours", "/statistics"),
            ("statistics, 7 days", "/statistics?hours=168"),
            ("statistics, 30 days", "/statistics?hours=720"),
            ("/metrics", "/metrics"),
        ];
    }

    private static async Task MeasureAsync(HttpClient client, string name, string path, int runs)
    {
        List<double> times = [];
        int bytes = 0;
        for (int run = 0; run <= runs; run++)
        {
            long at = Stopwatch.GetTimestamp();
            bytes = (await client.GetByteArrayAsync(new Uri(path, UriKind.Relative))).Length;
            times.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        double[] rest = [.. times.Skip(1).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {rest[rest.Length / 2]:0} ms | {times[0]:0} ms | {rest[^1]:0} ms | {bytes / 1_000} kB |"));
    }

    private static async Task FillAsync(string data, int count, DateTimeOffset end)
    {
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(data), NullLoggerFactory.Instance);
        ConcurrentDictionary<long, long> deliveries = [];
        await journal.OpenAsync(queued => deliveries[queued.Message.Value] = queued.Delivery, CancellationToken.None);
        for (int done = 0; done < count; done += AtOnce)
        {
            MessageArrived[] some = [.. Enumerable.Range(done + 1, Math.Min(AtOnce, count - done)).Select(number => Message(journal.NextMessageId(), number, count, end))];
            await Task.WhenAll(some.Select(message => journal.AppendAsync(message)));
            await Task.WhenAll(some.Where(message => message.Deliveries.Count > 0 && message.Id.Value <= count - 100).Select(message =>
                journal.AppendAsync(JournalSamples.Attempted(deliveries[message.Id.Value], 1, message.Id.Value % 2_000 == 3 ? DeliveryState.Parked : DeliveryState.Sent) with { StartedAt = message.ReceivedAt })));
            deliveries.Clear();
            // Else the minutes of all the days would be in memory together.
            await journal.AppendAsync(new StatisticsDue(some[^1].ReceivedAt));
        }
    }

    private static MessageArrived Message(MessageId id, int number, int count, DateTimeOffset end)
    {
        bool isRejected = number % 100 == 0;
        bool isFiltered = number % 50 == 1;
        string channel = $"feed-{number % Channels}";
        MessageArrived message = isRejected || isFiltered ? JournalSamples.Accepted(id, $"C{number}") : JournalSamples.Accepted(id, $"C{number}", "out");
        return message with
        {
            Channel = channel,
            ReceivedAt = end - (TimeSpan.FromDays(29) * ((count - number) / (double)count)),
            Content = Content(number),
            Header = new() { Type = s_types[number % s_types.Length], ControlId = $"C{number}", Sender = $"APP{number % 5}^HOSPITAL", Version = "2.5" },
            State = isRejected ? MessageState.Rejected : isFiltered ? MessageState.Filtered : MessageState.Accepted,
            Answer = isRejected ? ReceiptKind.Rejected : ReceiptKind.Accepted,
        };
    }

    private static string Patient(int number) => $"999{number:0000000}";

    private static byte[] Content(int number) => Encoding.ASCII.GetBytes(
        $"MSH|^~\\&|APP{number % 5}|HOSPITAL|HUB|CENTRAL|20260301083015||{s_types[number % s_types.Length]}|C{number}|P|2.5\r"
        + $"EVN||20260301083015\rPID|1||{Patient(number)}^^^NHS^NH||PRAWF^Gwen^Mair||19610615|F|||1 Stryd Fawr^^Abertawe^^SA1 1AA||01792000000\rPV1|1|I|W1^101^1||||1234^Meddyg^Un|||MED\r"
        + string.Concat(Enumerable.Range(1, 4).Select(i => $"OBX|{i}|NM|8867-4^Heart rate^LN||{60 + ((number + i) % 60)}|/min^beats a minute^UCUM|60-100|N|||F|||20260301083015\r")));
}
