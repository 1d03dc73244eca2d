using System.Text;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>The list of rules, and the page made from it.</summary>
public sealed class ValidationRulesTests
{
    [Fact]
    public void Rules_have_numbers_of_their_own_in_the_range_and_codes_of_table_0357()
    {
        Assert.Equal(ValidationRules.All.Count, ValidationRules.All.Select(rule => rule.Number).Distinct().Count());
        Assert.All(ValidationRules.All, rule => Assert.InRange(rule.Number, 3100, 3199));
        Assert.All(ValidationRules.All, rule => Assert.Contains(rule.Code, new[] { 0, 100, 101, 102, 103, 200, 201, 203 }));
        // ERR-3 = 0 goes only with I (protocol A05).
        Assert.All(ValidationRules.All, rule => Assert.True(rule.Code != 0 || rule.Severity == Hl7Severity.Information));
        Assert.Equal(ValidationRules.All, ValidationRules.All.Select(rule => ValidationRules.Find(rule.Number)));
    }

    [Fact]
    public void A05_a_sender_is_told_the_half_of_a_remedy_that_it_can_follow()
    {
        Assert.Equal("Send it.", AcknowledgmentAdvice.ForSender(ValidationRules.SegmentMissing.Remedy));
        Assert.Equal("Send the order.", AcknowledgmentAdvice.ForSender("Send the order."));
        Assert.All(
            ValidationRules.All.Where(rule => rule.Severity != Hl7Severity.Information),
            rule => Assert.DoesNotContain(new[] { "let a profile", "change the profile", "profile can" }, half => AcknowledgmentAdvice.ForSender(rule.Remedy).Contains(half, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_rule_is_left_out_of_the_list() =>
        Assert.Equal(
            typeof(ValidationRules).GetProperties().Where(property => property.PropertyType == typeof(Hl7Rule)).Select(property => property.Name).Order(),
            ValidationRules.All.Select(rule => typeof(ValidationRules).GetProperties().Single(property => ReferenceEquals(property.GetValue(null), rule)).Name).Order());

    [Fact]
    public void The_page_of_rules_says_what_the_code_says()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "validation-rules.md"));
        string table = Table();
        Assert.True(page.Contains(table, StringComparison.Ordinal), $"docs/validation-rules.md is out of date. Its table is to be:\n{table}");
    }

    private static string Table()
    {
        StringBuilder table = new("| Number | From level | Severity | Table 0357 | What was found | What to do |\n|---|---|---|---|---|---|\n");
        foreach (Hl7Rule rule in ValidationRules.All)
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {rule.Name} | {Word(rule.Level)} | {SeverityOf(rule)} | {rule.Code} | {Escaped(rule.Meaning)} | {Escaped(rule.Remedy)} |\n");
        return table.ToString();
    }

    private static string SeverityOf(Hl7Rule rule)
    {
        string text = Word(rule.Severity);
        if (rule.LenientSeverity != rule.Severity)
            text += $"; lenient: {Word(rule.LenientSeverity)}";
        return rule.LaterSeverity == rule.Severity ? text : $"{text}; after 2.7: {(rule.LaterSeverity is { } later ? Word(later) : "not told")}";
    }

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
