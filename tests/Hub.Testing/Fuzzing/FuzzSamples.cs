using System.Text;

namespace Hub.Testing.Fuzzing;

/// <summary>What inputs are made from: messages of invented people, and the published samples where they are at hand.</summary>
public static class FuzzSamples
{
    // Longer ones make the run slow and find no more.
    private const int Longest = 2 * 1024;

    private const string Admit =
        "MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102030405||ADT^A01^ADT_A01|MSG0001|P|2.5\rEVN|A01|20260102030405\r"
        + "PID|1||9990000018^^^NHS^NH~A123^^^PAS^PI||PRAWF^GWEN^B||19610615|F|||1 Heol y Prawf&Uchaf^^Caerdydd^^CF10 1AA||029 2000 0000^PRN^PH|\"\"\r"
        + "NK1|1|PRAWF^IFAN|SPO\rPV1|1|I|2W^212^A&left|||12345^MEDDYG^A\rAL1|1|DA|P^Penicillin|SV|rash\\F\\hives\\X0D\\\\.br\\swelling\r";

    private const string Result =
        "MSH|^~\\&#|LAB|SOUTH|EPR|NORTH|202603010830+0000||ORU^R01^ORU_R01|R77|P|2.7|13||AL|NE||UNICODE UTF-8~ASCII\rPID|1||9990000026^^^NHS^NH||ENGHRAIFFT^SI\u00C3\u00A2N\r"
        + "OBR|1|A1|B1|FBC^Full blood count^L\rOBX|1|NM|HB^Haemoglobin^L||13.5|g/dL|11.5-16.5|N|||F\rNTE|1|L|first#\rOBX|2|TX|C^Comment||line one\\.br\\line two~second\nline\r"
        + "ZZ1|own^things&more|~~|\r";

    private static readonly string[] s_own =
    [
        Admit, Result,
        "MSH#*!?%#PAS#NORTH#LAB#SOUTH#20260102##ADT*A08#M2#T#2.3.1\nPID#1##1*2*3!4#?F??S?%x\n",
        "FHS|^~\\&|PAS\rBHS|^~\\&|PAS|||||||B7\r" + Admit + Result.Replace("MSH|^~\\&#", "MSH|^~\\&", StringComparison.Ordinal) + "BTS|2\rFTS|1\r",
        "MSH|^~\\&|\u0083|\u0083|NORTH|||||ORU^R01|J1|P|2.5||||||SHIFT_JIS\rPID|1||7^^^X||\u0095\\\u0082\u00a0^\u00b1\rOBX|1|ST|\\X955C\\\r",
        "MSH|^~\\&|LAB|||||||ORU^R01|J2|P|2.5||||||~ISO IR87||ISO 2022-1994\rPID|1||7||\u001b$BI=%]\u001b(B^\u001b$(D0!\u001b(J\r",
        "MSH|^~\\&|LAB|||||||ORU^R01|C1|P|2.5||||||GB 18030-2000\rPID|1||7||\u0082\\\u0081\\\u0081y\u00949\u00c67|x\r",
        "MSH|^~\\&|LAB|||||||ORU^R01|C2|P|2.5||||||BIG-5\rPID|1||7||\u00a5\\\u00b3\\|x\r",
        "MSH|^~\\&|A|B|C|D|20260101||ACK|1|P|2.5\rMSA|AE|77|text\rERR||PID^1^3^1^1|101^Required field missing^HL70357|E\r",
    ];

    private static readonly string[] s_xml =
    [
        "<ADT_A01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2></MSH.9><MSH.10>1</MSH.10></MSH>"
        + "<PID><PID.3><CX.1>9990000018</CX.1><CX.4><HD.1>NHS</HD.1></CX.4></PID.3><PID.5><XPN.1><FN.1>PRAWF</FN.1></XPN.1></PID.5></PID></ADT_A01>",
        "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.9><MSH.9.1>ORU</MSH.9.1></MSH.9></MSH><ORU_R01.PATIENT_RESULT><ORU_R01.PATIENT><PID><PID.1>1</PID.1></PID></ORU_R01.PATIENT>"
        + "<ORU_R01.ORDER_OBSERVATION><OBX><OBX.5>a<escape V=\".br\"/>b</OBX.5></OBX></ORU_R01.ORDER_OBSERVATION></ORU_R01.PATIENT_RESULT></ORU_R01>",
    ];

    /// <summary>Messages and batches in ER7.</summary>
    public static IReadOnlyList<byte[]> Er7 { get; } = [.. s_own.Select(Encoding.Latin1.GetBytes), .. Published(Corpus.Hl7Files())];

    /// <summary>Messages in XML.</summary>
    public static IReadOnlyList<byte[]> Xml { get; } = [.. s_xml.Select(Encoding.Latin1.GetBytes), .. Corpus.Root is null ? [] : Published(Directory.EnumerateFiles(Path.Combine(Corpus.Root, "hl7v2"), "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))];

    private static IEnumerable<byte[]> Published(IEnumerable<string> files) => files.Where(file => new FileInfo(file).Length is > 0 and < Longest).Select(File.ReadAllBytes);
}
