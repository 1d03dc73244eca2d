using System.Text;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>Messages made to take time or room.</summary>
public sealed class HostileTests
{
    private const int Most = 200;

    public static TheoryData<string> Segments => new("OBX|1|NM|X||x||||||F", "OBR|1|||X", "PID|1||1||A^B", "ORC|RE", "SPM|1||| X", "ADT", "NTE", "XYZ|1", "no segment", "DSC", "PV1||I\rPV2", "OBX||ST\rOBR", "PID\rOBX\rSPM\rORC", "QQQ\rNTE\rTQ1\rTQ2\rFT1\rCTI");

    [Theory]
    [MemberData(nameof(Segments))]
    public void A_hundred_thousand_segments_are_checked_in_seconds_and_told_in_two_hundred_problems_of_a_kind(string segment)
    {
        int each = segment.Split('\r').Length;
        Hl7Message message = Hl7Samples.Parse(Checked.Result + string.Concat(Enumerable.Repeat(segment + "\r", 99_998 / each)));
        IReadOnlyList<Hl7Problem> problems = [];
        TimeSpan took = CpuTime.Of(() => problems = Checked.Standard.Check(message));
        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}");
        Assert.InRange(problems.Count(problem => problem.Severity == Hl7Severity.Error), 0, Most);
        Assert.InRange(problems.Count, 0, (2 * Most) + 1);
        Assert.Equal(problems.Count > Most, problems.Count > 0 && problems[^1].Rule == 3199);
    }

    [Fact]
    public void Errors_are_told_however_many_warnings_stand_before_them()
    {
        string message = Checked.Result + string.Concat(Enumerable.Repeat("XYZ\r", 5000)) + "OBR|1\r";
        IReadOnlyList<Hl7Problem> problems = Checked.Problems(message, new(ValidationLevel.Standard, maxProblems: 3));
        Assert.Equal([3115, 3115, 3115, 3120, 3199], problems.Select(problem => problem.Rule));
        Assert.Equal("0 more errors and 4997 other problems are not told.", problems[^1].Text);
    }

    [Fact]
    public void Fifty_megabytes_in_a_field_are_read_through_and_not_copied()
    {
        byte[] content = new byte[50_000_000];
        Array.Fill(content, (byte)'A');
        Hl7Samples.Bytes(Checked.Result + "OBR|1|||X\rOBX|1|ED|X||A^AP^^Base64^").CopyTo(content, 0);
        Hl7Samples.Bytes("||||||F\r").CopyTo(content, content.Length - 8);
        Hl7Message message = Hl7Samples.Parse(content);
        Checked.Standard.Check(message);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Checked.Standard.Check(message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_valid_message_costs_little_room()
    {
        Hl7Message message = Hl7Samples.Parse(Checked.Admit);
        Assert.Empty(Checked.Standard.Check(message));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Checked.Standard.Check(message);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 1000);
    }

    [Fact]
    public void A_field_of_ten_thousand_repetitions_is_checked_one_by_one() =>
        Assert.Equal("W 3121 PID-8", Assert.Single(Checked.Of(Checked.With(Checked.Admit, "PID-8", string.Join('~', Enumerable.Repeat("F", 10_000))))));

    [Fact]
    public void No_input_brings_any_level_out_of_step()
    {
        Hl7Profile learned = ProfileLearner.Learn([Hl7Samples.Parse(Checked.Admit)]);
        Hl7Validator[] validators = [new(ValidationLevel.Lenient), Checked.Standard, new(ValidationLevel.Profile, learned)];
        Generated.ForAll(Generated.AnyBytes, bytes =>
        {
            if (Hl7Message.Parse(bytes, out _) is not { } message)
                return;
            foreach (Hl7Validator validator in validators)
                Assert.All(validator.Check(message), problem => Assert.True(problem.Path is null || FieldPath.TryParse(problem.Path, out _, out _), problem.Path));
        });
    }

    [Fact]
    public async Task One_validator_serves_many_threads()
    {
        Hl7Message[] messages = [.. Enumerable.Range(0, 8).Select(i => Hl7Samples.Parse(i % 2 == 0 ? Checked.Admit : Checked.With(Checked.Admit, "PV1-2", "")))];
        int[] counts = await Task.WhenAll(messages.Select(message => Task.Run(() => Enumerable.Range(0, 2000).Sum(_ => Checked.Standard.Check(message).Count))));
        Assert.Equal([0, 2000, 0, 2000, 0, 2000, 0, 2000], counts);
    }

    [Fact]
    public void Bytes_of_any_kind_in_a_name_are_told_at_the_segment_before() =>
        Assert.Equal("PV1", Assert.Single(Checked.Standard.Check(Hl7Samples.Parse(Encoding.Latin1.GetBytes(Checked.Admit + "P\u00ffD|1\r"))), problem => problem.Rule == 3116).Path);
}
