using System.Text;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Messages of invented patients and the shortest way to read and write them in a test.</summary>
internal static class Hl7Samples
{
    public const string Admit =
        "MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102030405||ADT^A01^ADT_A01|MSG0001|P|2.5\r"
        + "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203|F\r"
        + "PV1|1|I|W1^B2&left^3\r"
        + "OBX|1|ST|A||one\rNTE|1||first\rOBX|2|ST|B||two\rNTE|1||second\rOBX|3|ST|C||three\r";

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static string Written(this Hl7Message message) => Encoding.Latin1.GetString(message.ToBytes().Span);

    public static Hl7Message Parse(string latin1, string fallback = "8859/1") => Parse(Bytes(latin1), fallback);

    public static Hl7Message Parse(byte[] content, string fallback = "8859/1")
    {
        Hl7Message? message = Hl7Message.Parse(content, out Hl7Fault? fault, fallback);
        Assert.True(message is not null, fault?.Text);
        return message;
    }

    public static Hl7Fault Fault(string latin1) => Fault(Bytes(latin1));

    public static Hl7Fault Fault(byte[] content)
    {
        Assert.Null(Hl7Message.Parse(content, out Hl7Fault? fault));
        return Assert.IsType<Hl7Fault>(fault);
    }

    public static string Text(this Hl7Message message, string path, Hl7Scope? scope = null) => message.GetText(FieldPath.Parse(path), scope);

    public static string Raw(this Hl7Message message, string path, Hl7Scope? scope = null) => Encoding.Latin1.GetString(message.GetRaw(FieldPath.Parse(path), scope));

    public static void Set(this Hl7Message message, string path, string value, Hl7Scope? scope = null) => message.SetText(FieldPath.Parse(path), value, scope);

    public static void SetRaw(this Hl7Message message, string path, string value, Hl7Scope? scope = null) => message.SetRaw(FieldPath.Parse(path), Bytes(value), scope);

    public static void Delete(this Hl7Message message, string path, Hl7Scope? scope = null) => message.Delete(FieldPath.Parse(path), scope);

    public static Hl7Delimiters Delimiters(string five)
    {
        Assert.True(Hl7Delimiters.TryRead(Bytes("MSH" + five), out Hl7Delimiters delimiters));
        return delimiters;
    }
}
