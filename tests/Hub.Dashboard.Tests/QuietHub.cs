using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>A Hub with one channel, for the tests of a class that change nothing in it.</summary>
public sealed class QuietHub : IAsyncLifetime
{
    /// <summary>Its channel.</summary>
    public const string Channel = """{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }] }""";

    public HubHost Hub { get; private set; } = null!;

    public async Task InitializeAsync() => Hub = await HubHost.StartAsync(Channel);

    public Task DisposeAsync() => Hub.DisposeAsync().AsTask();
}
