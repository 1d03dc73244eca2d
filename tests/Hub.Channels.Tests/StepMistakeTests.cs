using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests;

public sealed class StepMistakeTests
{
    [Theory]
    [InlineData("setField", "\"path\": \"PID-3\"", "$", ProblemCodes.StepMembers, "exactly one of \"value\"")]
    [InlineData("setField", "\"path\": \"PID-3\", \"value\": \"a\", \"encoded\": \"b\"", "$.encoded", ProblemCodes.StepMembers, "exactly one of \"value\"")]
    [InlineData("setField", "\"path\": \"PID-3\", \"value\": \"a^b\"", "$.value", ProblemCodes.Delimiter, "\"encoded\": \"a^b\"")]
    [InlineData("setField", "\"path\": \"PID-3\", \"encoded\": \"a|b\"", "$.encoded", ProblemCodes.Delimiter, "\\F\\")]
    [InlineData("setField", "\"path\": \"PID\", \"value\": \"a\"", "$.path", ProblemCodes.Place, "\"PID-3\"")]
    [InlineData("setField", "\"path\": \"MSH-2\", \"value\": \"a\"", "$.path", ProblemCodes.Place, "useDelimiters")]
    [InlineData("setField", "\"path\": \"PID.3\", \"value\": \"a\"", "$.path", ProblemCodes.NotUnderstood, "\"PID-3\"")]
    [InlineData("copyField", "\"from\": \"PID-3\", \"to\": \"PID-4.1\"", "$.from", ProblemCodes.CopyDepth, "\"PID-3.1\"")]
    [InlineData("copyField", "\"from\": \"PID-3\", \"to\": \"PID-4[2]\"", "$.from", ProblemCodes.CopyDepth, "\"PID-3[1]\"")]
    [InlineData("moveField", "\"from\": \"PID-3[*]\", \"to\": \"PID-4\"", "$.from", ProblemCodes.Place, "forEach")]
    [InlineData("deleteField", "\"path\": \"PID\"", "$.path", ProblemCodes.Place, "deleteSegment")]
    [InlineData("deleteSegment", "\"segment\": \"MSH\"", "$.segment", ProblemCodes.Place, "begins with it")]
    [InlineData("keepSegments", "\"segments\": [\"PID\", \"OBX[2]\"]", "$.segments[1]", ProblemCodes.Place, "\"OBX\"")]
    [InlineData("appendRepetition", "\"path\": \"PID-3.1\", \"value\": \"a\"", "$.path", ProblemCodes.Place, "\"PID-3\"")]
    [InlineData("forEach", "\"steps\": [{ \"type\": \"trimSeparators\" }]", "$", ProblemCodes.StepMembers, "exactly one of \"segment\"")]
    [InlineData("forEach", "\"segment\": \"OBX\", \"steps\": [{ \"type\": \"filter\", \"when\": { \"path\": \"PID-1\", \"exists\": true } }]", "$.steps[0]", ProblemCodes.Nesting, "PID-3[*].5")]
    [InlineData("forEach", "\"repetitionsOf\": \"PID-3.1\", \"steps\": [{ \"type\": \"trimSeparators\" }]", "$.repetitionsOf", ProblemCodes.Place, "\"PID-3\"")]
    [InlineData("formatDate", "\"path\": \"PID-7\"", "$", ProblemCodes.DateRewrite, "change nothing")]
    [InlineData("formatDate", "\"path\": \"PID-7\", \"zone\": \"Mars\"", "$.zone", ProblemCodes.DateRewrite, "Europe/London")]
    [InlineData("formatDate", "\"path\": \"PID-7\", \"from\": \"yyyy\", \"to\": \"yyyyMM\"", "$.to", ProblemCodes.DateRewrite, "more precise")]
    [InlineData("formatDate", "\"path\": \"PID-7\", \"to\": \"YYYYMMDD\"", "$.to", ProblemCodes.NotUnderstood, "small letters")]
    [InlineData("replaceText", "\"path\": \"PID-7\", \"pattern\": \"(\", \"with\": \"\"", "$.pattern", ProblemCodes.Pattern, "not a regular expression")]
    [InlineData("replaceText", "\"path\": \"PID-7\", \"with\": \"\"", "$", ProblemCodes.StepMembers, "\"pattern\"")]
    [InlineData("useDelimiters", "\"delimiters\": \"||\"", "$.delimiters", ProblemCodes.Delimiters, "punctuation")]
    [InlineData("build", "\"rules\": []", "$.rules", ProblemCodes.StepMembers, "no rules")]
    [InlineData("build", "\"rules\": [{ \"copy\": \"PID-3\", \"set\": \"PID-4\", \"value\": \"x\" }]", "$.rules[0]", ProblemCodes.BuildRule, "exactly one")]
    [InlineData("build", "\"rules\": [{ \"copy\": \"PID-3.1\", \"components\": [1] }]", "$.rules[0].components", ProblemCodes.BuildRule, "\"PID-3\"")]
    [InlineData("build", "\"rules\": [{ \"copy\": \"PID-3\", \"to\": \"PID-4.1\" }]", "$.rules[0].copy", ProblemCodes.CopyDepth, "\"PID-3.1\"")]
    [InlineData("filter", "\"otherwise\": \"reject\"", "$", ProblemCodes.StepMembers, "needs \"when\"")]
    [InlineData("filter", "\"when\": { \"path\": \"PID-1\", \"exists\": true }, \"otherwise\": \"reject\", \"code\": 7", "$.code", ProblemCodes.StepMembers, "table 0357")]
    [InlineData("mapTable", "\"path\": \"PID-8\", \"table\": \"tables/none.csv\"", "$.table", ProblemCodes.Table, "does not exist")]
    public void Mistakes_are_told_with_their_place_and_remedy(string type, string members, string path, int code, string remedy)
    {
        string json = $$"""{ "type": "{{type}}", {{members}} }""";
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems(json, out StepConfig? _));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ForEach_is_refused_when_it_stands_too_deep()
    {
        string json = """{ "type": "trimSeparators" }""";
        for (int i = 0; i < 5; i++)
            json = $$"""{ "type": "forEach", "segment": "OBX", "steps": [{{json}}] }""";
        Assert.Contains(TestChannels.Problems(json, out StepConfig? _), problem => problem.Code == ProblemCodes.Nesting);
    }
}
