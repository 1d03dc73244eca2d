using Hub.Testing;
using Microsoft.Playwright;

namespace Hub.Dashboard.Tests;

/// <summary>What holds for every page of the dashboard, in both themes and languages.</summary>
[Collection(nameof(Chromium))]
public sealed class EveryPageTests(EveryPage pages, Chromium chromium) : IClassFixture<EveryPage>
{
    [SkippableFact]
    public void Each_page_that_a_person_can_open_is_in_the_table_of_pages() => Empty(string.Join('\n', pages.Untold));

    [SkippableTheory]
    [InlineData("status", "opens")]
    [InlineData("mistake", "makes no mistake in the browser and stays within its security policy")]
    [InlineData("size", "is small")]
    [InlineData("script", "is there without a script")]
    [InlineData("language", "speaks the language that was chosen")]
    [InlineData("ground", "is light or dark as the machine of the person is")]
    [InlineData("contrast", "tells colours apart for people who see little (WCAG 2.2, 1.4.3 and 1.4.11)")]
    [InlineData("heading", "has one heading, and those below it in order")]
    [InlineData("label", "has a label for each control")]
    [InlineData("focus", "shows where the keyboard is, by a ring and a name")]
    [InlineData("shift", "moves nothing by itself")]
    [InlineData("wide", "fits a phone")]
    [InlineData("picture", "names no machine in its picture")]
    public void Every_page(string kind, string claim)
    {
        Assert.NotEmpty(claim);
        Empty(pages.Wrong(kind));
    }

    [SkippableFact]
    public async Task A_page_with_mistakes_is_noticed()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        IPage page = await chromium.OpenAsync();
        await page.SetContentAsync("""
            <style>html { background: #f5f6f8; color: #1a2026 } p { color: #999 } button { outline: 0 !important } path { stroke: #0b57a4; stroke-opacity: .6 }</style>
            <p>Pale</p><h3>Late</h3><input><button>Press</button><svg><path d="M0 0L9 9" /></svg><div tabindex="0">Place</div>
            """);
        string[][] found = [.. await page.EvaluateAsync<string[][]>(PageLook.Structure), .. await page.EvaluateAsync<string[][]>(PageLook.Colours), .. await page.EvaluateAsync<string[][]>(PageLook.Focus)];

        Assert.Equal(["contrast", "focus", "heading", "label"], found.Select(one => one[0]).Distinct().Order());
        Assert.Equal(2, found.Count(one => one[0] == "contrast" && (one[1].Contains("<path", StringComparison.Ordinal) || one[1].Contains("Pale", StringComparison.Ordinal))));
        Assert.Contains(found, one => one[1].StartsWith("no ring: <button", StringComparison.Ordinal));
        Assert.Contains(found, one => one[1].StartsWith("no name: <div", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_page_has_a_small_picture_in_both_themes_in_the_docs()
    {
        string docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "how-to", "dashboard-pictures.md"));
        string[] names = [.. SitePages.All.Where(page => page.HasPicture).Select(page => page.Name).Append("phone").SelectMany(name => new[] { $"{name}-light.png", $"{name}-dark.png" })];
        FileInfo[] pictures = new DirectoryInfo(Path.Combine(Repository.Root, "docs", "images")).GetFiles();

        Assert.Equal(names.Order(StringComparer.Ordinal), pictures.Select(picture => picture.Name).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Contains($"(../images/{name})", docs, StringComparison.Ordinal));
        Assert.All(pictures, picture => Assert.InRange(picture.Length, 1, 100_000));
        Assert.InRange(pictures.Sum(picture => picture.Length), 1, 3_000_000);
    }

    private static void Empty(string wrong)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        Assert.True(wrong.Length == 0, wrong);
    }
}
