using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>A way through the Hub to measure: which channels, how a sender speaks, where the messages arrive.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Connect">Opens one sender's connection to the port of the channel <c>adt</c>.</param>
/// <param name="Channels">Writes the channel files; the receiver's port and the folder for files are given.</param>
/// <param name="Arrivals">Where messages arrive, given the receiver and the folder for files. Default: at the receiver.</param>
internal sealed record Flow(string Name, Func<int, Task<IBenchSender>> Connect, Action<TestFolder, int> Channels, Func<MllpReceiver, string, IArrivals>? Arrivals = null)
{
    private const string Steps = """
        [ { "type": "filter", "when": { "path": "MSH-11", "equals": "P" } },
          { "type": "setField", "path": "MSH-5", "value": "LAB" },
          { "type": "setField", "path": "MSH-6", "value": "HUB" } ]
        """;

    private static readonly TestAuthority s_authority = new("Bench");

    /// <summary>MLLP to MLLP, what all others are compared with.</summary>
    public static Flow Mllp { get; } = new("MLLP in, MLLP out", MllpBenchSender.ConnectAsync, (folder, port) => Write(folder, """{ "type": "mllp", "listen": "127.0.0.1:0" }""", Out(port)));

    /// <summary>The flows of the table of doors.</summary>
    public static IReadOnlyList<Flow> Doors { get; } =
    [
        new("MLLP in, MLLP out on 4 connections by patient", MllpBenchSender.ConnectAsync, (folder, port) => Write(folder, """{ "type": "mllp", "listen": "127.0.0.1:0" }""", OutByPatient(port))),
        new("HTTP in, MLLP out on 4 connections by patient", HttpBenchSender.ConnectAsync, (folder, port) => Write(folder, """{ "type": "http", "listen": "127.0.0.1:0", "path": "/adt" }""", OutByPatient(port))),
        new("HTTP in, MLLP out", HttpBenchSender.ConnectAsync, (folder, port) => Write(folder, """{ "type": "http", "listen": "127.0.0.1:0", "path": "/adt" }""", Out(port))),
        new(
            "TCP in, one file each",
            TcpBenchSender.ConnectAsync,
            (folder, _) => Write(folder, Tcp, """{ "id": "out", "type": "file", "folder": "FOLDER", "name": "${MSH-10}.hl7" }""".Replace("FOLDER", folder.Path("out"), StringComparison.Ordinal)),
            (_, files) => new FileArrivals(files)),
        new(
            "TCP in, appended to one file",
            TcpBenchSender.ConnectAsync,
            (folder, _) => Write(folder, Tcp, """{ "id": "out", "type": "file", "folder": "FOLDER", "name": "all.hl7", "mode": "append" }""".Replace("FOLDER", folder.Path("out"), StringComparison.Ordinal)),
            (_, files) => new AppendedArrivals(Path.Combine(files, "all.hl7"))),
        new("MLLP with TLS in, MLLP out", port => MllpBenchSender.ConnectTlsAsync(port, s_authority), WriteTls),
        new(
            "MLLP in, channel hop, MLLP out",
            MllpBenchSender.ConnectAsync,
            (folder, port) =>
            {
                Write(folder, """{ "type": "mllp", "listen": "127.0.0.1:0" }""", """{ "id": "next", "type": "channel", "channel": "next" }""");
                folder.Write("channels/next.json", $$"""{ "id": "next", "source": { "type": "channel" }, "destinations": [{{Out(port)}}] }""");
            }),
        new(
            "MLLP in, validated by the standard, MLLP out",
            MllpBenchSender.ConnectAsync,
            (folder, port) => Write(folder, """{ "type": "mllp", "listen": "127.0.0.1:0" }""", Out(port), """ "validate": { "level": "standard" }, """)),
    ];

    private static string Tcp => """{ "type": "tcp", "listen": "127.0.0.1:0", "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" }, "answers": { "accepted": "OK", "rejected": "NO", "error": "NO" } }""";

    /// <summary>Runs senders, each of which sends its next message when the last is acknowledged, through a Hub of its own process.</summary>
    /// <param name="connections">How many.</param>
    /// <param name="warmUp">How long before it is measured.</param>
    /// <param name="time">How long it is measured.</param>
    /// <param name="around">What the Hub is started in.</param>
    /// <param name="prepare">What is done to its folder before it starts.</param>
    public async Task<Figures> RunAsync(int connections, TimeSpan warmUp, TimeSpan time, HubSurroundings? around = null, Func<TestFolder, Task>? prepare = null)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        Channels(folder, receiver.Port);
        Directory.CreateDirectory(folder.Path("out"));
        IArrivals arrivals = Arrivals?.Invoke(receiver, folder.Path("out")) ?? new MllpArrivals(receiver);
        if (prepare is not null)
            await prepare(folder);
        await using HubProcess hub = await HubProcess.StartAsync(folder, around ?? HubSurroundings.None);
        int port = hub.Port("adt");
        await Load.RunAsync(() => Connect(port), arrivals, connections, warmUp, hub, first: 10_000_000);
        return await Load.RunAsync(() => Connect(port), arrivals, connections, time, hub);
    }

    /// <summary>A channel <c>adt</c> from MLLP to MLLP receivers, each a destination that is named out0, out1 …</summary>
    public static void WriteFan(TestFolder folder, IEnumerable<int> ports) => Write(
        folder, """{ "type": "mllp", "listen": "127.0.0.1:0" }""", string.Join(", ", ports.Select((port, index) => Out(port).Replace("\"out\"", $"\"out{index}\"", StringComparison.Ordinal))));

    private static string Out(int port) => $$"""{ "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{port}}" }""";

    private static string OutByPatient(int port) => $$"""{ "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{port}}", "lane": "PID-3.1", "maxConnections": 4 }""";

    private static void Write(TestFolder folder, string source, string destination, string more = "") => folder.Write(
        "channels/adt.json", $$"""{ "id": "adt", "source": {{source}}, {{more}}"steps": {{Steps}}, "destinations": [{{destination}}] }""");

    private static void WriteTls(TestFolder folder, int port)
    {
        string file = folder.Write("channels/certificates/hub.pem", TestAuthority.PemWithKey(s_authority.Issue("CN=hub")));
        // A key that every user may read is refused.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(folder, """{ "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "certificates/hub.pem" } }""", Out(port));
    }
}
