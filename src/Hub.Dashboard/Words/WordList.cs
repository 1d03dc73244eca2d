using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Hub.Dashboard.Words;

/// <summary>The words of the pages in one language: <c>Words/AREA.en.json</c> and <c>Words/AREA.cy.json</c>, carried inside the program.</summary>
public sealed class WordList
{
    private static readonly Dictionary<string, WordList> s_all = new[] { "en", "cy" }.ToDictionary(language => language, language => new WordList(language));

    private readonly Dictionary<string, string> _words = [];

    private WordList(string language)
    {
        Language = language;
        Assembly assembly = typeof(WordList).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("words/", StringComparison.Ordinal) && name.EndsWith($".{language}.json", StringComparison.Ordinal)))
        {
            using Stream file = assembly.GetManifestResourceStream(name)!;
            foreach ((string key, string text) in JsonSerializer.Deserialize<Dictionary<string, string>>(file)!)
                _words.Add(key, text);
        }
    }

    /// <summary>The languages there are.</summary>
    public static IEnumerable<string> Languages => s_all.Keys;

    /// <summary>The language: <c>en</c> or <c>cy</c>.</summary>
    public string Language { get; }

    /// <summary>The keys it has words for.</summary>
    public IEnumerable<string> Keys => _words.Keys;

    /// <summary>The words for a key.</summary>
    public string this[string key] => _words.TryGetValue(key, out string? words) ? words : throw new KeyNotFoundException($"There are no words for {key} in {Language}.");

    /// <summary>The words for a key, with <c>{0}</c> and so on filled in.</summary>
    public string this[string key, params object?[] values] => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>The words of a language; English when there are none.</summary>
    public static WordList Of(string? language) => s_all.GetValueOrDefault(language ?? "") ?? s_all["en"];
}
