using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>A small site: a feed that goes well, one whose receiver is down, one that is switched off.</summary>
internal static class Site
{
    /// <summary>A channel into files.</summary>
    public const string Adt = """
        {
          "id": "adt-to-files",
          "description": "Admissions <b>for</b> the archive",
          "owner": "Integration team, 555 0100",
          "runbook": "Look whether the disk is full. Else call the integration team.",
          "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "destinations": [{ "id": "files", "type": "file", "folder": "out", "name": "${message.id}" }]
        }
        """;

    /// <summary>A channel to a receiver that is not there.</summary>
    public static string Lab(int port) => $$"""
        {
          "id": "orders-to-lab",
          "source": { "type": "mllp", "listen": "127.0.0.1:0" },
          "destinations": [{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{port}}", "retry": { "firstDelaySeconds": 0.05, "maxDelaySeconds": 0.1 } }, { "id": "copy", "type": "file", "folder": "out2", "name": "${message.id}" }]
        }
        """;

    /// <summary>A channel that is switched off.</summary>
    public const string Off = """
        { "id": "old-feed", "enabled": false, "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "files", "type": "file", "folder": "out3", "name": "${message.id}" }] }
        """;

    /// <summary>Starts it, with three messages in each feed.</summary>
    public static async Task<HubHost> StartAsync()
    {
        TestFolder folder = new();
        folder.Write("environments/test.json", """{ "values": {} }""");
        HubHost hub = await HubHost.StartAsync(folder, Adt, Lab(FreePort.Take()), Off);
        await SendAsync(hub, "adt-to-files", 3);
        await SendAsync(hub, "orders-to-lab", 3);
        return hub;
    }

    /// <summary>Sends messages and waits for their answers.</summary>
    public static async Task SendAsync(HubHost hub, string channel, int count)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
        for (int i = 0; i < count; i++)
            await sender.SendAsync(Samples.Adt($"SITE-{channel}-{Guid.NewGuid():N}"[..20]));
    }
}

/// <summary>The small site, for the tests of a class that change nothing another one looks at.</summary>
public sealed class SiteHub : IAsyncLifetime
{
    public HubHost Hub { get; private set; } = null!;

    public async Task InitializeAsync() => Hub = await Site.StartAsync();

    public Task DisposeAsync() => Hub.DisposeAsync().AsTask();
}
