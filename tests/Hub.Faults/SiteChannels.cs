using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults;

/// <summary>The channel files of a site, and what its channel writes to files.</summary>
internal static class SiteChannels
{
    /// <summary>How many connections the destination <c>patients</c> has.</summary>
    public const int PatientConnections = 4;

    private const string Retry = "\"retry\": { \"firstDelaySeconds\": 0.05, \"maxDelaySeconds\": 0.2 }";

    /// <summary>Writes them.</summary>
    /// <param name="folder">The site's folder.</param>
    /// <param name="shape">How the site differs from others.</param>
    /// <param name="port">Where the channel listens.</param>
    /// <param name="all">Port of the recorder behind <c>all</c>.</param>
    /// <param name="patients">Port of the one behind <c>patients</c>.</param>
    /// <param name="web">Port of the one behind <c>web</c>.</param>
    /// <param name="handed">Port of the one behind the channel that is handed messages.</param>
    public static void Write(TestFolder folder, SiteShape shape, int port, int all, int patients, int web, int handed)
    {
        all = shape.Before?.Invoke(all) ?? all;
        patients = shape.Before?.Invoke(patients) ?? patients;
        string files = shape.HasFiles ? $$""", { "id": "files", "type": "file", "folder": "{{folder.Path("out")}}", "name": "${MSH-10}.hl7", {{Retry}} }""" : "";
        string http = shape.HasWeb ? $$""", { "id": "web", "type": "http", "endpoint": "http://127.0.0.1:{{web}}/", {{Retry}} }""" : "";
        string next = shape.HandsOver ? """, { "id": "next", "type": "channel", "channel": "next" }""" : "";
        folder.Write("channels/adt.json", $$"""
            {
              "id": "adt",
              "source": { "type": "mllp", "listen": "127.0.0.1:{{port}}", "maxConnections": {{shape.MaxConnections}}, "maxMessageSeconds": 600, "acknowledge": "{{shape.Acknowledge}}" },
              "destinations": [
                { "id": "all", "type": "mllp", "endpoint": "127.0.0.1:{{all}}", "steps": [ { "type": "setField", "path": "MSH-5", "value": "LAB" } ], "ackTimeoutSeconds": {{shape.AckTimeoutSeconds}}, {{Retry}} },
                { "id": "patients", "type": "mllp", "endpoint": "127.0.0.1:{{patients}}", "lane": "PID-3.1", "maxConnections": {{PatientConnections}}, "ackTimeoutSeconds": {{shape.AckTimeoutSeconds}}, {{Retry}} }{{files}}{{http}}{{next}}
              ]
            }
            """);
        if (shape.HandsOver)
        {
            folder.Write("channels/next.json", $$"""
                {
                  "id": "next",
                  "source": { "type": "channel" },
                  "destinations": [ { "id": "handed", "type": "mllp", "endpoint": "127.0.0.1:{{handed}}", "ackTimeoutSeconds": {{shape.AckTimeoutSeconds}}, {{Retry}} } ]
                }
                """);
        }
    }

    /// <summary>What the channel wrote to files; a file that was written twice is there once.</summary>
    public static IReadOnlyList<Arrival> ReadFiles(TestFolder folder) => !Directory.Exists(folder.Path("out")) ? [] : [.. Directory.EnumerateFiles(folder.Path("out"), "*.hl7")
        .Select(file => Arrival.Of(0, 0, File.ReadAllBytes(file), "MPI"))
        .DistinctBy(arrival => arrival.Message is null ? (object)arrival : arrival.Message)];
}
