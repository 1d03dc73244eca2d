using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Colours are told apart by people who see little (WCAG 2.2, 1.4.3 and 1.4.11). Reads the stylesheet.</summary>
public sealed partial class ContrastTests
{
    private static readonly string[] s_grounds = ["ground", "surface", "raised"];
    private static readonly string s_sheet = File.ReadAllText(Path.Combine(Repository.Root, "src", "Hub.Dashboard", "Assets", "base.css"));
    private static readonly Dictionary<string, string[]> s_colours = Token().Matches(s_sheet).ToDictionary(match => match.Groups["name"].Value, match => new[] { match.Groups["light"].Value, match.Groups["dark"].Value });

    public static TheoryData<string, string, double> Pairs()
    {
        TheoryData<string, string, double> pairs = [];
        foreach (string ground in s_grounds)
        {
            foreach (string text in new[] { "text", "quiet", "accent", "good", "warn", "bad" })
                pairs.Add(text, ground, 4.5);
            foreach (string mark in new[] { "edge", "way", "series-1", "series-2", "series-3" })
                pairs.Add(mark, ground, 3);
        }

        foreach (string state in new[] { "good", "warn", "bad", "accent" })
        {
            pairs.Add(state, $"{state}-ground", 4.5);
            pairs.Add("text", $"{state}-ground", 4.5);
        }

        pairs.Add("on-accent", "accent", 4.5);
        pairs.Add("on-bad", "bad", 4.5);
        foreach (string environment in new[] { "development", "test", "pre-production", "production", "other" })
            pairs.Add("on-environment", environment, 4.5);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_is_read_stands_out_from_what_it_stands_on(string front, string ground, double least)
    {
        for (int theme = 0; theme < 2; theme++)
            Assert.True(Contrast(s_colours[front][theme], s_colours[ground][theme]) >= least, $"--{front} {s_colours[front][theme]} on --{ground} {s_colours[ground][theme]}: {Contrast(s_colours[front][theme], s_colours[ground][theme]):0.00}");
    }

    [Fact]
    public void Rules_name_colours_by_their_tokens_alone()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Hub.Dashboard", "Assets"), "*.css"))
        {
            string rules = Token().Replace(File.ReadAllText(file), "");
            Assert.DoesNotMatch(@"(?<![\w-])#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", rules);
        }
    }

    [Fact]
    public void No_rule_makes_a_colour_paler_than_its_token()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Hub.Dashboard", "Assets"), "*.css"))
            Assert.DoesNotContain("opacity", Hovered().Replace(File.ReadAllText(file), ""), StringComparison.Ordinal);
        Assert.DoesNotContain("opacity", File.ReadAllText(Path.Combine(Repository.Root, "src", "Hub.Dashboard", "Parts", "EstateDrawing.razor")), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_has_four_sizes()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Hub.Dashboard", "Assets"), "*.css"))
            Assert.All(Size().Matches(File.ReadAllText(file)), match => Assert.Contains(match.Groups["size"].Value, new[] { "14px", "16px", "20px", "28px", "inherit" }));
    }

    private static double Contrast(string first, string second)
    {
        double[] both = [Luminance(first), Luminance(second)];
        return (both.Max() + 0.05) / (both.Min() + 0.05);
    }

    // WCAG 2.2, relative luminance.
    private static double Luminance(string colour)
    {
        double[] parts = [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    [GeneratedRegex(@"--(?<name>[a-z0-9-]+): light-dark\((?<light>#[0-9a-f]{6}), (?<dark>#[0-9a-f]{6})\);")]
    private static partial Regex Token();

    // A veil over what a mouse points at says nothing by itself.
    [GeneratedRegex(@"\.[a-z-]+:hover \{[^}]*\}")]
    private static partial Regex Hovered();

    [GeneratedRegex(@"font-size: (?<size>[^;]+);")]
    private static partial Regex Size();
}
