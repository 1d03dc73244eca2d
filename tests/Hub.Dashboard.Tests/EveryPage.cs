using System.Text;
using Hub.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.Dashboard.Tests;

/// <summary>Every page, opened once in each language in one window, and looked at in both themes, at a desk and on a phone; what is wrong is kept for the tests.</summary>
public sealed class EveryPage(Chromium chromium) : IAsyncLifetime
{
    /// <summary>With this variable the pictures of the docs are made anew.</summary>
    public const string PicturesVariable = "HUB_PICTURES";

    /// <summary>How wide a phone is.</summary>
    private const int Phone = 360;

    private readonly List<(string Kind, string Where, string What)> _wrong = [];
    private readonly string? _pictures = Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } ? Path.Combine(Repository.Root, "docs", "images") : null;
    private WholeSite? _site;
    private IPage _page = null!;
    private string _where = "";

    /// <summary>The routes that have no row in the table.</summary>
    public IReadOnlyList<string> Untold { get; private set; } = [];

    /// <summary>What is wrong, of one kind.</summary>
    public string Wrong(string kind) => string.Join('\n', _wrong.Where(one => one.Kind == kind).Select(one => $"{one.Where}: {one.What}").Distinct());

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
            return;
        _site = await WholeSite.StartAsync();
        string[] routes = [.. SitePages.Routes(_site.Hub)];
        string[] told = [.. SitePages.All.Select(page => page.Route)];
        Untold = [.. routes.Except(told).Concat(told.Except(routes))];
        _page = await _site.LogInAsync(chromium);
        _page.Console += (_, message) => Note("mistake", message.Type is "error" or "warning" ? message.Text : null);
        _page.PageError += (_, error) => Note("mistake", error);
        await _page.AddInitScriptAsync(PageLook.Watch);
        await _page.Clock.InstallAsync();
        foreach (string language in new[] { "en", "cy" })
        {
            await _page.Context.AddCookiesAsync([new() { Name = "hub.language", Value = language, Url = _site.Hub.AdminUrl }]);
            foreach (SitePage one in SitePages.All)
                await LookAsync(one, language);
        }
    }

    public async Task DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
    }

    private async Task LookAsync(SitePage one, string language)
    {
        _where = $"{one.Name} ({language})";
        await _page.SetViewportSizeAsync(1280, 900);
        await _page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        IResponse? response = await _page.GotoAsync(_site!.Hub.AdminUrl.TrimEnd('/') + one.In(_site.Values));
        // One that differs by what stands behind # alone is not fetched again.
        Note("status", response is { Status: not 200 } ? $"{response.Status}" : null);
        Note("status", new Uri(_page.Url).AbsolutePath == new Uri(new Uri(_site.Hub.AdminUrl), one.In(_site.Values)).AbsolutePath ? null : $"led to {_page.Url}");
        if (response is not null)
        {
            byte[] body = await response.BodyAsync();
            Note("size", body.Length > 100_000 ? $"{body.Length} bytes" : null);
            Note("script", body.AsSpan().IndexOf("<h1"u8) < 0 ? "its heading is made by a script" : null);
        }

        foreach (string press in one.Presses)
            await PressAsync(press);
        Note("size", Encoding.UTF8.GetByteCount(await _page.ContentAsync()) is var size and > 120_000 ? $"{size} bytes" : null);
        Note("language", await _page.Locator("html").GetAttributeAsync("lang") == language ? null : "is in another language");
        await NoteAsync(PageLook.Structure);
        // What the page does by itself each second is done once.
        await _page.Clock.FastForwardAsync(1_500);
        await NoteAsync("() => window.shifts");
        foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await _page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            _where = $"{one.Name} ({language}, {scheme})";
            await NoteAsync(PageLook.Colours);
            // What is tested has the keyboard's focus, as after a tab.
            await _page.Keyboard.PressAsync("Tab");
            await NoteAsync(PageLook.Focus);
            await PictureAsync(one, language, scheme);
        }

        await _page.SetViewportSizeAsync(Phone, 740);
        Note("wide", await _page.IsTooWideAsync() ? $"is wider than {Phone} pixels" : null);
        await NoteAsync("() => window.mistakes");
    }

    private async Task PressAsync(string what)
    {
        await _page.EvaluateAsync("document.documentElement.dataset.before = 1");
        await _page.Locator(what).First.ClickAsync();
        await Expect(_page.Locator("html:not([data-before])")).ToHaveCountAsync(1);
        await _page.WaitForLoadStateAsync(LoadState.Load);
    }

    private void Note(string kind, string? what)
    {
        if (what is not null)
            _wrong.Add((kind, _where, what));
    }

    private async Task NoteAsync(string script)
    {
        foreach (string[] one in await _page.EvaluateAsync<string[][]>(script))
            Note(one[0], one[1]);
    }

    private async Task PictureAsync(SitePage one, string language, ColorScheme scheme)
    {
        if (_pictures is null || language != "en" || !one.HasPicture)
            return;
        // Addresses and folders of this machine are no part of a picture.
        await _page.EvaluateAsync(PageLook.Mask, _site!.Hub.Folder.Root);
        string text = await _page.Locator("body").InnerTextAsync();
        Note("picture", text.Contains(_site.Hub.Folder.Root, StringComparison.Ordinal) || text.Contains(Environment.MachineName, StringComparison.OrdinalIgnoreCase) ? "names this machine" : null);
        await KeepAsync(one.Name, scheme);
        if (one.Name != "overview")
            return;
        await _page.SetViewportSizeAsync(Phone, 740);
        await KeepAsync("phone", scheme);
        await _page.SetViewportSizeAsync(1280, 900);
    }

    private async Task KeepAsync(string name, ColorScheme scheme) =>
        await File.WriteAllBytesAsync(Path.Combine(_pictures!, $"{name}-{scheme.ToString().ToLowerInvariant()}.png"), SmallPng.Of(await _page.ScreenshotAsync()));
}
