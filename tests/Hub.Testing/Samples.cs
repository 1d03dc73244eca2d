using System.Text;

namespace Hub.Testing;

/// <summary>Messages of invented people and small channel files.</summary>
public static class Samples
{
    /// <summary>An ADT^A01 with control id <paramref name="controlId"/> for the patient <paramref name="patient"/>.</summary>
    public static string Adt(string controlId, string patient = "9990000018", string version = "2.5", string processing = "P", string type = "ADT^A01^ADT_A01") =>
        $"MSH|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301083015||{type}|{controlId}|{processing}|{version}\r" +
        "EVN||20260301083015\r" +
        $"PID|||{patient}^^^NHS^NH||PRAWF^Gwen||19610615|F\r" +
        "PV1||I|2W^212\r";

    /// <summary>The bytes of a text message.</summary>
    public static byte[] Bytes(string message) => Encoding.UTF8.GetBytes(message);

    /// <summary>A channel that takes everything over MLLP and passes it to an MLLP receiver.</summary>
    public static string PassThrough(string id, int receiverPort, string source = "", string destination = "", string steps = "[]") =>
        $$"""
        {
          "id": "{{id}}",
          "source": { "type": "mllp", "listen": "127.0.0.1:0"{{source}} },
          "steps": {{steps}},
          "destinations": [ { "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{receiverPort}}", "retry": { "firstDelaySeconds": 0.05, "maxDelaySeconds": 0.1 }{{destination}} } ]
        }
        """;
}
