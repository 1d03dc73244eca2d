using System.Diagnostics;
using Hub.Faults.Checks;
using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults;

/// <summary>
/// A site to be harmed: a data folder, senders with their ledger, and one channel with two destinations before recorders:
/// <c>all</c>, one lane, where the channel sets MSH-5, and <c>patients</c>, bytes as they came, a lane for each patient;
/// where it is asked for also <c>web</c>, over HTTP in one lane, files, and a second channel with a destination <c>handed</c>. Hubs come and go on it; senders and recorders stay.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>How long nothing may move before what is missing counts as lost or stuck.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly List<LedgerSender> _senders = [];
    private readonly FaultRun _run;
    private readonly SiteShape _shape;
    private bool _isBroken;

    /// <summary>Makes the folder and the channels; nobody sends yet.</summary>
    /// <param name="run">What is asked for.</param>
    /// <param name="seed">Seed of the senders.</param>
    /// <param name="shape">How it differs from others.</param>
    public Site(FaultRun run, int seed, SiteShape shape)
    {
        _run = run;
        Seed = seed;
        _shape = shape;
        All = new("LAB", run.Breaks);
        Web = new("MPI", run.Breaks, isWeb: true);
        SiteChannels.Write(Folder, shape, Port, All.Port, Patients.Port, Web.Port, Handed.Port);
        Directory.CreateDirectory(Data);
    }

    /// <summary>Its folder.</summary>
    public TestFolder Folder { get; } = new();

    /// <summary>What senders sent and were told.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>Behind the destination <c>all</c>.</summary>
    public Recorder All { get; }

    /// <summary>Behind the destination <c>patients</c>.</summary>
    public Recorder Patients { get; } = new("MPI");

    /// <summary>Behind the destination <c>web</c>.</summary>
    public Recorder Web { get; }

    /// <summary>Behind the destination of the channel that is handed messages.</summary>
    public Recorder Handed { get; } = new("MPI");

    /// <summary>Seed of the senders, and of what harms them.</summary>
    public int Seed { get; }

    /// <summary>Where the channel listens.</summary>
    public int Port { get; } = FreePort.Take();

    /// <summary>The folder of the journal.</summary>
    public string Data => Folder.Path("data");

    private Verdict Verdict => _run.Verdict;

    /// <summary>Starts a Hub and waits until it is ready.</summary>
    /// <exception cref="HubEndedException">It ended before.</exception>
    public Task<HubProcess> StartAsync(HubSurroundings? around = null)
    {
        CountRun();
        return HubProcess.StartAsync(Folder, around ?? HubSurroundings.None);
    }

    /// <summary>Starts a Hub that nobody waits for.</summary>
    public Process StartUnwatched()
    {
        CountRun();
        return HubProcess.Start("run", "--channels", Folder.Path("channels"), "--data", Data, "--secrets", Folder.Path("secrets"), "--urls", "http://127.0.0.1:0");
    }

    /// <summary>Lets the senders begin.</summary>
    public void Send()
    {
        for (int i = 0; i < _shape.Senders; i++)
            Send(i, new() { PauseMilliseconds = _shape.PauseMilliseconds });
    }

    /// <summary>Lets one more sender begin.</summary>
    public void Send(int sender, SenderHabits habits) => _senders.Add(new(sender, Port, Ledger, unchecked((Seed * 31) + sender), habits with { Breaks = _run.Breaks }));

    /// <summary>Waits until so many more messages are acknowledged; when none is for long, the Hub did not go on by itself.</summary>
    public async Task<bool> GoesOnAsync(int more, string after)
    {
        int target = Ledger.Count + more;
        Task reached = Ledger.ReachedAsync(target);
        while (!reached.IsCompleted)
        {
            int before = Ledger.Count;
            if (await Task.WhenAny(reached, Task.Delay(s_patience, TimeProvider.System)) == reached || Ledger.Count > before)
                continue;
            Break($"nothing was acknowledged for {s_patience.TotalSeconds:0} s {after}");
            return false;
        }

        return true;
    }

    /// <summary>Waits until so many messages were refused in all.</summary>
    /// <returns>False when they were not for long.</returns>
    public async Task<bool> IsRefusedAsync(int refusals)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (Ledger.Refusals < refusals && TimeProvider.System.GetElapsedTime(start) < s_patience)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return Ledger.Refusals >= refusals;
    }

    /// <summary>Stops the senders, lets a Hub deliver all that is left, stops it, and checks everything.</summary>
    public async Task FinishAsync(HubSurroundings? around = null)
    {
        StopSending();
        try
        {
            await using (HubProcess hub = await StartAsync(around))
                await DrainAsync(hub);
            await CheckAsync();
        }
        catch (HubEndedException exception)
        {
            Break($"the Hub does not start on what is left: {exception.Message}");
        }
    }

    /// <summary>Notes a broken promise of this site; its folder is kept.</summary>
    public void Break(string problem)
    {
        Verdict.Break($"{problem} [--seed {Seed} --count {_shape.Faults} repeats this site alone; its folder is kept: {Folder.Root}]");
        _isBroken = true;
    }

    /// <summary>Ends the senders.</summary>
    public void StopSending()
    {
        foreach (LedgerSender sender in _senders)
            sender.Dispose();
        _senders.Clear();
    }

    /// <summary>Waits until everything that was acknowledged has come to the recorders, or nothing comes any more.</summary>
    public async Task ArrivesAsync()
    {
        NumberedMessage[] all = [.. Ledger.Acknowledged.Select(entry => entry.Message)];
        foreach (Recorder recorder in (Recorder[])[All, Patients, .. _shape.HasWeb ? [Web] : (Recorder[])[], .. _shape.HandsOver ? [Handed] : (Recorder[])[]])
        {
            if (!await recorder.HasAllAsync(all, s_patience))
            {
                Verdict.Count("waits given up");
                return;
            }
        }
    }

    /// <summary>Lets a Hub deliver all that is left, until the journal says that nothing is queued, and stops it.</summary>
    public async Task DrainAsync(HubProcess hub)
    {
        await ArrivesAsync();
        long start = TimeProvider.System.GetTimestamp();
        // Exit status 1: there is none.
        while ((await HubProcess.RunAsync("messages", "--data", Data, "--delivery", "Queued", "--limit", "1")).Exit != 1 && TimeProvider.System.GetElapsedTime(start) < s_patience)
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        int exit = await hub.TerminateAsync();
        if (exit != 0)
            Break($"told to stop, the Hub ended with {exit}: {hub.Errors}");
    }

    /// <summary>Checks everything; no Hub runs, and everything was given time to be delivered.</summary>
    /// <returns>What the journal has.</returns>
    public async Task<IReadOnlyList<JournalMessage>> CheckAsync()
    {
        Verdict found = new();
        IReadOnlyList<JournalMessage> journal = await JournalAccount.ReadAllAsync(Data);
        new SiteCheck(found, Ledger, journal, _shape).Run(All.Arrivals, Patients.Arrivals, Web.Arrivals, Handed.Arrivals, SiteChannels.ReadFiles(Folder));
        if (_run.Breaks == BreakKind.Harm)
            JournalAccount.Harm(Data, Seed);
        if (await JournalAccount.FindDamageAsync(Data) is { } damage)
            found.Break($"the journal's file is damaged: {damage}");
        if (await JournalAccount.CheckAsync(Data) is { } problem)
            found.Break($"hub journal check finds damage: {problem}");
        found.Count("refused", Ledger.Refusals);
        Conclude(found);
        return journal;
    }

    /// <summary>Checks only that nothing came that nobody sent, and no other bytes: for a journal whose damage took messages away.</summary>
    public void CheckContent()
    {
        Verdict found = new();
        Checker checker = new(found, Ledger, []);
        checker.CheckContent(new("all", null, null, All.Arrivals));
        checker.CheckContent(new("patients", null, null, Patients.Arrivals));
        Conclude(found);
    }

    /// <summary>Whether the journal still has the first message of all.</summary>
    public async Task<bool> HasFirstAsync() =>
        (await HubProcess.RunAsync("messages", "--data", Data, "--control-id", Ledger.Acknowledged[0].Message.ControlId)).Exit == 0;

    public async ValueTask DisposeAsync()
    {
        StopSending();
        await All.DisposeAsync();
        await Patients.DisposeAsync();
        await Web.DisposeAsync();
        await Handed.DisposeAsync();
        // What is broken is kept, to be looked at.
        if (!_isBroken)
            Folder.Dispose();
    }

    private void Conclude(Verdict found)
    {
        Verdict.Add(found);
        if (!found.IsGood)
            Break($"this was in runs 1 to {Ledger.Run}");
    }

    private void CountRun()
    {
        Ledger.Run++;
        All.Run = Ledger.Run;
        Patients.Run = Ledger.Run;
        Web.Run = Ledger.Run;
        Handed.Run = Ledger.Run;
    }
}
