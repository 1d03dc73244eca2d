using System.Net;
using System.Text.RegularExpressions;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>What all pages have in common: the frame, the themes, the languages, the keyboard.</summary>
[Collection(nameof(Chromium))]
public sealed partial class LayoutTests(Chromium chromium, QuietHub quiet) : IClassFixture<QuietHub>
{
    [SkippableFact]
    public async Task A_person_without_script_chooses_theme_and_language_and_stays_on_the_page()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        HubHost hub = quiet.Hub;
        IPage page = await chromium.VisitAsync(hub, "/?sort=name", new() { JavaScriptEnabled = false });

        await page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cymraeg" }).ClickAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "cy");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Trosolwg");
        Assert.EndsWith("/?sort=name", page.Url, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_keyboard_skips_to_the_content_and_always_shows_where_it_is()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        HubHost hub = quiet.Hub;
        IPage page = await chromium.VisitAsync(hub, "/");

        await page.Keyboard.PressAsync("Tab");
        ILocator skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" });
        await Expect(skip).ToBeFocusedAsync();
        await Expect(skip).ToBeInViewportAsync();
        await Expect(skip).ToHaveCSSAsync("outline-width", "3px");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("main")).ToBeFocusedAsync();
    }

    [SkippableFact]
    public async Task WCAG_2_4_11_what_has_the_focus_is_not_beneath_the_head_of_its_table()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using HubHost hub = await HubHost.StartAsync(QuietHub.Channel);
        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => hub.Journal.AppendAsync(JournalSamples.Accepted(new(i), $"C{i}"))));
        IPage page = await chromium.VisitAsync(hub, "/messages");

        double[] tops = await page.EvaluateAsync<double[]>("""
            () => {
              const box = document.querySelector("#results .scroll");
              const link = box.querySelectorAll("tbody tr")[9].querySelector("a");
              box.scrollTop += link.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
              link.focus();
              return [link.getBoundingClientRect().top, box.querySelector("thead th").getBoundingClientRect().bottom];
            }
            """);

        Assert.True(tops[0] >= tops[1], $"The link begins at {tops[0]}, the head ends at {tops[1]}.");
    }

    [SkippableFact]
    public async Task On_a_phone_the_pages_are_behind_one_word_in_the_head()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        HubHost hub = quiet.Hub;
        IPage page = await chromium.VisitAsync(hub, "/", Visits.Phone);
        ILocator link = page.GetByRole(AriaRole.Link, new() { Name = "Statistics" });

        await Expect(link).ToBeHiddenAsync();
        await page.GetByText("Menu").ClickAsync();

        await Expect(link).ToBeVisibleAsync();
        Assert.False(await page.IsTooWideAsync());
    }

    [SkippableFact]
    public async Task The_environment_stands_across_the_top()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        TestFolder folder = new();
        folder.Write("environments/production.json", """{ "values": {} }""");
        await using HubHost hub = await HubHost.StartAsync(folder, QuietHub.Channel);

        IPage page = await chromium.VisitAsync(hub, "/");

        await Expect(page.Locator(".environment")).ToHaveTextAsync("Production");
        await Expect(page.Locator(".environment")).ToHaveCSSAsync("background-color", "rgb(156, 35, 40)");
    }

    [Fact]
    public async Task The_stylesheet_is_kept_by_browsers_for_a_year_under_the_hash_of_what_it_says()
    {
        HubHost hub = quiet.Hub;
        using HttpClient client = Visits.Client(hub);
        string address = StyleAddress().Match(await client.GetStringAsync(new Uri("/", UriKind.Relative))).Value;
        client.DefaultRequestHeaders.Clear();

        using HttpResponseMessage sheet = await client.GetAsync(new Uri(address, UriKind.Relative));
        using HttpResponseMessage other = await client.GetAsync(new Uri("/assets/hub.0123456789abcdef.css", UriKind.Relative));

        Assert.Equal("public, max-age=31536000, immutable", sheet.Headers.NonValidated["Cache-Control"].ToString());
        Assert.Equal("text/css", sheet.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("//elsewhere.example/")]
    [InlineData("https://elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    public async Task Choosing_a_theme_never_leads_to_another_site(string back)
    {
        HubHost hub = quiet.Hub;
        using HttpClient client = Visits.Client(hub);
        string page = await client.GetStringAsync(new Uri("/", UriKind.Relative));
        string token = Token().Match(page).Groups["token"].Value;

        using HttpResponseMessage answer = await client.PostAsync(new Uri("/appearance", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token,
            ["theme"] = "dark",
            ["back"] = back,
        }));

        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_form_that_another_site_made_changes_nothing()
    {
        HubHost hub = quiet.Hub;
        using HttpClient client = Visits.Client(hub);

        using HttpResponseMessage answer = await client.PostAsync(new Uri("/appearance", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string> { ["theme"] = "dark", ["back"] = "/" }));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [GeneratedRegex(@"/assets/hub\.[0-9a-f]{16}\.css")]
    private static partial Regex StyleAddress();

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<token>[^"]+)""")]
    private static partial Regex Token();
}
