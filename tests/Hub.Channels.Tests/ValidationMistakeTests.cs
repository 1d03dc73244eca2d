using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests;

/// <summary>What can be wrong with <c>validate</c> and with profiles is found when the file is loaded.</summary>
public sealed class ValidationMistakeTests
{
    private const string Valid = """{ "name": "lab", "fields": [{ "path": "PID-3", "usage": "required" }] }""";

    [Theory]
    [InlineData("""{ "level": "profile" }""", ProblemCodes.ValidationMembers, "$.validate.level", "needs \"profile\"")]
    [InlineData("""{ "level": "standard", "profile": "profiles/lab.json" }""", ProblemCodes.ValidationMembers, "$.validate.level", "nobody looks at the profile")]
    [InlineData("""{ "level": "lenient", "profile": "profiles/lab.json" }""", ProblemCodes.ValidationMembers, "$.validate.level", "nobody looks at the profile")]
    [InlineData("""{ "profile": "profiles/non.json" }""", ProblemCodes.ProfileFile, "$.validate.profile", "profiles/non.json does not exist")]
    [InlineData("""{ "level": "strict" }""", ProblemCodes.UnknownWord, "$.validate.level", "\"off\", \"lenient\", \"standard\"")]
    [InlineData("""{ "onFailure": "park" }""", ProblemCodes.UnknownWord, "$.validate.onFailure", "\"reject\" and \"flag\"")]
    [InlineData("""{ "profil": "profiles/lab.json" }""", ProblemCodes.UnknownMember, "$.validate.profil", "Did you mean \"profile\"?")]
    [InlineData("""{ "profile": "${secret:lab}" }""", ProblemCodes.SecretShown, "$.validate.profile", "A secret cannot stand here")]
    public void A_mistake_is_told_with_its_place(string validate, int code, string path, string text)
    {
        (int Code, string Path, string Text) problem = Assert.Single(Problems($"\"validate\": {validate},"));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{ "level": "off", "profile": "profiles/lab.json" }""")]
    [InlineData("""{ "level": "profile", "profile": "profiles/lab.json", "onFailure": "flag" }""")]
    [InlineData("""{ "profile": "profiles/lab.json" }""")]
    public void What_goes_together_is_taken(string validate) => Assert.Empty(Problems($"\"validate\": {validate},", destination: $", \"validate\": {validate}"));

    [Fact]
    public void An_empty_profile_is_told_what_a_profile_holds()
    {
        using TestFolder folder = new();
        Validation.ProfileProblem problem = Assert.Single(Validation.ProfileFile.Load(folder.Write("lab.json", "")).Problems);
        Assert.Equal("The file is empty. Write the profile's object: { \"name\": …, \"segments\": [ … ], \"fields\": [ … ] }.", problem.Text);
    }

    [Fact]
    public void Rules_of_one_path_that_contradict_are_told_with_the_line_of_the_later_one()
    {
        using TestFolder folder = new();
        const string Text = """
            { "name": "lab", "fields": [
              { "path": "PID-8", "usage": "required" },
              { "path": "PID-8", "usage": "optional", "when": { "path": "PID-7", "exists": true } },
              { "path": "PID-8", "usage": "optional" } ] }
            """;
        Validation.ProfileProblem problem = Assert.Single(Validation.ProfileFile.Load(folder.Write("lab.json", Text)).Problems);
        Assert.Equal((4, "$.fields[2].usage"), (problem.Line, problem.Path));
    }

    [Fact]
    public void Only_HL7_v2_is_validated()
    {
        (int Code, string Path, string Text) source = Assert.Single(Problems("\"validate\": {},", source: """, "dataType": "json" """));
        Assert.Equal((ProblemCodes.ValidationDataType, "$.validate"), (source.Code, source.Path));
        Assert.Contains("JSON", source.Text, StringComparison.Ordinal);
        (int Code, string Path, string Text) destination = Assert.Single(Problems(destination: """, "steps": [{ "type": "convert", "to": "xml" }], "validate": {}"""));
        Assert.Equal((ProblemCodes.ValidationDataType, "$.destinations[0].validate"), (destination.Code, destination.Path));
    }

    [Fact]
    public void What_was_made_HL7_v2_on_the_way_is_validated_before_it_is_sent() =>
        Assert.Empty(Problems(source: """, "dataType": "xml" """, destination: """, "steps": [{ "type": "convert", "to": "hl7v2" }], "validate": {}"""));

    [Fact]
    public void A_hand_over_is_validated_by_the_channel_that_takes_it()
    {
        using TestFolder folder = new();
        folder.Write("channels/a.json", """
            { "id": "a", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "b", "type": "channel", "channel": "b", "validate": {} }] }
            """);
        folder.Write("channels/b.json", """
            { "id": "b", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
            """);
        ChannelProblem problem = Assert.Single(ProblemsOfFile.Load(folder).Problems);
        Assert.Equal((ProblemCodes.ValidationHandOver, "$.destinations[0].validate"), (problem.Code, problem.JsonPath));
    }

    [Fact]
    public void All_mistakes_of_a_profile_come_at_once_with_its_own_lines_and_paths()
    {
        ChannelProblem[] problems = [.. OfProfile("""
            {
              "name": " ",
              "fields": [
                { "path": "PID-3", "usage": "requird" },
                { "usage": "required", "maxLength": "20" }
              ],
              "colour": "red"
            }
            """)];
        Assert.All(problems, problem => Assert.EndsWith("profiles/lab.json", problem.File, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Equal("$.validate.profile", problem.JsonPath));
        Assert.Equal(
            [(4, ProblemCodes.UnknownWord, "$.fields[0].usage: "), (5, ProblemCodes.MissingMember, "$.fields[1].path: "), (5, ProblemCodes.WrongType, "$.fields[1].maxLength: "), (7, ProblemCodes.UnknownMember, "$.colour: ")],
            problems.Select(problem => (problem.Line, problem.Code, problem.Text[..(problem.Text.IndexOf(": ", StringComparison.Ordinal) + 2)])));
    }

    [Theory]
    [InlineData("""{ "name": " " }""", 1, ProblemCodes.ProfileRules, "$.name: The profile has no name.")]
    [InlineData("{\n \"name\": \"lab\",\n}", 2, ProblemCodes.TrailingComma, "")]
    [InlineData("[]", 1, ProblemCodes.WrongType, "$: ")]
    [InlineData("""{ "name": "${env:HOME}" }""", 1, ProblemCodes.EnvironmentMissing, "$.name: ")]
    public void A_profile_that_cannot_be_used_is_told(string profile, int line, int code, string text)
    {
        ChannelProblem problem = Assert.Single(OfProfile(profile));
        Assert.Equal((line, code), (problem.Line, problem.Code));
        Assert.StartsWith(text, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_is_part_of_the_channel_and_followed()
    {
        using TestFolder folder = new();
        string profile = folder.Write("channels/profiles/lab.json", Valid);
        folder.Write("channels/test.json", Text("\"validate\": { \"profile\": \"profiles/lab.json\" },", "", ""));
        LoadedChannel before = Assert.Single(ProblemsOfFile.Load(folder).Channels);
        File.AppendAllText(profile, " ");
        LoadedChannel after = Assert.Single(ProblemsOfFile.Load(folder).Channels);
        Assert.Equal([profile], before.Files);
        Assert.NotEqual(before.Hash, after.Hash);
    }

    private static IReadOnlyList<ChannelProblem> OfProfile(string profile)
    {
        using TestFolder folder = new();
        folder.Write("channels/profiles/lab.json", profile);
        folder.Write("channels/test.json", Text("\"validate\": { \"profile\": \"profiles/lab.json\" },", "", ""));
        return ProblemsOfFile.Load(folder).Problems;
    }

    private static (int Code, string Path, string Text)[] Problems(string channel = "", string source = "", string destination = "")
    {
        using TestFolder folder = new();
        folder.Write("channels/profiles/lab.json", Valid);
        folder.Write("channels/test.json", Text(channel, source, destination));
        return [.. ProblemsOfFile.Load(folder).Problems.Select(problem => (problem.Code, problem.JsonPath, problem.Text))];
    }

    private static string Text(string channel, string source, string destination) => $$"""
        { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" {{source}} }, {{channel}}
          "destinations": [{ "id": "out", "type": "file", "folder": "out" {{destination}} }] }
        """;
}
