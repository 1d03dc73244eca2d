using System.Text;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Fills <c>${env:NAME}</c> and <c>${secret:NAME}</c> of one text in, in a single pass: what a value itself holds is never looked at again.
/// <c>$${</c> stands for the characters <c>${</c>. A text that is read further (a value with field paths) keeps its other <c>${…}</c> and its <c>$${</c>,
/// and a <c>${</c> that comes out of a value is written <c>$${</c> there, so that it stays text.
/// </summary>
/// <param name="settings">Where the values come from.</param>
/// <param name="isReadFurther">Whether another reader of <c>${…}</c> follows.</param>
internal sealed class SettingText(Settings settings, bool isReadFurther)
{
    private readonly StringBuilder _filled = new();
    private bool _endsInValue;

    /// <summary>What is wrong, by code; empty when the text could be filled in.</summary>
    public List<(int Code, string Text)> Problems { get; } = [];

    /// <summary>The secrets used, with their values.</summary>
    public List<(string Name, string Value)> Secrets { get; } = [];

    public string Fill(string text)
    {
        int at = 0;
        while (at < text.Length)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            if (rest.StartsWith("$${"))
                at = Keep(isReadFurther ? "$${" : "${", at + 3);
            else if (rest.StartsWith("${"))
                at = FillOne(text, at);
            else
                at = Keep(text[at].ToString(), at + 1);
        }

        return _filled.ToString();
    }

    private int FillOne(string text, int at)
    {
        int end = text.IndexOf('}', at);
        if (end < 0)
        {
            if (!isReadFurther)
                Problems.Add((ProblemCodes.UnknownSetting, $"{Quoted.Text(text[at..])} begins with \"${{\" and has no \"}}\". Close it, or write $${{ for the characters ${{."));
            return Keep(text[at..], text.Length);
        }

        string inner = text[(at + 2)..end];
        if (inner.StartsWith("env:", StringComparison.Ordinal))
            Insert(settings.Environment(inner["env:".Length..]));
        else if (inner.StartsWith("secret:", StringComparison.Ordinal))
            InsertSecret(inner["secret:".Length..]);
        else if (isReadFurther)
            Keep(text[at..(end + 1)], end);
        else
            Problems.Add((ProblemCodes.UnknownSetting, $"{Quoted.Text(text[at..(end + 1)])} cannot be used here. Allowed are ${{env:NAME}} and ${{secret:NAME}}; write $${{ for the characters ${{."));
        return end + 1;
    }

    private void InsertSecret(string name)
    {
        SettingValue value = settings.Secret(name);
        if (value.Value is { } secret)
            Secrets.Add((name, secret));
        Insert(value);
    }

    private void Insert(SettingValue value)
    {
        if (value.Value is null)
            Problems.Add((value.Code, value.Problem));
        foreach (char letter in value.Value ?? "")
            Append(letter, fromValue: true);
    }

    private int Keep(string stretch, int next)
    {
        foreach (char letter in stretch)
            Append(letter, fromValue: false);
        return next;
    }

    private void Append(char letter, bool fromValue)
    {
        bool opens = letter == '{' && _filled.Length > 0 && _filled[^1] == '$';
        if (opens && isReadFurther && (fromValue || _endsInValue))
            _filled.Append('$');
        _filled.Append(letter);
        _endsInValue = fromValue;
    }
}
