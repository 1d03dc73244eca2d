using Hub.Contracts;

namespace Hub.Channels.Tests;

public sealed class StepTests
{
    private const string Header = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\n";

    [Theory]
    [InlineData("PID|1", "\"path\": \"PID-3\", \"value\": \"X\"", "PID|1||X")]
    [InlineData("PID|1", "\"path\": \"PID-3[2].4\", \"value\": \"X\"", "PID|1||~^^^X")]
    [InlineData("PID|1", "\"path\": \"PID-5\", \"value\": \"A & B\"", "PID|1||||A \\T\\ B")]
    [InlineData("PID|1||9", "\"path\": \"PID-3\", \"encoded\": \"${PID-3}^^^NHS&1~^B\"", "PID|1||9^^^NHS&1~^B")]
    [InlineData("PID|1||a~b~c", "\"path\": \"PID-3[*].5\", \"value\": \"PI\"", "PID|1||a^^^^PI~b^^^^PI~c^^^^PI")]
    [InlineData("PID|1||a", "\"path\": \"PID-3\", \"value\": \"\"", "PID|1||")]
    [InlineData("PID|1||a", "\"path\": \"PID-3\", \"value\": \"\\\"\\\"\"", "PID|1||\"\"")]
    [InlineData("PID|1", "\"path\": \"ZZZ-1\", \"value\": \"${message.id} ${channel.id} ${now:yyyyMMdd}\"", "PID|1\nZZZ|7 test 20260301")]
    public void SetField_writes_text_or_encoded(string before, string members, string after) => AssertStep("setField", members, before, after);

    [Fact]
    public void SetField_writes_encoded_values_with_the_delimiters_of_the_message()
    {
        const string Input = "MSH#*!\\%#A##C#D###ADT*A01#1#P#2.5\nPID#1##9*x";
        string steps = """{ "type": "setField", "path": "PID-4", "encoded": "${PID-3}^A&B~C\\F\\D" }""";
        Assert.EndsWith("PID#1##9*x#9*x*A%B!C|D", Run(steps, Input), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID|1||a^b~c", "\"from\": \"PID-3\", \"to\": \"PID-4\"", "PID|1||a^b~c|a^b~c")]
    [InlineData("PID|1||a^b~c", "\"from\": \"PID-3[2]\", \"to\": \"PID-4\"", "PID|1||a^b~c|c")]
    [InlineData("PID|1||a^b&x~c", "\"from\": \"PID-3.2\", \"to\": \"PID-4.3\"", "PID|1||a^b&x~c|^^b&x")]
    [InlineData("PID|1||a|q", "\"from\": \"PID-9\", \"to\": \"PID-4\"", "PID|1||a|")]
    public void CopyField_copies_with_structure(string before, string members, string after) => AssertStep("copyField", members, before, after);

    [Theory]
    [InlineData("PID|1||a^b~c", "\"from\": \"PID-3\", \"to\": \"PID-4\"", "PID|1|||a^b~c")]
    [InlineData("PID|1||a~c", "\"from\": \"PID-3[2]\", \"to\": \"PID-3\"", "PID|1||c")]
    public void MoveField_leaves_nothing_behind(string before, string members, string after) => AssertStep("moveField", members, before, after);

    [Theory]
    [InlineData("PID|1||a^b~c", "\"path\": \"PID-3\"", "PID|1")]
    [InlineData("PID|1||a^b~c|x", "\"path\": \"PID-3[1]\"", "PID|1||c|x")]
    [InlineData("PID|1||a^b~c^d", "\"path\": \"PID-3[*].2\"", "PID|1||a~c")]
    [InlineData("PID|1", "\"path\": \"PV1-2\"", "PID|1")]
    public void DeleteField_takes_a_place_away(string before, string members, string after) => AssertStep("deleteField", members, before, after);

    [Theory]
    [InlineData("PID|1\nOBX|1\nNTE|1\nOBX|2", "\"segments\": [\"PID\", \"OBX\"]", "PID|1\nOBX|1\nOBX|2")]
    [InlineData("PID|1", "\"segments\": []", "")]
    public void KeepSegments_keeps_the_header_and_the_named(string before, string members, string after) => AssertStep("keepSegments", members, before, after);

    [Theory]
    [InlineData("PID|1\nOBX|1\nNTE|1\nOBX|2", "\"segment\": \"OBX\"", "PID|1\nNTE|1")]
    [InlineData("PID|1\nOBX|1\nNTE|1\nOBX|2", "\"segment\": \"OBX[2]\"", "PID|1\nOBX|1\nNTE|1")]
    [InlineData("PID|1", "\"segment\": \"OBX[2]\"", "PID|1")]
    public void DeleteSegment_deletes_all_of_a_name_or_one(string before, string members, string after) => AssertStep("deleteSegment", members, before, after);

    [Theory]
    [InlineData("PID|1||a", "\"path\": \"PID-3\", \"encoded\": \"b^c\"", "PID|1||a~b^c")]
    [InlineData("PID|1", "\"path\": \"PID-3\", \"value\": \"b\"", "PID|1||b")]
    public void AppendRepetition_adds_at_the_end(string before, string members, string after) => AssertStep("appendRepetition", members, before, after);

    [Theory]
    [InlineData("PID|1\nOBX|1||a\nOBX|2||b", "\"segment\": \"OBX\", \"steps\": [{ \"type\": \"setField\", \"path\": \"OBX-4\", \"encoded\": \"${PID-1}^${OBX-3}\" }]", "PID|1\nOBX|1||a|1^a\nOBX|2||b|1^b")]
    [InlineData("PID|1\nOBX|1||a\nNTE|x\nOBX|2||b\nNTE|y", "\"segment\": \"OBX\", \"steps\": [{ \"type\": \"deleteSegment\", \"segment\": \"OBX\", \"when\": { \"path\": \"OBX-3\", \"equals\": \"a\" } }, { \"type\": \"setField\", \"path\": \"OBX-4\", \"value\": \"${PID-1}\" }]", "PID|1\nNTE|x\nOBX|2||b|1\nNTE|y")]
    [InlineData("PID|1\nOBX|1\nOBX|2\nOBX|3", "\"segment\": \"OBX\", \"steps\": [{ \"type\": \"deleteSegment\", \"segment\": \"OBX\" }]", "PID|1")]
    [InlineData("PID|1||a^1~b^2~c^3", "\"repetitionsOf\": \"PID-3\", \"steps\": [{ \"type\": \"copyField\", \"from\": \"PID-3.2\", \"to\": \"PID-3.4\" }]", "PID|1||a^1^^1~b^2^^2~c^3^^3")]
    [InlineData("PID|1||a~b~c~a", "\"repetitionsOf\": \"PID-3\", \"steps\": [{ \"type\": \"deleteField\", \"path\": \"PID-3\", \"when\": { \"path\": \"PID-3\", \"in\": [\"a\", \"b\"] } }, { \"type\": \"setField\", \"path\": \"PID-3.4\", \"value\": \"X\" }]", "PID|1||c^^^X")]
    [InlineData("PID|1\nOBR|1\nOBX|1||a~b\nOBR|2\nOBX|1||c", "\"segment\": \"OBR\", \"steps\": [{ \"type\": \"forEach\", \"repetitionsOf\": \"OBX-3\", \"steps\": [{ \"type\": \"setField\", \"path\": \"OBX-3.2\", \"value\": \"${OBR-1}\" }] }]", "PID|1\nOBR|1\nOBX|1||a^1~b^1\nOBR|2\nOBX|1||c^2")]
    public void ForEach_applies_steps_to_every_group_or_repetition(string before, string members, string after) => AssertStep("forEach", members, before, after);

    [Theory]
    [InlineData("PID|1||||||19800214+0100", "\"path\": \"PID-7\", \"zone\": \"drop\"", "PID|1||||||19800214")]
    [InlineData("PID|1||||||19800214101530.5-0500", "\"path\": \"PID-7\", \"to\": \"yyyyMMddHHmm\"", "PID|1||||||198002141015-0500")]
    [InlineData("PID|1||||||198002", "\"path\": \"PID-7\", \"to\": \"yyyyMMdd\", \"ifNotMatching\": \"keep\"", "PID|1||||||198002")]
    [InlineData("PID|1||||||14/02/1980", "\"path\": \"PID-7\", \"from\": \"dd/MM/yyyy\", \"to\": \"yyyyMMdd\"", "PID|1||||||19800214")]
    [InlineData("PID|1||||||1980-02-14 10:15:30", "\"path\": \"PID-7\", \"from\": \"yyyy-MM-dd HH:mm:ss\"", "PID|1||||||19800214101530")]
    [InlineData("PID|1||||||19800214", "\"path\": \"PID-7\", \"to\": \"dd MMM yyyy\"", "PID|1||||||14 Feb 1980")]
    [InlineData("PID|1||||||20260701120000+0000", "\"path\": \"PID-7\", \"zone\": \"Europe/London\"", "PID|1||||||20260701130000+0100")]
    [InlineData("PID|1||||||20260701120000+0000", "\"path\": \"PID-7\", \"to\": \"yyyy-MM-ddTHH:mm:sszzz\"", "PID|1||||||2026-07-01T12:00:00+00:00", true)]
    [InlineData("PID|1||||||\"\"", "\"path\": \"PID-7\", \"to\": \"yyyyMMdd\"", "PID|1||||||\"\"")]
    [InlineData("PID|1", "\"path\": \"PID-7\", \"to\": \"yyyyMMdd\"", "PID|1")]
    public void FormatDate_writes_dates_and_makes_nothing_up(string before, string members, string after, bool quoted = false) =>
        AssertStep("formatDate", quoted ? members.Replace("ddT", "dd'T'", StringComparison.Ordinal) : members, before, after);

    [Theory]
    [InlineData("198002", "\"to\": \"yyyyMMdd\"")]
    [InlineData("19800230", "\"to\": \"yyyyMMdd\"")]
    [InlineData("198002141015", "\"zone\": \"Europe/London\"")]
    [InlineData("19800214", "\"to\": \"yyyyMMddzzz\"")]
    public void FormatDate_rejects_what_is_not_such_a_date(string date, string members)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps($$"""{ "type": "formatDate", "path": "PID-7", {{members}} }"""), $"{Header}PID|1||||||{date}");
        MessageProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal((ReceiptKind.Error, 102, "PID-7"), (outcome.Answer, problem.Code, problem.Path));
        Assert.DoesNotContain(date, problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID|1||a1^b2~c3", "\"path\": \"PID-3\", \"pattern\": \"\\\\d$\", \"with\": \"\"", "PID|1||a^b~c")]
    [InlineData("PID|1||x-y", "\"path\": \"PID-3\", \"pattern\": \"(.)-(.)\", \"with\": \"$2|$1\"", "PID|1||y\\F\\x")]
    [InlineData("PID|1||a.b.c~d.", "\"path\": \"PID-3[*]\", \"text\": \".\", \"with\": \"/\"", "PID|1||a/b/c~d/")]
    [InlineData("PID|1||a\\T\\b", "\"path\": \"PID-3\", \"text\": \"&\", \"with\": \" and \"", "PID|1||a and b")]
    public void ReplaceText_changes_text_and_never_separators(string before, string members, string after) => AssertStep("replaceText", members, before, after);

    [Fact]
    public void ReplaceText_gives_up_on_a_pattern_that_takes_too_long()
    {
        string steps = """{ "type": "replaceText", "path": "PID-3", "pattern": "^(?=(a+)+$)x", "with": "" }""";
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(steps), $"{Header}PID|1||{new string('a', 60)}!");
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error), (outcome.State, outcome.Answer));
        Assert.Contains("steps[0] replaceText: The pattern", outcome.Problems[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID|1||a^b^^|x^||", "PID|1||a^b|x")]
    [InlineData("PID|1||^^~|", "PID|1||~")]
    public void TrimSeparators_removes_what_nothing_follows(string before, string after) => AssertStep("trimSeparators", "\"description\": \"\"", before, after);

    [Fact]
    public void UseDelimiters_keeps_the_meaning_of_values()
    {
        string steps = """{ "type": "useDelimiters", "delimiters": "#*!\\%" }""";
        Assert.Equal("MSH#*!\\%#A#B#C#D#20260301##ADT*A01#1#P#2.5\nPID#1##a|b*\\F\\!c", Run(steps, $"{Header}PID|1||a\\F\\b^#~c"));
    }

    [Theory]
    [InlineData("{ \"copy\": \"PID-3\" }", "PID|||a^b&c~d^e^^f")]
    [InlineData("{ \"copy\": \"PID-3[2].4\", \"to\": \"PID-2\" }", "PID||f")]
    [InlineData("{ \"copy\": \"PID-3\", \"components\": [2, 4] }", "PID|||^b&c~^e^^f")]
    [InlineData("{ \"copy\": \"OBX\" }", "OBX|1|x|\nOBX|2")]
    [InlineData("{ \"copy\": \"OBX[2]\" }", "OBX|2")]
    [InlineData("{ \"copy\": \"ZZZ-1\" }, { \"set\": \"PV1-2\", \"value\": \"${PID-9}\" }", "")]
    [InlineData("{ \"set\": \"PV1-2\", \"value\": \"N\" }, { \"set\": \"EVN-2\", \"value\": \"${PID-1}\" }, { \"set\": \"PV1-1\", \"value\": \"1\" }", "PV1|1|N\nEVN||1")]
    [InlineData("{ \"append\": \"PID-3\", \"encoded\": \"x^${PID-3[2].1}\" }, { \"append\": \"PID-3\", \"value\": \"y\" }", "PID|||x^d~y")]
    [InlineData("{ \"set\": \"PID-3\", \"value\": \"1\" }, { \"set\": \"PID-3\", \"value\": \"2\", \"when\": { \"path\": \"PID-1\", \"equals\": \"0\" } }", "PID|||1")]
    [InlineData("{ \"set\": \"PID-5\", \"encoded\": \"A^B^^\" }", "PID|||||A^B")]
    public void Build_makes_a_message_of_what_its_rules_write(string rules, string after)
    {
        string input = $"{Header}PID|1||a^b&c~d^e^^f\nOBX|1|x|\nOBX|2";
        string written = Run($$"""{ "type": "build", "rules": [{ "set": "MSH-3", "value": "NEW" }, {{rules}}] }""", input);
        string expected = $"MSH|^~\\&|NEW\n{after}".TrimEnd('\n');
        Assert.Equal(after == "OBX|1|x|\nOBX|2" ? expected.Replace("|x|", "|x", StringComparison.Ordinal) : expected, written);
    }

    [Fact]
    public void A_step_whose_condition_does_not_hold_is_passed_over() =>
        AssertStep("setField", "\"path\": \"PID-3\", \"value\": \"X\", \"when\": { \"path\": \"PID-1\", \"equals\": \"2\" }", "PID|1", "PID|1");

    private static void AssertStep(string type, string members, string before, string after)
    {
        string written = Run($$"""{ "type": "{{type}}", {{members}} }""", Header + before);
        Assert.Equal((Header + after).TrimEnd('\n'), written);
    }

    private static string Run(string steps, string input)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(steps), input);
        Assert.Equal((MessageState.Accepted, ""), (outcome.State, string.Concat(outcome.Problems.Select(problem => problem.Text))));
        return TestChannels.Text(outcome, input);
    }
}
