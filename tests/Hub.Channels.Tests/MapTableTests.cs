using Hub.Channels.Transforms;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests;

public sealed class MapTableTests : IDisposable
{
    private const string Header = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\n";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PV1|1|I", "", "PV1|1|inpatient")]
    [InlineData("PV1|1| I ", "", "PV1|1|inpatient")]
    [InlineData("PV1|1|i", "", "PV1|1|i")]
    [InlineData("PV1|1|X", "", "PV1|1|X")]
    [InlineData("PV1|1|X", ", \"otherwise\": \"empty\"", "PV1|1|")]
    [InlineData("PV1|1|X", ", \"default\": \"other\"", "PV1|1|other")]
    [InlineData("PV1|1|\"\"", ", \"default\": \"other\"", "PV1|1|\"\"")]
    [InlineData("PV1|1", ", \"default\": \"other\"", "PV1|1")]
    [InlineData("PV1|1|I", ", \"from\": \"code\", \"to\": \"welsh\"", "PV1|1|claf, mewnol")]
    [InlineData("PV1|1|inpatient", ", \"from\": \"english\", \"to\": \"code\"", "PV1|1|I")]
    [InlineData("PV1|1|I~O~X", ", \"path2\": \"\"", "PV1|1|inpatient~outpatient~X")]
    public void MapTable_writes_what_the_table_says(string before, string members, string after)
    {
        bool all = members.Contains("path2", StringComparison.Ordinal);
        ChannelModel channel = Channel(all ? "" : members, all ? "PV1-2[*]" : "PV1-2");
        Assert.Equal(Header + after, TestChannels.Text(TestChannels.Run(channel, Header + before), Header + before));
    }

    [Fact]
    public void A_value_that_is_not_listed_can_be_rejected_without_being_told()
    {
        PipelineOutcome outcome = TestChannels.Run(Channel(", \"otherwise\": \"reject\""), Header + "PV1|1|SECRET");
        MessageProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal((ReceiptKind.Error, 103, "PV1-2"), (outcome.Answer, problem.Code, problem.Path));
        Assert.StartsWith("steps[0] mapTable: PV1-2 has a value that classes.csv does not list.", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_table_is_used_and_a_broken_or_missing_one_keeps_the_last_good()
    {
        ChannelModel channel = Channel("");
        LookupTable table = Assert.Single(channel.Tables);
        string Mapped() => TestChannels.Text(TestChannels.Run(channel, Header + "PV1|1|I"), "")[Header.Length..];

        _folder.Write("classes.csv", "code,english\nI,in\n");
        Assert.Equal("PV1|1|inpatient", Mapped());
        Assert.True(table.Reload(out string? problem));
        Assert.Null(problem);
        Assert.Equal("PV1|1|in", Mapped());

        _folder.Write("classes.csv", "code,english\nI,in\nI,out\n");
        Assert.False(table.Reload(out problem));
        Assert.Equal($"{table.File}(3): \"I\" is there twice. Keep one row of it. The version read before goes on being used.", problem);
        File.Delete(table.File);
        Assert.False(table.Reload(out problem));
        Assert.Contains("does not exist", problem, StringComparison.Ordinal);
        Assert.Equal("PV1|1|in", Mapped());
    }

    [Theory]
    [InlineData("", "(1): there is no column")]
    [InlineData("code", "(1): there is no column \"(second)\"")]
    [InlineData("code,english\nI", "(2): the row has 1 columns and needs 2")]
    [InlineData("code,english\n\nI,a\nI,b", "(4): \"I\" is there twice")]
    [InlineData("code,english\nI,a\nO,\"b\"c\n", "(3): the quotation marks do not fit")]
    public void A_table_that_cannot_be_used_is_told_with_its_row(string table, string problem)
    {
        string file = _folder.Write("classes.csv", table);
        Assert.Null(LookupTable.Load(file, null, null, out string? told));
        Assert.Contains($"{file}{problem}", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_name_the_same_table_share_it()
    {
        Channel("");
        string step = """{ "type": "mapTable", "path": "PV1-2", "table": "classes.csv" }""";
        Assert.Single(TestChannels.WithSteps($"{step}, {step}", _folder.Root).Tables);
    }

    private ChannelModel Channel(string members, string path = "PV1-2")
    {
        _folder.Write("classes.csv", "code,english,welsh\nI , inpatient,\"claf, mewnol\"\nO,outpatient,\n");
        return TestChannels.WithSteps($$"""{ "type": "mapTable", "path": "{{path}}", "table": "classes.csv"{{members}} }""", _folder.Root);
    }
}
