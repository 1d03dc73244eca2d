using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Words;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Every text of the pages is there in both languages, and in no component.</summary>
public sealed partial class WordTests
{
    private static readonly WordList s_english = WordList.Of("en");
    private static readonly WordList s_welsh = WordList.Of("cy");

    public static TheoryData<string> Components() => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Hub.Dashboard"), "*.razor", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Path.Combine(Repository.Root, "src", "Hub.Dashboard"), file)).Order(StringComparer.Ordinal)];

    /// <summary>What pages name by its value: a new one has no words anywhere but here.</summary>
    [Theory]
    [InlineData(typeof(MessageState), "message-state.")]
    [InlineData(typeof(MessageState), "story.became-")]
    [InlineData(typeof(DeliveryState), "delivery-state.")]
    [InlineData(typeof(DeliveryOperation), "story.did-")]
    [InlineData(typeof(EventKind), "event.")]
    [InlineData(typeof(AuditAct), "act-kind.")]
    [InlineData(typeof(MailState), "mail-state.")]
    [InlineData(typeof(ReceiptKind), "answer.")]
    [InlineData(typeof(Role), "access.role.")]
    public void Every_value_that_is_named_by_words_has_them(Type type, string prefix) =>
        Assert.All(Enum.GetNames(type), name => Assert.Contains(prefix + name, s_english.Keys));

    [Fact]
    public void Both_languages_have_the_same_words()
    {
        Assert.Equal(s_english.Keys.Order(StringComparer.Ordinal), s_welsh.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_filled_in_is_filled_in_in_both()
    {
        foreach (string key in s_english.Keys)
        {
            Assert.False(string.IsNullOrWhiteSpace(s_welsh[key]), key);
            Assert.True(Places(s_english[key]).SequenceEqual(Places(s_welsh[key])), key);
        }
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void A_component_asks_for_words_that_there_are(string component)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", "Hub.Dashboard", component));
        Assert.All(Asked().Matches(text), match => Assert.Contains(match.Groups["key"].Value, s_english.Keys));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void A_component_has_no_text_and_no_style_of_its_own(string component)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", "Hub.Dashboard", component));
        int code = text.IndexOf("\n@code", StringComparison.Ordinal);
        string markup = Comment().Replace(code < 0 ? text : text[..code], "");
        Assert.DoesNotMatch(@">[ \n]*[A-Za-z][a-z]+[^<>@{}()=;]*</", markup);
        Assert.DoesNotMatch(@"\bstyle=|(?<!@)\bon[a-z]+=|MarkupString|</style>", markup);
    }

    [Fact]
    public void No_word_ends_in_an_exclamation_mark()
    {
        Assert.All(s_english.Keys, key => Assert.DoesNotContain('!', s_english[key]));
        Assert.All(s_welsh.Keys, key => Assert.DoesNotContain('!', s_welsh[key]));
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"Words\[""(?<key>[^""]+)""")]
    private static partial Regex Asked();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
