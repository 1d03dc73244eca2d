using HandlebarsDotNet;

namespace Hub.Alerts.Mail;

/// <summary>
/// The texts of mails: those of the Hub, or those that a site has put into <c>alerts/templates</c> under the same names. Templates get names, numbers
/// and words of the Hub alone, so whatever a site writes into them, no content of a message comes out.
/// </summary>
public sealed class Templates
{
    private static readonly string[] s_names = ["incident.txt", "incident.html", "notice.txt", "notice.html"];

    private readonly Dictionary<string, HandlebarsTemplate<object, object>> _compiled = [];

    private int _failed;

    private Templates()
    {
    }

    /// <summary>Those of the Hub.</summary>
    public static Templates Own { get; } = Load("no-such-folder", (_, _) => { });

    /// <summary>Loads the templates of a folder, and those of the Hub where it has none.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <param name="tell">Told what is wrong with a file; then the Hub's own is used.</param>
    public static Templates Load(string folder, Action<string, string> tell)
    {
        Templates templates = new();
        foreach (string name in s_names)
        {
            string file = Path.Combine(folder, name);
            templates._compiled[name] = File.Exists(file) && TryCompile(name, file, tell) is { } own ? own : Compile(name, ReadOwn(name));
        }

        return templates;
    }

    /// <summary>Told once of a template that fails although it passed when it was loaded: its name, and why.</summary>
    internal Action<string, Exception>? Failed { get; set; }

    /// <summary>Writes a text, with the Hub's own template when the site's fails: an alert goes out whatever a site wrote.</summary>
    /// <param name="name">The template.</param>
    /// <param name="values">What it may name.</param>
    internal string Write(string name, IReadOnlyDictionary<string, object?> values)
    {
        try
        {
            return _compiled[name](values);
        }
        catch (Exception exception) when (this != Own && exception is not OutOfMemoryException)
        {
            if (Interlocked.Exchange(ref _failed, 1) == 0)
                Failed?.Invoke(name, exception);
            return Own.Write(name, values);
        }
    }

    // Tried with everything filled in, with nothing, and with one of each, so that a name that is not known is told now, whatever condition it stands
    // under, and not when an alert is due.
    private static HandlebarsTemplate<object, object>? TryCompile(string name, string file, Action<string, string> tell)
    {
        try
        {
            HandlebarsTemplate<object, object> compiled = Compile(name, File.ReadAllText(file));
            foreach (IReadOnlyDictionary<string, object?> values in Trials(SampleOf(name)))
                compiled(values);
            return compiled;
        }
        // Whatever a site writes, and the library thinks of it, mails go out.
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            tell(file, $"The template cannot be used: {exception.Message} Known names are {string.Join(", ", SampleOf(name).Keys)}. Until it is put right, the Hub's own is used.");
            return null;
        }
    }

    private static IReadOnlyDictionary<string, object?> SampleOf(string name) => name.StartsWith("notice.", StringComparison.Ordinal) ? Notice.Sample : Letters.Sample;

    private static IEnumerable<IReadOnlyDictionary<string, object?>> Trials(IReadOnlyDictionary<string, object?> sample)
    {
        yield return sample;
        yield return With(_ => "");
        foreach (string name in sample.Keys)
        {
            yield return With(other => other == name ? "" : sample[other]);
            yield return With(other => other == name ? sample[other] : "");
        }

        Dictionary<string, object?> With(Func<string, object?> value) => sample.Keys.ToDictionary(name => name, value);
    }

    private static HandlebarsTemplate<object, object> Compile(string name, string text) => Handlebars.Create(new HandlebarsConfiguration
    {
        NoEscape = !name.EndsWith(".html", StringComparison.Ordinal),
        ThrowOnUnresolvedBindingExpression = true,
    }).Compile(text.ReplaceLineEndings("\n"));

    private static string ReadOwn(string name)
    {
        using StreamReader reader = new(typeof(Templates).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
