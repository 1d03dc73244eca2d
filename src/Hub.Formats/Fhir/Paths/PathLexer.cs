using System.Globalization;
using System.Text;

namespace Hub.Formats.Fhir.Paths;

/// <summary>What a part of an expression is.</summary>
internal enum PathTokenKind
{
    Name,
    Text,
    Number,
    Symbol,
    End,
}

/// <summary>A part of an expression.</summary>
internal readonly record struct PathToken(PathTokenKind Kind, string Text);

/// <summary>Divides an expression into its parts.</summary>
internal static class PathLexer
{
    private static readonly string[] s_symbols = ["!=", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ".", ",", "+", "-", "&", "|", "%", "$"];

    public static List<PathToken> Read(string text)
    {
        List<PathToken> tokens = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
            {
                tokens.Add(new(PathTokenKind.End, ""));
                return tokens;
            }

            tokens.Add(Next(text, ref at));
        }
    }

    private static PathToken Next(string text, ref int at)
    {
        char first = text[at];
        if (char.IsAsciiLetter(first) || first == '_')
            return new(PathTokenKind.Name, Take(text, ref at, letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));
        if (char.IsAsciiDigit(first))
            return new(PathTokenKind.Number, Take(text, ref at, char.IsAsciiDigit));
        if (first is '\'' or '`')
            return new(first == '`' ? PathTokenKind.Name : PathTokenKind.Text, Quoted(text, ref at, first));
        int start = at;
        string symbol = Array.Find(s_symbols, symbol => string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            ?? throw new PathException($"There is a character at {at + 1} that no expression has.");
        at += symbol.Length;
        return new(PathTokenKind.Symbol, symbol);
    }

    private static string Take(string text, ref int at, Func<char, bool> belongs)
    {
        int start = at;
        while (at < text.Length && belongs(text[at]))
            at++;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at, char quote)
    {
        StringBuilder value = new();
        for (at++; at < text.Length && text[at] != quote; at++)
            value.Append(text[at] == '\\' ? Escaped(text, ref at) : text[at]);
        if (at >= text.Length)
            throw new PathException("A text has no end.");
        at++;
        return value.ToString();
    }

    // FHIRPath §4.1.1: \' \" \` \r \n \t \f \\ \/ and \uXXXX.
    private static char Escaped(string text, ref int at)
    {
        at++;
        char letter = at < text.Length ? text[at] : throw new PathException("A text ends in an escape.");
        if (letter != 'u')
            return letter switch { 'r' => '\r', 'n' => '\n', 't' => '\t', 'f' => '\f', _ => letter };
        if (at + 4 >= text.Length || !int.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
            throw new PathException("A text has \\u without four digits.");
        at += 4;
        return (char)code;
    }
}
