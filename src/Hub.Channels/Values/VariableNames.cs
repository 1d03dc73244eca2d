using System.Text.RegularExpressions;
using Hub.Channels.Config;

namespace Hub.Channels.Values;

/// <summary>How variables are named.</summary>
internal static partial class VariableNames
{
    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Check(string name) => Form().IsMatch(name)
        ? null
        : $"{Quoted.Text(name)} cannot be the name of a variable. Begin with a letter and go on with letters, digits, - and _, at most 64 in all, for example \"ward\".";

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
