using System.Text.RegularExpressions;
using Hub.Testing;

namespace Hub.Channels.Tests;

/// <summary>Every example of docs/how-to/scripts.md is loaded and run.</summary>
public sealed partial class ScriptPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "how-to", "scripts.md")).ReplaceLineEndings("\n");

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, Example().Count(s_page))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_script_does_what_the_page_says(int number)
    {
        GroupCollection parts = Example().Matches(s_page)[number].Groups;
        using TestFolder folder = new();
        folder.Write("channels/scripts/example.csx", parts["script"].Value);
        string channel = folder.Write("channels/orders.json", Channel().Match(s_page).Groups[1].Value.Replace(":2575\"", $":2575\", \"dataType\": \"{(parts["type"].Success ? parts["type"].Value : "hl7v2")}\"", StringComparison.Ordinal));
        Assert.Empty(ProblemsOfFile.Load(folder).Problems);
        PipelineOutcome outcome = TestChannels.Run(TestChannels.Load(channel), parts["in"].Value);
        if (parts["kind"].Value == "out")
            Assert.Equal(parts["out"].Value.TrimEnd('\n'), TestChannels.Text(outcome, parts["in"].Value));
        else
            Assert.Equal($"steps[0] script: {parts["out"].Value.TrimEnd('\n')}", Assert.Single(outcome.Problems).Text);
    }

    [Fact]
    public void The_problem_on_the_page_is_what_a_mistake_gives()
    {
        using TestFolder folder = new();
        folder.Write("channels/scripts/example.csx", "\n\nMesage.Get(\"PID-3\");");
        folder.Write("channels/orders.json", Channel().Match(s_page).Groups[1].Value);
        Assert.Contains(Assert.Single(ProblemsOfFile.Load(folder).Problems).ToString().Replace(folder.Root + "/", "", StringComparison.Ordinal), s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_examples() => Assert.Equal((5, 5), (Example().Count(s_page), Fence().Count(s_page)));

    [GeneratedRegex("```csharp\n(?<script>.*?)```\n```in( (?<type>[a-z]+))?\n(?<in>.*?)```\n```(?<kind>out|reject)\n(?<out>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("```csharp\n")]
    private static partial Regex Fence();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Channel();
}
