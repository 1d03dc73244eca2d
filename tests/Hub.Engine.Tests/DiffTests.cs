using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub diff</c>: two messages, field by field.</summary>
public sealed class DiffTests
{
    private const string Head = "MSH|^~\\&|A|B|C|D|2026||ADT^A04|1|P|2.5.1\r";

    [Fact]
    public async Task Differences_are_told_with_place_name_and_meaning()
    {
        using TestFolder folder = new();
        string a = folder.Write("a.hl7", $"{Head}PID|1||7~8||PRAWF^Gwen|||F\rZPI|1\rNTE|1\r");
        string b = folder.Write("b.hl7", $"{Head}PID|1||7~9~4||PRAWF^Huw|||M\rPV1|1|I\rNTE|1||\r");
        CommandResult diff = await HubProcess.RunAsync("diff", a, b);
        Assert.Equal(1, diff.Exit);
        Assert.Equal($"""
            - {a}
            + {b}

            PID-3[2]  Patient Identifier List
              - 8
              + 9

            PID-3[3]  Patient Identifier List
              - [nothing]
              + 4

            PID-5.2  Patient Name, Given Name
              - Gwen
              + Huw

            PID-8  Administrative Sex
              - F  (Female)
              + M  (Male)

            ZPI  [on the left alone]
              - ZPI|1

            PV1  Patient Visit  [on the right alone]
              + PV1|1|I

            NTE  Notes and Comments  [the same values, other separators at the end]
              - NTE|1
              + NTE|1||
            7 differences.

            """.ReplaceLineEndings("\n"), diff.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Equal_messages_end_with_0_whatever_their_line_ends()
    {
        using TestFolder folder = new();
        string a = folder.Write("a.hl7", $"{Head}PID|1\r");
        string b = folder.Write("b.hl7", $"{Head}PID|1".Replace('\r', '\n'));
        CommandResult diff = await HubProcess.RunAsync("diff", a, b);
        CommandResult json = await HubProcess.RunAsync("diff", a, b, "--json");
        Assert.Equal((0, "No differences."), (diff.Exit, diff.Output.Trim()));
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetProperty("equal").GetBoolean());
        Assert.Equal(0, document.RootElement.GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public async Task Json_has_whole_values_and_nothing_where_nothing_stands()
    {
        using TestFolder folder = new();
        string longer = new('x', 900);
        CommandResult diff = await HubProcess.RunAsync("diff", folder.Write("a.hl7", $"{Head}NTE|1||{longer}\r"), folder.Write("b.hl7", $"{Head}NTE|1||\r"), "--json");
        using JsonDocument document = JsonDocument.Parse(diff.Output);
        JsonElement difference = document.RootElement.GetProperty("differences")[0];
        Assert.Equal(("NTE-3", "Comment", "Value", longer), (difference.GetProperty("place").GetString(), difference.GetProperty("name").GetString(), difference.GetProperty("kind").GetString(), difference.GetProperty("left").GetString()));
        Assert.False(difference.TryGetProperty("right", out _));
    }

    [Fact]
    public async Task Messages_of_files_with_several_are_compared_in_their_order()
    {
        using TestFolder folder = new();
        string a = folder.Write("a.hl7", $"{Head}PID|1\r{Head}PID|2\r");
        string b = folder.Write("b.hl7", $"{Head}PID|1\r{Head}PID|3\r{Head}PID|4\r");
        CommandResult diff = await HubProcess.RunAsync("diff", a, b);
        Assert.Contains("message 2 PID-1  Set ID - PID\n  - 2\n  + 3\n", diff.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("message 3  [on the right alone]\n  + MSH|", diff.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_HL7_is_compared_as_text_and_that_is_said()
    {
        using TestFolder folder = new();
        CommandResult diff = await HubProcess.RunAsync("diff", folder.Write("a.txt", "one\ntwo\n"), folder.Write("b.txt", "one\nthree\n"));
        Assert.Equal(1, diff.Exit);
        Assert.Contains("line 2  [not HL7 v2 on both sides: compared as text]\n  - \"two\"\n  + \"three\"\n", diff.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
