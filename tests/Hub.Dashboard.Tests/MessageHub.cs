using Hub.Contracts;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>A Hub with a channel that takes messages from a ward to a laboratory, which the test answers for.</summary>
internal sealed class MessageHub : IAsyncDisposable
{
    private MllpSender? _sender;

    private MessageHub(HubHost hub, MllpReceiver lab) => (Hub, Lab) = (hub, lab);

    public HubHost Hub { get; }

    public MllpReceiver Lab { get; }

    public static async Task<MessageHub> StartAsync(bool withAlerts = false, string wanted = "P")
    {
        MllpReceiver lab = new();
        TestFolder folder = new();
        folder.WriteSecret("mode", "sesame-77");
        if (withAlerts)
            Directory.CreateDirectory(folder.Path("alerts"));
        return new(await HubHost.StartAsync(folder, $$"""
            { "id": "adt", "runbook": "Ring the laboratory.",
              "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "steps": [
                { "type": "filter", "when": { "path": "MSH-11", "equals": "{{wanted}}" } },
                { "type": "setField", "path": "MSH-5", "value": "LAB" } ],
              "destinations": [{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{lab.Port}}" }] }
            """), lab);
    }

    /// <summary>An admission of an invented patient.</summary>
    public static string Admission(string controlId, string patient = "9990001112", string name = "JONES^MAIR") =>
        $"MSH|^~\\&|PAS|WARD|||20260301120000||ADT^A01^ADT_A01|{controlId}|P|2.5\rEVN|A01|20260301120000\rPID|1||{patient}^^^NHS||{name}||19800101|F\rPV1|1|I\r";

    public async Task SendAsync(string message)
    {
        _sender ??= await MllpSender.ConnectAsync(Hub.Port("adt"));
        await _sender.SendAsync(message);
    }

    /// <summary>Sends a message that the laboratory finds wrong, so that it is parked.</summary>
    public async Task ParkAsync(string controlId, int count)
    {
        Lab.Answer = _ => "AE";
        await SendAsync(Admission(controlId));
        await Hub.UntilAsync(DeliveryState.Parked, count);
    }

    public async ValueTask DisposeAsync()
    {
        _sender?.Dispose();
        await Hub.DisposeAsync();
        await Lab.DisposeAsync();
    }
}
