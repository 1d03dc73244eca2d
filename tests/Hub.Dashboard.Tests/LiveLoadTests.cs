using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Testing;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>
/// A page that is open while a thousand messages a second come in. It says what was measured: the messages that came, what the page took over, how soon it answered a
/// click and the longest it was busy. None of these fails the test on a slow machine; what a person sees does.
/// </summary>
[Collection(nameof(Chromium))]
public sealed class LiveLoadTests(Chromium chromium, ITestOutputHelper output)
{
    private const int Senders = 4;
    private const int Rate = 1_000;
    private const int Ticks = 20;

    private const string Channel = """
        { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "destinations": [{ "id": "archive", "type": "file", "mode": "append", "folder": "out", "name": "all.hl7" }] }
        """;

    // When the page fetched itself, and how long its script and what else it did kept it from answering.
    private const string Count = """
        window.taken = [];
        window.busy = [];
        const ask = window.fetch;
        window.fetch = (...all) => { window.taken.push(performance.now()); return ask(...all); };
        new PerformanceObserver(list => list.getEntries().forEach(one => window.busy.push(one.duration))).observe({ type: "longtask", buffered: true });
        """;

    [SkippableFact]
    public async Task A_page_moves_and_does_what_a_person_does_while_a_thousand_messages_a_second_come_and_takes_over_at_most_once_a_second()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(Channel);
        IPage page = await chromium.VisitAsync(hub, "/channels/adt");
        await page.AddInitScriptAsync(Count);
        await page.ReloadAsync();
        ILocator rate = page.Locator("#figures .figure-value").First;
        using CancellationTokenSource enough = new();
        long begun = Stopwatch.GetTimestamp();
        Task<int>[] load = [.. Enumerable.Range(0, Senders).Select(number => SendAsync(hub.Port("adt"), number, enough.Token))];

        await Expect(rate).Not.ToHaveTextAsync("0");
        await page.ClickAsync("summary:has-text('Stop adt')");
        await Expect(page.Locator("#reason")).ToBeVisibleAsync();
        List<double> clicks = [];
        for (int i = 1; i <= 5; i++)
        {
            await page.Locator("#reason").PressSequentiallyAsync("x");
            string before = await rate.InnerTextAsync();
            await Expect(rate).Not.ToHaveTextAsync(before);
            long pressed = Stopwatch.GetTimestamp();
            await page.ClickAsync("summary:has-text('Stop adt')");
            await Expect(page.Locator("#reason")).ToBeHiddenAsync();
            clicks.Add(Stopwatch.GetElapsedTime(pressed).TotalMilliseconds);
            await page.ClickAsync("summary:has-text('Stop adt')");
            await Expect(page.Locator("#reason")).ToHaveValueAsync(new string('x', i));
        }

        double[] taken = await page.EvaluateAsync<double[]>("window.taken");
        double[] busy = await page.EvaluateAsync<double[]>("window.busy");
        await enough.CancelAsync();
        int sent = (await Task.WhenAll(load)).Sum();
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent} messages in {seconds:0.0} s: {sent / seconds:0} a second. The page took over {taken.Length} times. A click was answered after {clicks.Order().ElementAt(2):0} ms (median), {clicks.Max():0} ms at most. {busy.Length} times busy for more than 50 ms, {busy.DefaultIfEmpty(0).Max():0} ms at most."));

        await Expect(page.Locator("#live-line")).ToBeHiddenAsync();
        Assert.True(taken.Length >= 5, $"{taken.Length} times");
        Assert.All(taken.Zip(taken.Skip(1), (first, second) => second - first), gap => Assert.True(gap >= 999, $"{gap} ms between two"));
        Assert.True(sent > 10 * taken.Length, $"{sent} messages, taken over {taken.Length} times");
    }

    // As many at once as belong to a tick, then all their answers: a slow Hub gets fewer, not more and more at once.
    private static async Task<int> SendAsync(int port, int number, CancellationToken enough)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(port);
        using PeriodicTimer ticks = new(TimeSpan.FromSeconds(1.0 / Ticks), TimeProvider.System);
        int sent = 0;
        while (!enough.IsCancellationRequested)
        {
            int most = sent + (Rate / Senders / Ticks);
            for (int i = sent; i < most; i++)
                await sender.PostAsync(Encoding.UTF8.GetBytes(Samples.Adt($"L{number}-{i}")));
            for (; sent < most; sent++)
                Assert.Equal("AA", (await sender.AnswerAsync())!.Code);
            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }

        return sent;
    }
}
