using System.Text.Json;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>The profile of docs/validation-rules.md does what the page says.</summary>
public sealed class ProfilePageTests
{
    private const string Result =
        "MSH|^~\\&|LAB|NORTH|PAS|SOUTH|20260102030405||ORU^R01^ORU_R01|123456789012345678901234567890|P|2.5.1\r"
        + "PID|1||1^^^NHS^ZZZ||EXAMPLE^ANNA||19700203|F\r"
        + "OBR|1|||CODE|||||||||||||||||||||F\r"
        + "OBX|1|NM|A^X^LN||5|mg|||||F\rOBX|2|CE|B^X^LN||C^X^SCT||||||C\r";

    [Fact]
    public void The_profile_of_the_page_has_no_mistake_and_takes_what_it_is_for()
    {
        Assert.Empty(Page().Check());
        Assert.Empty(Checked.Of(Result, Page()));
    }

    [Theory]
    [InlineData("|PAS|", "|XXX|", "E 3164 MSH-5")]
    [InlineData("|19700203|", "|1970|", "E 3165 PID-7")]
    [InlineData("|5|mg|", "|5||", "E 3160 OBX-6")]
    [InlineData("^SCT|", "^I10|", "E 3164 OBX[2]-5.3")]
    [InlineData("|C\r", "|P\r", "E 3167 OBX[2]-11")]
    [InlineData("OBX|2|CE|B^", "OBX|2|CE|A^", "E 3166 OBX[2]-3.1")]
    [InlineData("OBX|1", "OBR|2|||CODE\rOBX|1", "E 3152 OBX")]
    [InlineData("OBR|1", "NK1|1\rOBR|1", "E 3153 NK1")]
    public void It_refuses_what_the_page_says(string right, string wrong, string problem) =>
        Assert.Equal([problem], Checked.Of(Result.Replace(right, wrong, StringComparison.Ordinal), Page()));

    private static Hl7Profile Page()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "validation-rules.md"));
        int start = page.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        return JsonSerializer.Deserialize<Hl7Profile>(page[start..page.IndexOf("```", start, StringComparison.Ordinal)], Checked.Json)!;
    }
}
