using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Hub.Formats.Documents;

namespace Hub.Formats.Json;

/// <summary>One step of a path: a member by its name, an item by its number, or (a number in a pointer) whichever the value there has.</summary>
/// <param name="Name">The member; null when only an item is meant.</param>
/// <param name="Index">The item, from 0; <see cref="Every"/>, <see cref="End"/>, or <see cref="None"/> when only a member is meant.</param>
internal readonly record struct JsonStep(string? Name, int Index)
{
    public const int None = -1;
    public const int Every = -2;
    public const int End = -3;
}

/// <summary>
/// A place in JSON: a pointer from the root (RFC 6901), <c>/patient/name/0/family</c>, or dotted, <c>patient.name[0].family</c>, from the item that a
/// <c>forEach</c> is at or else from the root. <c>[*]</c> is every item, <c>["odd.name"]</c> a member with a name of any kind, <c>.</c> the item itself,
/// <c>/-</c> at the end of a pointer the place after the last item. Items count from 0.
/// </summary>
public sealed class JsonPath : DocumentPath
{
    private const string Example = "Write a pointer such as \"/patient/name/0/family\", or names with dots such as \"patient.name[0].family\"; items count from 0.";

    private JsonPath(string text, bool fromRoot, JsonStep[] steps)
        : base(text)
    {
        FromRoot = fromRoot;
        Steps = steps;
    }

    /// <inheritdoc />
    public override bool IsMany => Array.Exists(Steps, step => step.Index == JsonStep.Every);

    internal bool FromRoot { get; }

    internal JsonStep[] Steps { get; }

    /// <summary>Reads a path.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The path, when the text is one.</param>
    /// <param name="error">What is wrong and how to write it, when it is not.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? value, [NotNullWhen(false)] out string? error)
    {
        JsonStep[]? steps = text.Length == 0 ? null : text[0] == '/' ? Pointer(text) : text == "." ? [] : Dotted(text);
        value = steps is null ? null : new(text, text[0] == '/', steps);
        error = value is null ? $"\"{text}\" is not a path into JSON. {Example}" : null;
        return value is not null;
    }

    /// <summary>Reads a path that is known to be right.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The path.</returns>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static JsonPath Parse(string text) => TryParse(text, out JsonPath? path, out string? error) ? path : throw new FormatException(error);

    /// <summary>The path with its first <c>[*]</c> made one item.</summary>
    internal JsonPath AtItem(int index)
    {
        int every = Array.FindIndex(Steps, step => step.Index == JsonStep.Every);
        JsonStep[] steps = [.. Steps];
        steps[every] = new(null, index);
        int mark = Text.IndexOf("[*]", StringComparison.Ordinal);
        return new(string.Create(CultureInfo.InvariantCulture, $"{Text[..mark]}[{index}]{Text[(mark + 3)..]}"), FromRoot, steps);
    }

    private static JsonStep[]? Pointer(string text)
    {
        string[] tokens = text[1..].Split('/');
        // RFC 6901 §3: ~ is only ever ~0 or ~1.
        if (Array.Exists(tokens, token => token.Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal).Contains('~', StringComparison.Ordinal)))
            return null;
        return Array.ConvertAll(tokens, token => new JsonStep(
            token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal),
            token == "-" ? JsonStep.End : ItemOf(token)));
    }

    // RFC 6901 §4: no leading zeros.
    private static int ItemOf(string token) =>
        (token == "0" || (token.Length > 0 && token[0] != '0')) && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : JsonStep.None;

    private static JsonStep[]? Dotted(string text)
    {
        List<JsonStep> steps = [];
        int at = 0;
        while (at < text.Length)
        {
            bool read = text[at] == '[' ? Bracket(text, ref at, steps) : Member(text, ref at, steps);
            if (!read)
                return null;
        }

        return [.. steps];
    }

    private static bool Member(string text, ref int at, List<JsonStep> steps)
    {
        if (steps.Count > 0 && text[at++] != '.')
            return false;
        int end = text.AsSpan(at).IndexOfAny('.', '[');
        string name = end < 0 ? text[at..] : text.Substring(at, end);
        at += name.Length;
        steps.Add(new(name, JsonStep.None));
        return name.Length > 0 && !name.AsSpan().ContainsAny("]\"/ \t");
    }

    private static bool Bracket(string text, ref int at, List<JsonStep> steps)
    {
        if (text.AsSpan(at).StartsWith("[\""))
            return Quoted(text, ref at, steps);
        int end = text.IndexOf(']', at);
        if (end < 0)
            return false;
        string inner = text[(at + 1)..end];
        int index = inner == "*" ? JsonStep.Every : ItemOf(inner);
        at = end + 1;
        steps.Add(new(null, index));
        return index != JsonStep.None;
    }

    private static bool Quoted(string text, ref int at, List<JsonStep> steps)
    {
        StringBuilder name = new();
        for (at += 2; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            name.Append(text[at]);
        }

        if (!text.AsSpan(Math.Min(at, text.Length)).StartsWith("\"]"))
            return false;
        at += 2;
        steps.Add(new(name.ToString(), JsonStep.None));
        return true;
    }
}
