using Hub.Testing;

namespace Hub.Engine.Tests.Pages;

/// <summary>Every example of README.md and of docs/how-to is done as its reader would: see <see cref="PageSite"/>.</summary>
public sealed class PageTests
{
    public static TheoryData<string> Pages => [.. Page.All];

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task Every_example_of_the_page_works(string page)
    {
        Skip.IfNot(PageShell.MissingTool is null, $"The commands of pages need {PageShell.MissingTool}.");
        await using PageSite site = new(new(page));
        await site.RunAsync();
    }

    [Theory]
    [InlineData("```\nhub check\n```")]
    [InlineData("```text\nno command before it\n```")]
    [InlineData("```json\n{ \"expect\": { } }\n```")]
    [InlineData("```json\n{ \"type\": \"setFeld\" }\n```")]
    [InlineData("```yaml\na: 1\n```")]
    public async Task A_block_that_nothing_recognises_fails(string text)
    {
        using TestFolder folder = new();
        string page = folder.Write("page.md", text + "\n");
        await using PageSite site = new(new(page));
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => site.RunAsync());
        Assert.Contains("nothing says what this block is", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("`channels/a.json`:\n```json\n{ \"id\": \"a\" }\n```", "HUB1023")]
    [InlineData("```json\n{ \"type\": \"setField\", \"path\": \"PID\", \"value\": \"x\" }\n```", "HUB1")]
    [InlineData("```sh\nfalse\n```", "exit status 1")]
    [InlineData("```sh\necho a\n```\n```text\nb\n```", "does not write this line")]
    public async Task An_example_that_is_wrong_fails(string text, string problem)
    {
        using TestFolder folder = new();
        string page = folder.Write("page.md", text + "\n");
        await using PageSite site = new(new(page));
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => site.RunAsync());
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_command_that_is_not_run_stands_on_a_page()
    {
        string[] commands = [.. Page.All.SelectMany(page => new Page(page).Blocks).Where(block => block.Language == "sh").SelectMany(block => PageCommands.Split(block.Text))];
        Assert.All(PageCommands.NotRun.Keys, command => Assert.Contains(commands, known => known.StartsWith(command, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_readme_links_every_page_and_names_every_command_and_package()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        CommandResult help = await HubProcess.RunAsync("--help");
        string[] commands = [.. help.Output.ReplaceLineEndings("\n").Split("Commands:\n")[1].Split('\n').TakeWhile(line => line.Length > 0).Select(line => line.Trim().Split(' ')[0])];
        Assert.All(Page.All.Where(page => page != "README.md"), page => Assert.Contains($"({page})", readme, StringComparison.Ordinal));
        Assert.InRange(commands.Length, 10, 100);
        Assert.All(commands, command => Assert.Contains($"`hub {command}", readme, StringComparison.Ordinal));
        string packages = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Directory.Packages.props"));
        foreach (string line in packages.Split('\n').Where(line => line.Contains("<PackageVersion", StringComparison.Ordinal)))
            Assert.Contains(line.Split('"')[1], readme, StringComparison.Ordinal);
    }
}
