using System.Diagnostics;
using Hub.Faults.Checks;
using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults;

/// <summary>
/// A site to be harmed: a data folder, senders with their ledger, and one channel with two destinations before recorders:
/// <c>all</c>, one lane, where the channel sets MSH-5, and <c>patients</c>, bytes as they came, a lane for each patient.
/// Hubs come and go on it; senders and recorders stay.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>How long nothing may move before what is missing counts as lost or stuck.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>What one connection of the Hub may have under way when the Hub ends: 32 outcomes on their way to the disk, and one message in hand.</summary>
    private const int UnderWay = 33;
    private const int PatientConnections = 4;

    private readonly List<LedgerSender> _senders = [];
    private readonly SiteShape _shape;
    private bool _isBroken;
    private readonly int _port = FreePort.Take();

    /// <summary>Makes the folder and the channel; nobody sends yet.</summary>
    /// <param name="run">What is asked for.</param>
    /// <param name="seed">Seed of the senders.</param>
    /// <param name="shape">How it differs from others.</param>
    public Site(FaultRun run, int seed, SiteShape shape)
    {
        Verdict = run.Verdict;
        Seed = seed;
        _shape = shape;
        Ledger = new(shape.Senders);
        All = new(run.Breaks);
        Patients = new();
        int all = shape.Before?.Invoke(All.Port) ?? All.Port;
        int patients = shape.Before?.Invoke(Patients.Port) ?? Patients.Port;
        Folder.Write("channels/adt.json", Channel(all, patients));
        Directory.CreateDirectory(Folder.Path("data"));
    }

    /// <summary>Its folder.</summary>
    public TestFolder Folder { get; } = new();

    /// <summary>What senders sent and were told.</summary>
    public Ledger Ledger { get; }

    /// <summary>Behind the destination <c>all</c>.</summary>
    public Recorder All { get; }

    /// <summary>Behind the destination <c>patients</c>.</summary>
    public Recorder Patients { get; }

    /// <summary>Seed of the senders, and of what harms them.</summary>
    public int Seed { get; }

    private Verdict Verdict { get; }

    private string Data => Folder.Path("data");

    private string Out => Folder.Path("out");

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
            _senders.Add(new(i, _port, Ledger, unchecked((Seed * 31) + i), _shape.PauseMilliseconds));
    }

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

    /// <summary>Stops the senders, lets a Hub deliver all that is left, stops it, and checks everything.</summary>
    public async Task FinishAsync()
    {
        StopSending();
        try
        {
            await using (HubProcess hub = await StartAsync())
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
        if (!await All.HasAllAsync(all, s_patience) || !await Patients.HasAllAsync(all, s_patience))
            Verdict.Count("waits given up");
    }

    /// <summary>Lets a Hub deliver all that is left, until the journal says that nothing is queued, and stops it.</summary>
    public async Task DrainAsync(HubProcess hub)
    {
        await ArrivesAsync();
        long start = TimeProvider.System.GetTimestamp();
        // Exit status 1: there is none.
        while ((await HubProcess.RunAsync("messages", "--data", Data, "--delivery", "Queued", "--limit", "1")).Exit == 0 && TimeProvider.System.GetElapsedTime(start) < s_patience)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        (int exit, _) = await hub.TerminateAsync();
        if (exit != 0)
            Break($"told to stop, the Hub ended with {exit}: {hub.Errors}");
    }

    /// <summary>Checks everything; no Hub runs, and everything was given time to be delivered.</summary>
    /// <returns>What the journal has.</returns>
    public async Task<IReadOnlyList<JournalMessage>> CheckAsync()
    {
        int before = Verdict.Broken.Count;
        IReadOnlyList<JournalMessage> journal = await JournalAccount.ReadAllAsync(Data);
        Checker checker = new(Verdict, Ledger, journal);
        checker.CheckIntake();
        bool onlyHubsEnd = _shape.Before is null;
        checker.Check(new("all", "LAB", _ => "", onlyHubsEnd ? UnderWay : null, All.Arrivals));
        checker.Check(new("patients", "MPI", message => message.Patient, onlyHubsEnd ? PatientConnections * UnderWay : null, Patients.Arrivals));
        if (_shape.HasFiles)
            checker.Check(new("files", "MPI", null, null, [.. ReadFiles()]));
        if (await JournalAccount.FindDamageAsync(Data) is { } damage)
            Verdict.Break($"the journal's file is damaged: {damage}");
        Verdict.Count("refused", Ledger.Refusals);
        if (Verdict.Broken.Count > before)
            Break($"this was in runs 1 to {Ledger.Run}");
        return journal;
    }

    /// <summary>Checks only that nothing came that nobody sent, and no other bytes: for a journal whose damage took messages away.</summary>
    public void CheckContent()
    {
        int before = Verdict.Broken.Count;
        Checker checker = new(Verdict, Ledger, []);
        checker.CheckContent(new("all", "LAB", null, null, All.Arrivals));
        checker.CheckContent(new("patients", "MPI", null, null, Patients.Arrivals));
        if (Verdict.Broken.Count > before)
            Break($"this was in runs 1 to {Ledger.Run}");
    }

    /// <summary>Whether the journal still has the first message of all.</summary>
    public async Task<bool> HasFirstAsync() =>
        (await HubProcess.RunAsync("messages", "--data", Data, "--control-id", Ledger.Acknowledged[0].Message.ControlId)).Exit == 0;

    public async ValueTask DisposeAsync()
    {
        StopSending();
        await All.DisposeAsync();
        await Patients.DisposeAsync();
        // What is broken is kept, to be looked at.
        if (!_isBroken)
            Folder.Dispose();
    }

    private void CountRun()
    {
        Ledger.Run++;
        All.Run = Ledger.Run;
        Patients.Run = Ledger.Run;
    }

    private IEnumerable<Arrival> ReadFiles() => Directory.EnumerateFiles(Out, "*.hl7")
        .Select(File.ReadAllBytes)
        .Select(bytes => new Arrival(0, 0, NumberedMessage.Read(bytes), bytes))
        .DistinctBy(arrival => arrival.Message is null ? (object)arrival : arrival.Message);

    private string Channel(int all, int patients)
    {
        const string Retry = "\"retry\": { \"firstDelaySeconds\": 0.05, \"maxDelaySeconds\": 0.2 }";
        string files = _shape.HasFiles ? $$""", { "id": "files", "type": "file", "folder": "{{Out}}", "name": "${MSH-10}.hl7", {{Retry}} }""" : "";
        return $$"""
            {
              "id": "adt",
              "source": { "type": "mllp", "listen": "127.0.0.1:{{_port}}", "maxConnections": {{_shape.MaxConnections}}, "maxMessageSeconds": 600 },
              "destinations": [
                { "id": "all", "type": "mllp", "endpoint": "127.0.0.1:{{all}}", "steps": [ { "type": "setField", "path": "MSH-5", "value": "LAB" } ], "ackTimeoutSeconds": {{_shape.AckTimeoutSeconds}}, {{Retry}} },
                { "id": "patients", "type": "mllp", "endpoint": "127.0.0.1:{{patients}}", "lane": "PID-3.1", "maxConnections": {{PatientConnections}}, "ackTimeoutSeconds": {{_shape.AckTimeoutSeconds}}, {{Retry}} }{{files}}
              ]
            }
            """;
    }
}
