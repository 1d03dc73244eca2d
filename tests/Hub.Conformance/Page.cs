using System.Text;

namespace Hub.Conformance;

/// <summary>The page that readers get, made from the rules and the tests that name them.</summary>
internal static class Page
{
    /// <summary>Writes it.</summary>
    public static string Write(IReadOnlyList<RuleTest> tests)
    {
        ILookup<string, RuleTest> byRule = tests.SelectMany(test => test.Rules.Distinct().Select(rule => (rule, test))).ToLookup(pair => pair.rule, pair => pair.test);
        StringBuilder page = new("""
            # Conformance
            The rules of the wires that the Hub keeps, each with the tests that show it. Made by `tests/Hub.Conformance` from the results of `tests/run.sh`, which fails when it says anything else than they do. Tests in *italics* work on bytes; the others go through sockets of a listener, a destination or a whole Hub, or where the wire is a folder (S10), through its files.


            """);
        foreach ((string heading, char letter) in Rules.Chapters)
        {
            page.Append($"## {heading}\n| rule | in words | shown by | result |\n| --- | --- | --- | --- |\n");
            foreach (Rule rule in Rules.All.Where(rule => rule.Id[0] == letter))
                WriteRule(page, rule, [.. byRule[rule.Id].OrderByDescending(test => test.IsOverSocket).ThenBy(test => test.Sentence, StringComparer.Ordinal)]);
            page.Append('\n');
        }

        return page.ToString().TrimEnd() + "\n";
    }

    /// <summary>What a page says, piece by piece: each line, and of a rule its words, its result and each test by itself.</summary>
    public static HashSet<string> Statements(string page) =>
        [.. page.Split('\n').SelectMany(line => line.Split(" | ") is [var rule, var words, var tests, var result]
            ? tests.Split("<br>").Select(test => $"{rule} | {test}").Append($"{rule} | {words} | {result}")
            : [line])];

    /// <summary>The rules that no test through a socket shows.</summary>
    public static IEnumerable<string> NotShown(IReadOnlyList<RuleTest> tests) =>
        Rules.All.Select(rule => rule.Id).Where(id => !tests.Any(test => test.IsOverSocket && test.Rules.Contains(id)));

    /// <summary>Tests that name a rule that is none.</summary>
    public static IEnumerable<string> NamesNoRule(IReadOnlyList<RuleTest> tests) =>
        tests.Where(test => test.Rules.Any(id => Rules.All.All(rule => rule.Id != id))).Select(test => $"{test.Project}: {test.Name}");

    private static void WriteRule(StringBuilder page, Rule rule, RuleTest[] tests)
    {
        string shown = string.Join("<br>", tests.Select(test => test.IsOverSocket ? test.Sentence : $"*{test.Sentence}*"));
        // A test that was skipped, because something was not at hand, changes nothing while another one passed.
        string result = tests.Length == 0 ? "not shown"
            : tests.Any(test => test.Outcome == TestOutcome.Failed) ? "**failed**"
            : tests.Any(test => test.Outcome == TestOutcome.Passed) ? "passed" : "not run";
        page.Append($"| {rule.Id} | {rule.Words} | {shown} | {result} |\n");
    }
}
