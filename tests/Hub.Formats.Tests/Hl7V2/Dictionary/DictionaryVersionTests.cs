using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Tests.Hl7V2.Dictionary;

/// <summary>Which version a message is read by, and which structure it has.</summary>
public sealed class DictionaryVersionTests
{
    [Theory]
    [InlineData("2.7", "2.7", true)]
    [InlineData("2.3.1", "2.3.1", true)]
    [InlineData("2.5^GBR", "2.5", true)]
    [InlineData("2.7.1", "2.7", false)]
    [InlineData("2.8", "2.7", false)]
    [InlineData("2.8.2", "2.7", false)]
    [InlineData("3.0", "2.7", false)]
    [InlineData("2.10", "2.7", false)]
    [InlineData("2.5.2", "2.5.1", false)]
    [InlineData("2.3.0", "2.3", false)]
    [InlineData("2.0", "2.1", false)]
    [InlineData("2", "2.1", false)]
    [InlineData("", "2.5.1", false)]
    [InlineData("v2.5", "2.5.1", false)]
    [InlineData("2..5", "2.5.1", false)]
    [InlineData("99999999999999", "2.5.1", false)]
    public void A_version_that_is_not_there_gets_the_nearest_older_one_and_is_flagged(string asked, string used, bool exact)
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For(asked);
        Assert.Equal((used, exact), (dictionary.Version, dictionary.IsExact));
        Assert.Same(dictionary, Hl7Dictionary.For(asked));
    }

    [Fact]
    public void No_version_at_all_is_none_that_can_be_read() => Assert.Equal(("2.5.1", false), (Hl7Dictionary.For(null).Version, Hl7Dictionary.For(null).IsExact));

    [Theory]
    [InlineData("2.5.1", "ADT", "A04", "", "ADT_A01")]
    [InlineData("2.5.1", "ADT", "A04", "ADT_A04", "ADT_A01")]
    [InlineData("2.5.1", "ADT", "A08", "", "ADT_A01")]
    [InlineData("2.5", "ADT", "A28", "", "ADT_A05")]
    [InlineData("2.5", "ADT", "A31", "", "ADT_A05")]
    [InlineData("2.5", "ADT", "A40", "", "ADT_A39")]
    [InlineData("2.5", "ADT", "A23", "", "ADT_A21")]
    [InlineData("2.5", "SIU", "S15", "", "SIU_S12")]
    [InlineData("2.3.1", "SIU", "S15", "", "SIU_S12")]
    [InlineData("2.4", "MDM", "T08", "", "MDM_T02")]
    [InlineData("2.3", "ADT", "A04", "", "ADT_A04")]
    [InlineData("2.3", "ADT", "A40", "", "ADT_A40")]
    [InlineData("2.1", "ORU", "R01", "", "ORU_R01")]
    [InlineData("2.5.1", "ORU", "", "", "ORU")]
    [InlineData("2.5.1", "ACK", "A01", "", "ACK")]
    [InlineData("2.5.1", "ACK", "", "", "ACK")]
    [InlineData("2.5.1", "ADT", "A04", "ORU_R01", "ORU_R01")]
    [InlineData("2.5.1", "ADT", "A04", "ADT_Z99", "ADT_A01")]
    [InlineData("2.5.1", "ZZZ", "Z01", "", null)]
    [InlineData("2.5.1", "", "", "", null)]
    [InlineData("2.5.1", "ADT_A01_AND_MUCH_LONGER_THAN_A_NAME", "A01", "", null)]
    public void The_structure_named_by_the_message_wins_and_else_that_of_its_trigger_event(string version, string code, string trigger, string structure, string? found) =>
        Assert.Equal(found, Hl7Dictionary.For(version).StructureFor(code, trigger, structure)?.Name);

    [Fact]
    public void Every_admission_event_of_2_5_has_a_structure()
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For("2.5");
        string[] reserved = ["A56", "A57", "A58", "A59"];
        foreach (string trigger in Enumerable.Range(1, 62).Select(number => $"A{number:00}").Except(reserved).Except(["A19"]))
            Assert.True(dictionary.StructureFor("ADT", trigger, "") is not null, trigger);
    }

    [Fact]
    public void Looking_up_makes_nothing()
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For("2.5");
        Measure(dictionary);
        Assert.Equal(0, Measure(dictionary));
    }

    private static long Measure(Hl7Dictionary dictionary)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            _ = Hl7Dictionary.For("2.8").Segment("PID"u8)?.Field(3);
            _ = dictionary.StructureFor("ADT", "A04", "");
            _ = dictionary.Segment("OBX")?.Field(2)?.Codes?.Meaning("NM");
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
