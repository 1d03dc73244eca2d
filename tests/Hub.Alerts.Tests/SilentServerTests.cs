using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>A mail server that takes connections and then says nothing, as one behind a firewall that has lost it does.</summary>
public sealed class SilentServerTests
{
    [Theory]
    [InlineData("220 mail.example ESMTP", "250 mail.example")]
    [InlineData("220 mail.example ESMTP", "250 mail.example", "250 OK")]
    [InlineData("220 mail.example ESMTP", "250 mail.example", "250 OK", "250 OK", "354 go on")]
    public async Task A_Hub_that_is_told_to_stop_ends_in_time_though_the_server_is_silent(params string[] said)
    {
        using ScriptedPeer server = new();
        TestFolder folder = new();
        folder.Write("alerts/mail.json", $$"""{ "servers": [{ "host": "127.0.0.1", "port": {{server.Port}} }], "from": "hub@hospital.example", "to": ["team@hospital.example"] }""");
        await using HubHost hub = await HubHost.StartAsync(folder, AlertSite.Picky);
        using (MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt")))
            await sender.SendAsync(Samples.Adt("1", version: "2.3"));
        using RawPeer connection = await server.AcceptAsync();
        for (int i = 0; i < said.Length; i++)
        {
            if (i > 0)
                await connection.ReadToAsync("\r\n");
            await connection.SendAsync($"{said[i]}\r\n");
        }

        // Silent is the server from the next line on, which it has got.
        await connection.ReadToAsync("\r\n");

        // Less than the 30 s that a server has, and than the 100 s that the platform's client waits for the answer to its good-bye.
        await hub.StopAsync().WaitAsync(TimeSpan.FromSeconds(25));
    }
}
