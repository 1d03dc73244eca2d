using System.Diagnostics;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Hub.Formats.Hl7V2;

namespace Hub.Benchmarks;

/// <summary>The table <c>parse</c>: what one core does with messages in memory, and what it allocates.</summary>
internal static class ParseTable
{
    /// <summary>Measures and writes the tables.</summary>
    public static void Run()
    {
        BenchmarkRunner.Run<ParseBenchmarks>(ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(250)))
            .WithOptions(ConfigOptions.DisableLogFile));
        Large();
        Doubling();
    }

    private static void Large()
    {
        byte[] large = [.. ParseBenchmarks.Result(1), .. "OBX|99|ED|PDF^Report^L||^application^pdf^Base64^"u8, .. Enumerable.Repeat((byte)'Q', 50_000_000), .. "||||||F\r"u8];
        Console.WriteLine("\nA message with 50 MB in OBX-5: parse and read three fields\n\n| run | time | allocated |\n| --- | --- | --- |");
        for (int run = 1; run <= 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            ParseBenchmarks.ReadThree(large);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {run} | {took.TotalMilliseconds:0.0} ms | {GC.GetAllocatedBytesForCurrentThread() - before} B |"));
        }
    }

    private static void Doubling()
    {
        Console.WriteLine("\nTwice the segments, twice the time: parse, read one field of the last segment\n\n| segments | best of 7 | a segment |\n| --- | --- | --- |");
        for (int segments = 10_000; segments <= 160_000; segments *= 2)
        {
            // Over 100,000 segments a message is refused (protocol E21); that takes no longer.
            byte[] content = ParseBenchmarks.Result(segments - 10);
            TimeSpan best = TimeSpan.MaxValue;
            for (int run = 0; run < 7; run++)
            {
                long start = Stopwatch.GetTimestamp();
                Hl7Message.Parse(content, out _)?.GetRaw(new() { Segment = "OBX", Occurrence = segments - 10, Field = 5 });
                TimeSpan took = Stopwatch.GetElapsedTime(start);
                best = took < best ? took : best;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {segments} | {best.TotalMilliseconds:0.00} ms | {best.TotalNanoseconds / segments:0} ns |"));
        }
    }
}

/// <summary>One message at a time.</summary>
[MemoryDiagnoser]
[HideColumns("Job", "Toolchain", "IterationCount", "IterationTime", "WarmupCount", "Error", "StdDev", "RatioSD", "Gen0", "Gen1")]
public class ParseBenchmarks
{
    private static readonly FieldPath s_type = FieldPath.Parse("MSH-9.2");
    private static readonly FieldPath s_patient = FieldPath.Parse("PID-3.1");
    private static readonly FieldPath s_ward = FieldPath.Parse("PV1-3.1");
    private static readonly FieldPath s_receiver = FieldPath.Parse("MSH-5");

    private static readonly byte[] s_admit = Encoding.ASCII.GetBytes(
        "MSH|^~\\&|WARDSYS|NORTHERN|INDEX|CENTRAL|20260301083015||ADT^A01^ADT_A01|BENCH0000000000001|P|2.5\rEVN|A01|20260301083015|||CLERK7^ENGHRAIFFT^MAIR\r"
        + "PID|1||9990000018^^^NHS^NH~W0001234^^^NORTHERN^PI||PRAWF^GWENLLIAN^ANN^^MRS||19610615|F|||1 HEOL Y PRAWF^^CAERDYDD^^CF10 1AA^GBR^H||02920000000^PRN^PH|02920000001^WPN^PH|CYM|M|||||||||||||N\r"
        + "PD1|||PRAWF SURGERY^^W99001|G9999981^MEDDYG^ARWEL^^^DR\rNK1|1|PRAWF^IFAN^^^MR|SPO|1 HEOL Y PRAWF^^CAERDYDD^^CF10 1AA|02920000000\r"
        + "PV1|1|I|2W^212^A^NORTHERN||||C1234567^LLAWFEDDYG^SIONED^^^MISS|G9999981^MEDDYG^ARWEL^^^DR||GENSURG||||1|||C1234567^LLAWFEDDYG^SIONED|IP|V0009876|||||||||||||||||||||||||20260301081500\r"
        + "PV2|||K35.8^ACUTE APPENDICITIS^I10||||||20260304\rAL1|1|DA|PENI^PENICILLIN^L|SV|RASH|20010501\rDG1|1||K35.8^ACUTE APPENDICITIS^I10|||A\r"
        + "GT1|1||PRAWF^IFAN^^^MR||1 HEOL Y PRAWF^^CAERDYDD^^CF10 1AA|02920000000||19590102|M||SPO\rIN1|1|NHS^NATIONAL HEALTH SERVICE|NHS01|NHS WALES|1 STRYD Y PRAWF^^CAERDYDD^^CF10 2BB\r");

    private static readonly byte[] s_result = Result(40);

    /// <summary>An ORU^R01 with so many OBX; 40 are about 4 kB.</summary>
    public static byte[] Result(int results) => Encoding.ASCII.GetBytes(
        "MSH|^~\\&|LABSYS|NORTHERN|RECORD|CENTRAL|20260301093015||ORU^R01^ORU_R01|BENCH0000000000002|P|2.5\rPID|1||9990000018^^^NHS^NH||PRAWF^GWENLLIAN||19610615|F\rPV1|1|I|2W^212^A^NORTHERN\r"
        + "ORC|RE|ORD0001^WARDSYS|LAB0001^LABSYS\rOBR|1|ORD0001^WARDSYS|LAB0001^LABSYS|FBC^FULL BLOOD COUNT^L|||20260301084500|||||||20260301090000||C1234567^LLAWFEDDYG^SIONED\r"
        + string.Concat(Enumerable.Range(1, results).Select(i => $"OBX|{i}|NM|T{i:0000}^INVENTED TEST {i:0000}^L||{i % 90}.{i % 10}|mmol/L|3.5-9.9|{(i % 7 == 0 ? "H" : "N")}|||F|||20260301091500|LAB\r")));

    /// <summary>Parses and reads three fields as text.</summary>
    public static int ReadThree(byte[] content)
    {
        Hl7Message message = Hl7Message.Parse(content, out _)!;
        return message.GetText(s_type).Length + message.GetText(s_patient).Length + message.GetText(s_ward).Length;
    }

    [Benchmark(Description = "ADT: parse, read three fields")]
    public int ReadAdmit() => ReadThree(s_admit);

    [Benchmark(Description = "ORU: parse, read three fields")]
    public int ReadResult() => ReadThree(s_result);

    [Benchmark(Description = "ADT: parse, change one field, write")]
    public int ChangeAdmit() => Change(s_admit);

    [Benchmark(Description = "ORU: parse, change one field, write")]
    public int ChangeResult() => Change(s_result);

    [Benchmark(Description = "ADT: build its acknowledgment")]
    public int Acknowledge() => Acknowledgment.Build(s_admit, AcknowledgmentCode.AA, [], DateTimeOffset.UnixEpoch, "HUB00000000000000001").Length;

    private static int Change(byte[] content)
    {
        Hl7Message message = Hl7Message.Parse(content, out _)!;
        message.SetText(s_receiver, "LAB");
        return message.ToBytes().Length;
    }
}
