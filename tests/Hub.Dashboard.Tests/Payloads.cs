namespace Hub.Dashboard.Tests;

/// <summary>Texts that would run a script, add an element or leave an attribute on a page that does not escape.</summary>
internal static class Payloads
{
    private static readonly string[] s_scripts =
    [
        "window.pwned=1", "alert(1)", "fetch('/pwned')", "document.body.dataset.pwned=1", "confirm`1`",
    ];

    /// <summary>The forms that each script comes in.</summary>
    // What breaks out of text, of attributes with either quote and with none, of elements whose text is no markup, and of addresses.
    public static readonly string[] Forms =
    [
        "<script>{0}</script>", "<ScRiPt>{0}</sCrIpT>", "<script src=data:,{0}></script>", "<img src=x onerror={0}>", "\"><img src=x onerror={0}>", "'><img src=x onerror={0}>",
        "<svg onload={0}>", "<svg><script>{0}</script></svg>", "<body onload={0}>", "<iframe srcdoc=\"<script>{0}</script>\"></iframe>", "<iframe src=javascript:{0}></iframe>",
        "</title><script>{0}</script>", "</textarea><script>{0}</script>", "</pre><script>{0}</script>", "</code><b data-pwned>x</b><script>{0}</script>", "</option></select><script>{0}</script>",
        "\" onmouseover=\"{0}", "' onfocus='{0}' autofocus='", " autofocus onfocus={0} x=", "\" style=\"animation-name:x\" onanimationstart=\"{0}", "javascript:{0}", "JaVaScRiPt:{0}//",
        "<a href=javascript:{0}>x</a>", "<math><mi xlink:href=javascript:{0}>x</mi></math>", "<details open ontoggle={0}>", "<video><source onerror={0}></video>", "<object data=javascript:{0}></object>",
        "<embed src=javascript:{0}>", "<base href=//pwned.example/><i>{0}</i>", "<meta http-equiv=refresh content=0;url=javascript:{0}>", "<link rel=stylesheet href=data:text/css,{0}>",
        "<style>@import 'data:text/css,{0}';</style>", "<form action=javascript:{0}><button data-pwned>x</button></form>", "<!--><script>{0}</script>-->", "<![CDATA[<script>{0}</script>]]>",
        "&lt;script&gt;{0}&lt;/script&gt;", "&#60;script&#62;{0}&#60;/script&#62;", "@({0})", "{{{{constructor.constructor('{0}')()}}}}", "<x data-live id=live-line>{0}</x>",
    ];

    /// <summary>All 200.</summary>
    public static readonly string[] All = [.. s_scripts.SelectMany(script => Forms.Select(form => form.Replace("{0}", script, StringComparison.Ordinal).Trim()))];

    /// <summary>One that can be the name of a file and of an account's limit.</summary>
    public const string Short = "<img src=x onerror=alert(1)>";
}
