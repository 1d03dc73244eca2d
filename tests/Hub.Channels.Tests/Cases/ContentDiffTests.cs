using System.Text;
using Hub.Channels.Cases;
using Hub.Channels.Data;

namespace Hub.Channels.Tests.Cases;

/// <summary>Where two messages differ, as people read it.</summary>
public sealed class ContentDiffTests
{
    private const string Head = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\n";

    [Theory]
    [InlineData("PID|1||A^B&C~D", "PID|1||A^B&X~D", "PID-3[1].2.2  expected \"C\"  was \"X\"")]
    [InlineData("PID|1||A^B&C", "PID|1||A^B&X", "PID-3.2.2  expected \"C\"  was \"X\"")]
    [InlineData("PID|1||A~B", "PID|1||A~C", "PID-3[2]  expected \"B\"  was \"C\"")]
    [InlineData("PID|1||A", "PID|1||A~C", "PID-3[2]  expected nothing  was \"C\"")]
    [InlineData("PID|1||A^B", "PID|1||", "PID-3  expected \"A^B\"  was nothing")]
    [InlineData("PID|1||A", "PID|1||\"\"", "PID-3  expected \"A\"  was \"\"\"\"")]
    [InlineData("PID|1||A^", "PID|1||A", "PID-3  expected \"A^\"  was \"A\" (they differ in separators at the end)")]
    [InlineData("PID|1||A||", "PID|1||A", "PID  expected \"PID|1||A||\"  was \"PID|1||A\" (they differ in separators at the end)")]
    [InlineData("PID|1\nPV1|1", "PID|1", "PV1  expected \"PV1|1\"  was no such segment")]
    [InlineData("PID|1", "PID|1\nPV1|1", "PV1  expected no such segment  was \"PV1|1\"")]
    [InlineData("OBX|1|A\nOBX|2|B\nOBX|3|C", "OBX|0|Z\nOBX|1|A\nOBX|2|B\nOBX|3|C", "OBX  expected no such segment  was \"OBX|0|Z\"")]
    [InlineData("OBX|1|A\nOBX|2|B\nOBX|3|C", "OBX|1|A\nOBX|3|C", "OBX[2]  expected \"OBX|2|B\"  was no such segment")]
    [InlineData("OBX|1|A\nNTE|1|B", "NTE|1|B\nOBX|1|A", "OBX  expected \"OBX|1|A\"  was no such segment", "OBX  expected no such segment  was \"OBX|1|A\"")]
    [InlineData("PID|1\\T\\2", "PID|1\\F\\2", "PID-1  expected \"1\\T\\2\"  was \"1\\F\\2\"")]
    public void Segments_are_paired_and_the_deepest_place_is_named(string expected, string was, params string[] told)
    {
        Assert.Equal(told, Compare(Head + expected, Head + was));
        Assert.Equal(told, Compare((Head + expected).Replace('\n', '\r') + "\r", Head + was));
    }

    [Theory]
    [InlineData("|A|B|C", "|A|X|C", "MSH-4  expected \"B\"  was \"X\"")]
    [InlineData("MSH|^~\\&|", "MSH|^~\\&#|", "MSH-2  expected \"^~\\&\"  was \"^~\\&#\"")]
    public void Fields_of_the_header_are_counted_with_their_separator(string old, string other, string told) =>
        Assert.Equal([told], Compare(Head, Head.Replace(old, other, StringComparison.Ordinal)));

    [Fact]
    public void Other_delimiters_are_told_once()
    {
        string[] told = Compare(Head + "PID|1", (Head + "PID|1").Replace('|', '#'));
        Assert.Equal(["MSH-1  expected \"|\"  was \"#\""], told);
    }

    [Theory]
    [InlineData("{ \"a\": 1,\n \"b\": 2 }", "{ \"a\": 1,\n \"b\": 3 }", "line 2  expected \" \"b\": 2 }\"  was \" \"b\": 3 }\"")]
    [InlineData("a\nb", "a", "line 2  expected \"b\"  was no such line")]
    [InlineData("a\nb", "a\r\nb", "line ends  expected 0x0A of 3 bytes  was 0x0D of 4 bytes")]
    [InlineData("a\0b", "a\0c", "byte 3  expected 0x62 of 3 bytes  was 0x63 of 3 bytes")]
    [InlineData("a\0b", "a\0", "byte 3  expected 0x62 of 3 bytes  was the end of 2 bytes")]
    public void What_is_no_HL7_is_compared_byte_by_byte(string expected, string was, string told) => Assert.Equal([told], Compare(expected, was));

    [Fact]
    public void Long_values_are_cut_and_many_differences_end()
    {
        string long1 = $"{Head}PID|{new string('x', 500)}";
        Assert.Contains("…\"", Compare(long1, Head + "PID|y")[0], StringComparison.Ordinal);
        string many = Head + string.Concat(Enumerable.Range(1, 200).Select(i => $"OBX|{i}|a\n"));
        Assert.Equal(51, Compare(many, many.Replace("|a\n", "|b\n", StringComparison.Ordinal)).Length);
    }

    [Fact]
    public void Very_long_messages_are_compared_one_by_one_and_in_no_time()
    {
        string many = Head + string.Concat(Enumerable.Range(1, 5000).Select(i => $"OBX|{i}|a\n"));
        Assert.Equal(["OBX[4999]-2  expected \"a\"  was \"b\""], Compare(many, many.Replace("|4999|a", "|4999|b", StringComparison.Ordinal)));
    }

    private static string[] Compare(string expected, string was) =>
        [.. ContentDiff.Compare("to lab", Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(was), MessageFormat.Hl7).Select(difference => difference.ToString()["to lab ".Length..])];
}
