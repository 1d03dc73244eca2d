using System.Xml.Linq;

namespace Hub.Conformance;

/// <summary>A test that names rules, with what became of it.</summary>
/// <param name="Project">The test project it stands in.</param>
/// <param name="Name">Its method.</param>
/// <param name="IsOverSocket">Whether what it shows went through a wire.</param>
/// <param name="Outcome">The worst of its cases.</param>
internal sealed record RuleTest(string Project, string Name, bool IsOverSocket, TestOutcome Outcome)
{
    /// <summary>The ids its name begins with.</summary>
    public IReadOnlyList<string> Rules { get; } = [.. Name.Split('_').TakeWhile(IsRule)];

    /// <summary>What it shows, in words.</summary>
    public string Sentence => string.Join(' ', Name.Split('_').Skip(Rules.Count));

    private static bool IsRule(string word) => word.Length is 2 or 3 && char.IsAsciiLetterUpper(word[0]) && word.Skip(1).All(char.IsAsciiDigit);
}

/// <summary>What became of a test, from good to bad.</summary>
internal enum TestOutcome
{
    /// <summary>All cases passed.</summary>
    Passed,

    /// <summary>A case needs what was not there.</summary>
    Skipped,

    /// <summary>A case failed.</summary>
    Failed,
}

/// <summary>Reads the results that <c>dotnet test --logger trx</c> leaves.</summary>
internal static class TestResults
{
    private static readonly XNamespace s_trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Reads all results of a folder.</summary>
    /// <exception cref="IOException">There are none.</exception>
    public static IReadOnlyList<RuleTest> Read(string folder)
    {
        string[] files = Directory.GetFiles(folder, "*.trx");
        if (files.Length == 0)
            throw new IOException($"{folder} holds no results. Run tests/run.sh, which puts them there.");
        return [.. files.SelectMany(ReadFile)
            .GroupBy(test => (test.Project, test.Name, test.IsOverSocket), (key, same) => new RuleTest(key.Project, key.Name, key.IsOverSocket, same.Max(test => test.Outcome)))
            .Where(test => test.Rules.Count > 0)];
    }

    private static IEnumerable<RuleTest> ReadFile(string file)
    {
        XDocument document = XDocument.Load(file);
        Dictionary<string, XElement> methods = document.Descendants(s_trx + "UnitTest").ToDictionary(test => (string)test.Attribute("id")!, test => test.Element(s_trx + "TestMethod")!);
        return document.Descendants(s_trx + "UnitTestResult").Select(result =>
        {
            XElement method = methods[(string)result.Attribute("testId")!];
            string project = Path.GetFileNameWithoutExtension((string)method.Attribute("codeBase")!);
            string name = (string)method.Attribute("name")!;
            return new RuleTest(project, name, Wires.IsOverSocket(project, (string)method.Attribute("className")!, name), OutcomeOf((string?)result.Attribute("outcome")));
        });
    }

    private static TestOutcome OutcomeOf(string? word) => word switch
    {
        "Passed" => TestOutcome.Passed,
        "NotExecuted" => TestOutcome.Skipped,
        _ => TestOutcome.Failed,
    };
}
