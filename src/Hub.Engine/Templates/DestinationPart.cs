namespace Hub.Engine.Templates;

/// <summary>The half of a template that takes messages out.</summary>
/// <param name="Name">Its name in the template's name, and the type of the destination.</param>
/// <param name="Means">What it is, to choose by.</param>
/// <param name="Id">The id of the destination.</param>
/// <param name="Member">The member that says where to: <c>endpoint</c> or <c>folder</c>. The option has its name.</param>
/// <param name="Question">What a person is asked about it.</param>
/// <param name="Default">Where to when nobody says, by the channel's id and a port of this machine that no channel has: messages wait in the queue until somebody takes them there.</param>
/// <param name="Port">The port that is tried first for that; null when there is none.</param>
/// <param name="More">The members after it, as JSON.</param>
internal sealed record DestinationPart(string Name, string Means, string Id, string Member, string Question, Func<string, int, string> Default, int? Port, string More)
{
    private const string WhichReceiver = "Address of the receiver, host:port";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DestinationPart> All { get; } =
    [
        new("mllp", "to a receiver over MLLP", "receiver", "endpoint", WhichReceiver, (_, port) => $"127.0.0.1:{port}", 6661, ""),
        new("http", "to a receiver over HTTP", "receiver", "endpoint", "Address of the receiver, https://…", (_, port) => $"http://127.0.0.1:{port}/messages", 8090, ""),
        new("tcp", "to a receiver over bare TCP (STX, ETX)", "receiver", "endpoint", WhichReceiver, (_, port) => $"127.0.0.1:{port}", 6671, $", {SourcePart.Frame}"),
        new("file", "to files, one a message", "files", "folder", "Folder of the files", (id, _) => $"out/{id}", null, ", \"name\": \"${MSH-10}.hl7\""),
    ];

    /// <summary>The option that says where to.</summary>
    public string Option => $"--{Member}";
}
