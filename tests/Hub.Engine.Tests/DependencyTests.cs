using System.Xml.Linq;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The shape of the house: who may reference whom.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Hub.Contracts"] = [],
        ["Hub.Formats"] = [],
        ["Hub.Listeners"] = ["Hub.Contracts", "Hub.Formats"],
        ["Hub.Channels"] = ["Hub.Contracts", "Hub.Formats"],
        ["Hub.Journal"] = ["Hub.Contracts"],
        ["Hub.Alerts"] = ["Hub.Contracts"],
        ["Hub.Dashboard"] = ["Hub.Contracts", "Hub.Formats"],
        ["Hub.Engine"] = ["Hub.Contracts", "Hub.Formats", "Hub.Listeners", "Hub.Channels", "Hub.Journal", "Hub.Alerts", "Hub.Dashboard"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_row_allows(string project)
    {
        string[] allowed = Assert.Contains(project, (IDictionary<string, string[]>)s_allowed);
        // Read as lines of attributes: the file is ours and holds no entities.
        using FileStream file = File.OpenRead(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));
        string[] references = [.. XDocument.Load(file).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];
        Assert.Empty(references.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_has_a_readme(string project) => Assert.True(File.Exists(Path.Combine(Repository.Root, "src", project, "README.md")));

    [Fact]
    public void The_container_and_other_projects_are_named_in_Wiring_alone()
    {
        string engine = Path.Combine(Repository.Root, "src", "Hub.Engine");
        IEnumerable<string> naming = Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("using Hub.Journal;", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file));
        Assert.Equal(["Wiring.cs"], naming);
    }
}
