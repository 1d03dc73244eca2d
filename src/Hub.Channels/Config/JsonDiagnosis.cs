using System.Buffers;
using System.Text;
using System.Text.Json;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Tells a person what makes a text not be JSON. It knows the last token that was right, so it knows what may follow: a name, a value, a comma or the end;
/// what stands there instead decides the answer.
/// </summary>
internal sealed class JsonDiagnosis
{
    private static readonly SearchValues<byte> s_afterWord = SearchValues.Create(" \t\r\n,{}[]\"'"u8);
    private static readonly SearchValues<byte> s_afterName = SearchValues.Create(" \t\r\n,{}[]\"':="u8);

    private readonly byte[] _json;
    private readonly JsonTreeReader _reader;
    private readonly string _wanted;
    private readonly int _at;
    private readonly bool _afterComma;

    /// <summary>Makes one.</summary>
    /// <param name="json">The text.</param>
    /// <param name="reader">What has read it as far as it is right.</param>
    /// <param name="wanted">What such a file holds, for an empty one.</param>
    public JsonDiagnosis(byte[] json, JsonTreeReader reader, string wanted)
    {
        (_json, _reader, _at, _wanted) = (json, reader, reader.LastEnd, wanted);
        while (_at < json.Length && (json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' || IsFirstComma() || IsComment()))
        {
            _afterComma |= json[_at] == (byte)',';
            _at = json[_at] == (byte)'/' ? EndOfComment() : _at + 1;
        }

        bool IsFirstComma() => json[_at] == (byte)',' && !_afterComma && AfterValue;
        bool IsComment() => json[_at] == (byte)'/' && EndOfComment() > _at;
    }

    private bool AfterValue => _reader.Last is not (JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);

    private bool InObject => _reader.Open.Count > 0 && _json[_reader.Open.Peek()] == (byte)'{';

    private char Here => (char)_json[_at];

    public JsonMistake Find()
    {
        if (_at >= _json.Length)
            return FindAtEnd();
        if (_reader.Open.Count == JsonTree.MaxDepth && Here is '{' or '[')
            return new(_at, $"Objects and lists are nested more than {JsonTree.MaxDepth} deep. Use fewer.") { Code = ProblemCodes.TooDeep };
        if (_reader.Open.Count == 0 && AfterValue)
            return new(_at, "Something follows the end of the file's object. Remove it, or the \"}\" before it.", new(_reader.LastEnd, _json.Length - _reader.LastEnd, ""));
        if (Here is '}' or ']' && _reader.Last != JsonTokenType.PropertyName)
            return FindWrongClose();
        if (AfterValue && !_afterComma)
            return FindAfterValue();
        return InObject && _reader.Last != JsonTokenType.PropertyName ? FindAtName() : FindAtValue();
    }

    private JsonMistake FindAtEnd()
    {
        if (_reader.Open.Count == 0)
            return new(0, $"The file is empty. Write {_wanted}");
        int open = _reader.Open.Peek();
        string close = InObject ? "}" : "]";
        bool whole = _reader.Last != JsonTokenType.PropertyName;
        return new(open, $"The \"{(char)_json[open]}\" of this line is not closed before the file ends. Add \"{close}\".", whole ? new(_json.Length, 0, close) : null);
    }

    private JsonMistake FindWrongClose()
    {
        int open = _reader.Open.Count > 0 ? _reader.Open.Peek() : -1;
        bool known = _reader.Open.Any(start => _json[start] == (Here == '}' ? '{' : '['));
        if (open < 0 || !known)
            return new(_at, $"\"{Here}\" closes nothing. Remove it.", new(_at, 1, ""));
        string close = InObject ? "}" : "]";
        string text = $"\"{Here}\" stands where \"{close}\" has to close the \"{(char)_json[open]}\" of line {_reader.LineAt(open)}.";
        return IsSurplus()
            ? new(_at, $"{text} Write \"{close}\".", new(_at, 1, close))
            : new(_at, $"{text} Add \"{close}\" before it.", new(_at, 0, close));
    }

    /// <summary>Whether more objects (or lists) are closed from here on than are open, so that this one was written for the other kind.</summary>
    private bool IsSurplus()
    {
        char opening = Here == '}' ? '{' : '[';
        int closed = 0;
        bool isText = false;
        for (int at = _at; at < _json.Length; at++)
        {
            char letter = (char)_json[at];
            isText ^= letter == '"' && _json[at - 1] != (byte)'\\';
            closed += isText ? 0 : letter == Here ? 1 : letter == opening ? -1 : 0;
        }

        return closed > _reader.Open.Count(start => _json[start] == opening);
    }

    private JsonMistake FindAfterValue()
    {
        if (Here is ';')
            return new(_at, "\";\" stands between two members. Write a comma.", new(_at, 1, ","));
        if (_at > _reader.LastEnd && (Here is '"' or '\'' or '{' or '[' or '-' || char.IsAsciiLetterOrDigit(Here)))
            return new(_reader.LastEnd - 1, "A comma is missing at the end of this value, before the next one. Add it.", new(_reader.LastEnd, 0, ","));
        if (Here is '"' or '{' or '[')
            return new(_at, $"A comma is missing before {Shown()}. Add it.", new(_reader.LastEnd, 0, ","));
        return new(_at, $"{Shown()} cannot stand after a value. Write a comma and the next member, or close the object or list.");
    }

    private JsonMistake FindAtName()
    {
        if (Here is '"')
            return new JsonTextDiagnosis(_json, _at).Find() ?? FindAfterName(JsonTextDiagnosis.EndOf(_json, _at));
        if (Here is '\'')
            return FindSingleQuotes(isName: true);
        if (Here is ',')
            return new(_at, "Two commas follow each other. Remove one.", new(_at, 1, ""));
        if (Here is '{' && _afterComma)
            return new(_reader.LastEnd - 1, $"The \"{{\" of line {_reader.LineAt(_reader.Open.Peek())} is not closed before the next one begins. Add \"}}\".", new(_reader.LastEnd, 0, "}"));
        int end = EndOfWord(s_afterName);
        return char.IsAsciiLetter(Here) || Here is '_' or '$'
            ? FindBareWord(end, isName: true)
            : new(_at, $"{Shown()} stands where a name in double quotes has to stand.");
    }

    private JsonMistake FindAfterName(int end)
    {
        string name = Encoding.UTF8.GetString(_json, _at + 1, end - _at - 2);
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
            return new(_at, $"The closing quote of {Quoted.Text(name[..colon])} is missing. Write {Quoted.Text(name[..colon])}:", new(_at + 1 + Encoding.UTF8.GetByteCount(name[..colon]), 0, "\""));
        int next = end;
        while (next < _json.Length && _json[next] is (byte)' ' or (byte)'\t')
            next++;
        return next < _json.Length && _json[next] == (byte)'='
            ? new(_at, $"\"=\" stands after {Quoted.Text(name)}. Write a colon.", new(next, 1, ":"))
            : new(_at, $"A colon and a value are missing after {Quoted.Text(name)}. Write {Quoted.Text(name)}: and the value.", StartsValue(next) ? new(end, 0, ":") : null);
    }

    private bool StartsValue(int at) => at < _json.Length && ((char)_json[at] is '"' or '\'' or '{' or '[' or '-' || char.IsAsciiLetterOrDigit((char)_json[at]));

    private JsonMistake FindAtValue()
    {
        if (Here is '"' && new JsonTextDiagnosis(_json, _at).Find() is { } mistake)
            return mistake;
        if (Here is '\'')
            return FindSingleQuotes(isName: false);
        if (Here is ',' && _reader.Last != JsonTokenType.PropertyName)
            return new(_at, "Two commas follow each other. Remove one.", new(_at, 1, ""));
        if (Here is ',' or '}' or ']')
            return new(_reader.LastEnd - 1, "The value after the colon is missing. Write it.");
        int end = EndOfWord(s_afterWord);
        return end > _at ? FindBareValue(end) : new(_at, $"{Shown()} stands where a value has to stand.");
    }

    private JsonMistake FindBareValue(int end)
    {
        string word = Encoding.UTF8.GetString(_json, _at, end - _at);
        string? meant = word.ToUpperInvariant() switch
        {
            "TRUE" or "YES" or "ON" => "true",
            "FALSE" or "NO" or "OFF" => "false",
            "NULL" or "NONE" or "NIL" or "UNDEFINED" => "null",
            _ => null,
        };
        if (meant is null && word.All(char.IsAsciiDigit) && word.TrimStart('0') is { Length: > 0 } number)
            return new(_at, "A number does not begin with 0. Write it without, or in double quotes where it is text.", new(_at, end - _at, number));
        return meant is null
            ? FindBareWord(end, isName: false)
            : new(_at, $"{Quoted.Text(word)} is not a value of JSON. Write {meant}.", new(_at, end - _at, meant));
    }

    // A value is not repeated: it may be a secret, and problems are shown to many.
    private JsonMistake FindBareWord(int end, bool isName)
    {
        string word = Encoding.UTF8.GetString(_json, _at, end - _at);
        if (end < _json.Length && _json[end] == (byte)'"')
            return new(_at, $"The opening quote of {(isName ? Quoted.Text(word) : "this text")} is missing. Add it.", new(_at, 0, "\""));
        return new(_at, isName ? $"Names are written in double quotes. Write {Quoted.Text(word)}." : "Text is written in double quotes. Write them around it.", new(_at, end - _at, $"\"{word}\""));
    }

    private JsonMistake FindSingleQuotes(bool isName)
    {
        int end = _json.AsSpan(_at + 1).IndexOfAny((byte)'\'', (byte)'\n') + _at + 1;
        if (end <= _at || _json[end] != (byte)'\'')
            return new(_at, "A text begins with a single quote and does not end in its line. Text is written in double quotes.");
        string text = Encoding.UTF8.GetString(_json, _at + 1, end - _at - 1);
        return new(_at, $"Text is written in double quotes, not single ones. Write {(isName ? Quoted.Text(text) : "those around it")}.", new(_at, end + 1 - _at, $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
    }

    private int EndOfWord(SearchValues<byte> after)
    {
        int length = _json.AsSpan(_at).IndexOfAny(after);
        return length < 0 ? _json.Length : _at + length;
    }

    private int EndOfComment()
    {
        ReadOnlySpan<byte> rest = _json.AsSpan(_at);
        if (rest.StartsWith("//"u8))
            return rest.IndexOf((byte)'\n') is var line && line < 0 ? _json.Length : _at + line;
        return rest.StartsWith("/*"u8) && rest.IndexOf("*/"u8) is > 0 and var end ? _at + end + 2 : _at;
    }

    private string Shown() => Rune.DecodeFromUtf8(_json.AsSpan(_at), out Rune rune, out _) == OperationStatus.Done ? Quoted.Text(rune.ToString()) : "This";
}
