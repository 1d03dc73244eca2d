using System.Reflection;
using System.Text.RegularExpressions;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>Where secrets must stand in a channel file, and where they cannot. It looks at the text as it is written, before anything is filled in.</summary>
/// <param name="settings">What <c>${env:…}</c> gives.</param>
internal sealed partial class SecretRules(Settings settings)
{
    /// <summary>Says what is wrong about secrets in a member; null when nothing is. What was written is never quoted.</summary>
    public (int Code, string Text)? Refuse(RecordMember member, JsonTreeNode given)
    {
        if (member.Property.GetCustomAttribute<SecretMemberAttribute>() is not null && !(given.Kind == NodeKind.Text && Named(given.Text).Any()))
            return (ProblemCodes.SecretWritten, "A secret stands here for everybody to read. Write \"${secret:NAME}\" and put the value into secrets/NAME (mode 0600).");
        if (given.Kind != NodeKind.Text)
            return null;
        if (member.Property.GetCustomAttribute<ShownMemberAttribute>() is { } shown && FirstSecret(given.Text) is { } at && !(shown.UpToHost && IsAfterHost(given.Text[..at])))
        {
            string place = shown.UpToHost ? "before the path of an address" : "here";
            return (ProblemCodes.SecretShown, $"A secret cannot stand {place}: logs and lists show it. ${{env:NAME}} is for addresses and folders.");
        }

        return null;
    }

    private static int? FirstSecret(string text)
    {
        foreach ((int at, bool isSecret) in Named(text))
        {
            if (isSecret)
                return at;
        }

        return null;
    }

    /// <summary>Where <c>${env:…}</c> and <c>${secret:…}</c> begin in a text. As when they are filled in, <c>$${</c> begins none.</summary>
    private static IEnumerable<(int At, bool IsSecret)> Named(string text)
    {
        foreach (Match match in Reference().Matches(text))
        {
            if (match.Groups["kind"].Success)
                yield return (match.Index, match.Groups["kind"].Value == "secret");
        }
    }

    // Only an address whose host has ended keeps the secret after it out of sight, whatever the environment says in it.
    private bool IsAfterHost(string before) => HostEnds().IsMatch(new SettingText(settings, isReadFurther: true).Fill(before));

    [GeneratedRegex(@"\$\$\{|\$\{(?<kind>env|secret):", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[^/?#\\]+://[^/?#\\]+[/?#]", RegexOptions.CultureInvariant)]
    private static partial Regex HostEnds();
}
