using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping;

// The guide writes conditions for an ANTLR grammar that it does not publish, by many hands: IF XTN.3 NOT IN ("Internet", "X.400") AND XTN.7 NOT VALUED,
// IF PRT-5 AND PRT-6 AREA NOT VALUED, IF OBX-33 COUNT>1, IF NOT VALUED OR NOT IN (…), IF IAM-15 VALUED AND NOT "SEL", IF PID-11.9 IS VALUED NOT EQUAL PID-12.
// So: places without a test have the test of the next one, a test without a place asks about the place before it, or the field of the rule.

/// <summary>Reads conditions.</summary>
internal sealed partial class MapConditionText
{
    private readonly List<string> _words;
    private readonly MapPlaces _places;
    private MapPlace _last;
    private int _at;

    private MapConditionText(List<string> words, MapPlaces places) => (_words, _places) = (words, places);

    public static bool TryRead(string text, MapPlaces places, [NotNullWhen(true)] out MapCondition? condition, [NotNullWhen(false)] out string? error)
    {
        (condition, error) = (null, null);
        MapConditionText reader = new([.. Words().Matches(text).Select(match => match.Value)], places);
        try
        {
            MapCondition read = reader.ReadAny();
            if (reader._at < reader._words.Count)
                throw new FormatException($"\"{reader._words[reader._at]}\" is not expected there");
            condition = read;
        }
        catch (FormatException wrong)
        {
            error = $"\"{text}\" is no condition: {wrong.Message}. Write for example IF PID-8 VALUED AND PID-3.5 IN (\"MR\", \"PI\").";
        }

        return condition is not null;
    }

    private MapCondition ReadAny()
    {
        List<MapCondition> parts = [ReadAll()];
        while (Take("OR"))
            parts.Add(ReadAll());
        return parts.Count == 1 ? parts[0] : new MapCondition.AnyOf(parts);
    }

    private MapCondition ReadAll()
    {
        List<MapCondition> parts = [ReadOne()];
        while (Take("AND"))
            parts.Add(ReadOne());
        return parts.Count == 1 ? parts[0] : new MapCondition.AllOf(parts);
    }

    private MapCondition ReadOne()
    {
        _ = Take("IF");
        if (Take("("))
        {
            MapCondition inner = ReadAny();
            return Take(")") ? inner : throw new FormatException("a closing parenthesis is missing");
        }

        List<(MapPlace Place, string Joined)> places = [];
        while (IsPlace(Next))
        {
            places.Add((ReadPlace(), ""));
            // PL.1 AND PL.2 NOT VALUED: the first place has the test of the second.
            if (Next is not ("AND" or "OR") || !IsPlace(After(1)))
                break;
            places[^1] = (places[^1].Place, Next);
            _at++;
        }

        if (places.Count == 0)
            places.Add((_last, ""));
        _last = places[^1].Place;
        MapCondition[] tests = ReadTests(places.Select(place => place.Place));
        return tests.Length == 1 ? tests[0] : places[0].Joined == "OR" ? new MapCondition.AnyOf(tests) : new MapCondition.AllOf(tests);
    }

    private MapCondition[] ReadTests(IEnumerable<MapPlace> places)
    {
        bool negated = false;
        while (Take("IS") || Take("AREA") || Take("DOES"))
        {
        }

        if (Take("NOT"))
            negated = true;
        _ = Take("IS");
        string word = Next;
        _at++;
        switch (word)
        {
            case "VALUED" when !negated && Next == "NOT" && After(1) is "EQUAL" or "EQUALS" && IsPlace(After(2)):
                _at += 2;
                MapPlace other = ReadPlace();
                return [.. places.Select(place => new MapCondition.AllOf([Test(place, MapTest.Valued), new MapCondition.Test(place, MapTest.DiffersFromPlace, [], 0, other)]))];
            case "VALUED" or "EXIST" or "EXISTS":
                return [.. places.Select(place => Test(place, negated ? MapTest.NotValued : MapTest.Valued))];
            case "EMPTY":
                return [.. places.Select(place => Test(place, negated ? MapTest.Valued : MapTest.NotValued))];
            case "LENGTH":
                return Numbered(places, MapTest.LongerThan, "GREATER", "THAN");
            case "COUNT" or "LST.COUNT":
                return ReadCount(places);
            default:
                return ReadValue(places, word, negated);
        }
    }

    private MapCondition[] ReadCount(IEnumerable<MapPlace> places) => Next switch
    {
        "GREATER" => Numbered(places, MapTest.CountAbove, "GREATER", "THAN"),
        ">" => Numbered(places, MapTest.CountAbove, ">"),
        "LESS" => Numbered(places, MapTest.CountAtMost, "LESS", "THAN", "OR", Next == "EQUAL" ? "EQUAL" : "EQUALS"),
        _ => Numbered(places, MapTest.CountIs, Next is "=" or "EQUALS" ? Next : "EQUALS"),
    };

    private MapCondition[] Numbered(IEnumerable<MapPlace> places, MapTest test, params string[] words)
    {
        foreach (string word in words)
        {
            if (!Take(word))
                throw new FormatException($"{word} is missing");
        }

        if (!int.TryParse(Next, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            throw new FormatException("a number is missing");
        _at++;
        return [.. places.Select(place => new MapCondition.Test(place, test, [], number, default))];
    }

    private MapCondition[] ReadValue(IEnumerable<MapPlace> places, string word, bool negated)
    {
        List<string> words = [];
        if (word is "EQUALS" or "EQUAL" or "=")
        {
            _ = Take("TO");
            if (IsPlace(Next))
            {
                MapPlace other = ReadPlace();
                return [.. places.Select(place => new MapCondition.Test(place, negated ? MapTest.DiffersFromPlace : MapTest.EqualsPlace, [], 0, other))];
            }

            words.Add(ReadText());
        }
        else if (word == "IN")
        {
            ReadList(words);
        }
        else if (IsText(word))
        {
            words.Add(word[1..^1]);
        }
        else
        {
            throw new FormatException(word.Length == 0 ? "the test is missing" : $"\"{word}\" is no test");
        }

        return [.. places.Select(place => new MapCondition.Test(place, negated ? MapTest.NotIn : MapTest.In, words, 0, default))];
    }

    private void ReadList(List<string> words)
    {
        if (!Take("("))
            throw new FormatException("a list in parentheses is missing after IN");
        do
            words.Add(ReadText());
        while (Take(","));
        if (!Take(")"))
            throw new FormatException("a closing parenthesis is missing after the list");
    }

    private string ReadText()
    {
        string word = Next;
        if (!IsText(word))
            throw new FormatException("a text in quotation marks is missing");
        _at++;
        return word[1..^1];
    }

    private MapPlace ReadPlace() => _places.Parse(_words[_at++]);

    private static MapCondition.Test Test(MapPlace place, MapTest test) => new(place, test, [], 0, default);

    private string Next => After(0);

    private string After(int count) => _at + count < _words.Count ? Plain(_words[_at + count]) : "";

    private static string Plain(string word) => IsText(word) || IsPlace(word) ? word : word.ToUpperInvariant();

    private bool Take(string word)
    {
        bool found = string.Equals(Next, word, StringComparison.OrdinalIgnoreCase);
        if (found)
            _at++;
        return found;
    }

    private static bool IsText(string word) => word.Length > 1 && word[0] is '"' or '\'';

    private static bool IsPlace(string word) => MapPlaces.Is(word);

    [GeneratedRegex("""
        "[^"]*"|'[^']*'|[A-Z][A-Z0-9]{1,2}[-.][0-9]+(?:\.[0-9]+)?|[A-Za-z.]+[0-9]?|[0-9]+|[(),=>]
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Words();
}
