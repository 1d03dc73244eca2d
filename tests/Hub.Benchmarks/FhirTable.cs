using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Validation;
using Hub.Formats.Hl7V2;

namespace Hub.Benchmarks;

/// <summary>The table <c>fhir</c>: what one core converts, and converts and validates, what the tables cost at their first use, and how much memory they keep.</summary>
internal static class FhirTable
{
    private const string Admission = "MSH|^~\\&|PAS|NORTH|FHIR|NORTH|20260301101500+0000||ADT^A01^ADT_A01|A0001|P|2.5.1\rEVN||20260301101500|||77^Doe^Jane\rPID|1||4711^^^NORTH^MR~943^^^NHS^NI||Mole^Mary^Ann^^Mrs^^L||19800214|F|||1 Long Lane^^Leeds^^LS1 1AA^GBR^H||01135550100^PRN^PH|||M\rNK1|1|Mole^Max|SPO|1 Long Lane^^Leeds|01135550101\rPV1|1|I|W1^2^3^NORTH||||8^Gray^Ann^^^Dr|9^Reid^Bob||MED|||||||10^Ward^Eve||V100^^^NORTH^VN|||||||||||||||||||||||||20260301100000\rAL1|1|DA|PEN^Penicillin^L|SV|Rash\rDG1|1||J45^Asthma^I10||20260228\r";

    /// <summary>Measures and writes the table.</summary>
    public static void Run()
    {
        long memory = GC.GetTotalMemory(true);
        Hl7Message admission = Parse(Admission);
        // Processor time: other programs on the machine do not count. What the compiler of the runtime takes, the published program does not pay.
        TimeSpan compiled = JitInfo.GetCompilationTime();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        ReadOnlyMemory<byte> bundle = FhirMapping.Guide.Convert(admission, new()).Bundle!.Value;
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        used = Environment.CpuUsage.TotalTime - used;
        compiled = JitInfo.GetCompilationTime() - compiled;
        long kept = GC.GetTotalMemory(true) - memory;
        start = Stopwatch.GetTimestamp();
        _ = new FhirValidator().Validate(bundle);
        TimeSpan validated = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first conversion {first.TotalMilliseconds:0} ms (of it {compiled.TotalMilliseconds:0} ms compiling; {used.TotalMilliseconds:0} ms of processor time), kept {kept / 1048576.0:0.0} MiB; first validation {validated.TotalMilliseconds:0} ms, kept with it {(GC.GetTotalMemory(true) - memory) / 1048576.0:0.0} MiB\n"));
        Console.WriteLine("| message | bundles a second, best of 5 | allocated |\n| --- | --- | --- |");
        Measure("ADT^A01", Admission, null);
        Measure("ADT^A01, validated", Admission, new());
        Measure("ORU^R01, 20 OBX", Result(), null);
        Measure("ORU^R01, 20 OBX, validated", Result(), new());
    }

    private static void Measure(string name, string text, FhirValidator? validator)
    {
        double best = 0;
        long allocated = 0;
        for (int run = 0; run < 6; run++)
        {
            int count = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
            {
                ReadOnlyMemory<byte> bundle = FhirMapping.Guide.Convert(Parse(text), new()).Bundle!.Value;
                _ = validator?.Validate(bundle);
                count++;
            }

            best = Math.Max(best, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {best:0} | {allocated / 1024} KiB |"));
    }

    private static string Result()
    {
        StringBuilder text = new("MSH|^~\\&|LAB|NORTH|FHIR|NORTH|20260301101500+0000||ORU^R01^ORU_R01|R0001|P|2.5.1\rPID|1||4711^^^NORTH^MR||Mole^Mary\rORC|RE|P1^PAS|F1^LAB\rOBR|1|P1^PAS|F1^LAB|24323-8^Panel^LN|||20260301080000|||||||||8^Gray^Ann||||||20260301100000||CH|F\r");
        for (int i = 1; i <= 20; i++)
            text.Append(CultureInfo.InvariantCulture, $"OBX|{i}|NM|2345-{i}^Glucose^LN||5.{i}|mmol/L^^UCUM|3.9-5.6|N|||F|||20260301080000\r");
        return text.ToString();
    }

    private static Hl7Message Parse(string text) => Hl7Message.Parse(Encoding.ASCII.GetBytes(text), out _)!;
}
