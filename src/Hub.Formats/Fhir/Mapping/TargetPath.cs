using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>One step of a path in a rule: an element, which item of it when it is a list, and the resource that a reference opens.</summary>
/// <param name="Name">The element.</param>
/// <param name="Index">The number in brackets, 1 when there is none, 0 for <c>[each]</c>.</param>
/// <param name="Resource">The resource in parentheses.</param>
internal sealed record TargetStep(string Name, int Index, string? Resource);

/// <summary>
/// Where a rule puts a value, as the guide writes it: <c>name[1]</c>, <c>contact.telecom[2].use</c>, <c>performer[1](PractitionerRole.practitioner(Practitioner))</c>,
/// <c>$this</c> and <c>$value</c> for the element itself, <c>[2].given</c> for a further item of the list that the element is in. Numbers tell items apart; they are no places.
/// </summary>
internal sealed class TargetPath
{
    private readonly string _text;
    private int _at;

    private TargetPath(string text) => _text = text;

    public List<TargetStep> Steps { get; } = [];

    /// <summary>Which further item of the list is meant; 1 for the element itself.</summary>
    public int Sibling { get; private set; } = 1;

    /// <summary>Whether it stands for the element itself.</summary>
    public bool IsSelf => Steps.Count == 0;

    /// <summary>The step whose list has an item for each repetition of the field; -1 when none has.</summary>
    public int Repeating { get; set; } = -1;

    public static bool TryParse(string text, [NotNullWhen(true)] out TargetPath? path, [NotNullWhen(false)] out string? error)
    {
        path = new(text);
        error = path.Read();
        if (error is not null)
            path = null;
        return path is not null;
    }

    public override string ToString() => _text;

    private string? Read()
    {
        if (_text is "$this" or "$value")
            return null;
        if (_text.StartsWith('['))
        {
            if (ReadIndex() is not { } sibling || sibling < 1)
                return Wrong("a number in brackets is meant, for example \"[2].given\"");
            Sibling = sibling;
            if (_at < _text.Length && _text[_at] == '.')
                _at++;
        }

        string? error = _at < _text.Length ? ReadChain() : null;
        return error ?? (_at < _text.Length ? Wrong("it goes on after its end") : null);
    }

    private string? ReadChain()
    {
        while (true)
        {
            string name = ReadName();
            if (name.Length == 0)
                return Wrong("the name of an element is missing");
            int index = 1;
            if (Peek('['))
            {
                if (ReadIndex() is not { } number)
                    return Wrong("in brackets stands a number from 1, or \"each\"");
                index = number;
            }

            if (Peek('('))
                return ReadOpened(name, index);
            Steps.Add(new(name, index, null));
            if (!Peek('.'))
                return null;
            _at++;
        }
    }

    private string? ReadOpened(string name, int index)
    {
        _at++;
        string resource = ReadName();
        if (!FhirStructure.IsResource(resource.Split('|')[0]))
            return Wrong($"\"{resource}\" in parentheses is no resource of FHIR R4");
        if (Peek('['))
            _ = ReadIndex();
        Steps.Add(new(name, index, resource.Split('|')[0]));
        string? error = null;
        if (Peek('.'))
        {
            _at++;
            error = ReadChain();
        }

        if (error is null && !Peek(')'))
            return Wrong("a closing parenthesis is missing");
        _at++;
        return error;
    }

    private string ReadName()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '|'))
            _at++;
        return _text[start.._at];
    }

    private int? ReadIndex()
    {
        int end = _text.IndexOf(']', _at);
        if (end < 0)
            return null;
        string inside = _text[(_at + 1)..end];
        _at = end + 1;
        return inside == "each" ? 0 : int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
    }

    private bool Peek(char letter) => _at < _text.Length && _text[_at] == letter;

    private string Wrong(string what) => $"\"{_text}\" is no path of an element: {what}.";
}
