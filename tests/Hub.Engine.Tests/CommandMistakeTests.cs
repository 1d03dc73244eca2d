using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What commands say about a mistake: to programs as JSON, to people with what can be given.</summary>
public sealed class CommandMistakeTests
{
    [Fact]
    public async Task With_json_what_is_not_there_is_an_object_with_an_error()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", FreePort.Take()));
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
            await AssertErrorAsync(1, "There is no message 999", "show", "999", "--data", folder.Path("data"), "--json");
        await AssertErrorAsync(3, "No Hub runs", "health", "--data", folder.Path("none"), "--json");
        CommandResult replay = await HubProcess.RunAsync("replay", "1", "--data", folder.Path("data"), "--channels", folder.Path("channels"));
        Assert.Contains("There is no message 1", replay.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("queued", replay.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages --state Foo", "--state: \"Foo\" is not a state. Give one of Received, Rejected, Filtered, Accepted, Duplicate, Fragment, Divided.")]
    [InlineData("check --all-environments --environment test", "Leave one of the two out.")]
    public async Task A_wrong_command_line_is_told_with_what_can_be_given(string line, string text)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Exit);
        Assert.Contains(text, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("expected type", result.Errors, StringComparison.Ordinal);
    }

    private static async Task AssertErrorAsync(int exit, string error, params string[] arguments)
    {
        CommandResult result = await HubProcess.RunAsync(arguments);
        Assert.Equal(exit, result.Exit);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Contains(error, json.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
