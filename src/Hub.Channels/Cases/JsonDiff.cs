using System.Globalization;
using System.Text.Json;

namespace Hub.Channels.Cases;

/// <summary>Tells two JSON texts, which were checked before, apart by the deepest place that differs, named by its pointer (RFC 6901). Numbers are compared as they are written.</summary>
internal sealed class JsonDiff(string part)
{
    private readonly List<Difference> _found = [];

    public List<Difference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> was)
    {
        using JsonDocument left = Parse(expected);
        using JsonDocument right = Parse(was);
        Compare("", left.RootElement, right.RootElement);
        return _found;
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json) => JsonDocument.Parse(json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? json[3..] : json, new() { MaxDepth = 128 });

    private void Compare(string place, JsonElement left, JsonElement right)
    {
        if (left.ValueKind == JsonValueKind.Object && right.ValueKind == JsonValueKind.Object)
            CompareObjects(place, left, right);
        else if (left.ValueKind == JsonValueKind.Array && right.ValueKind == JsonValueKind.Array)
            CompareLists(place, [.. left.EnumerateArray()], [.. right.EnumerateArray()]);
        else if (left.ValueKind != right.ValueKind || Text(left) != Text(right))
            _found.Add(new(part, place, Show(left), Show(right)));
    }

    private void CompareObjects(string place, JsonElement left, JsonElement right)
    {
        foreach (JsonProperty member in left.EnumerateObject())
        {
            string at = $"{place}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (right.TryGetProperty(member.Name, out JsonElement other))
                Compare(at, member.Value, other);
            else
                _found.Add(new(part, at, Show(member.Value), "no such member"));
        }

        foreach (JsonProperty member in right.EnumerateObject().Where(member => !left.TryGetProperty(member.Name, out _)))
            _found.Add(new(part, $"{place}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", "no such member", Show(member.Value)));
    }

    private void CompareLists(string place, JsonElement[] left, JsonElement[] right)
    {
        string[] leftTexts = [.. left.Select(item => item.GetRawText())];
        string[] rightTexts = [.. right.Select(item => item.GetRawText())];
        int Score(int l, int r) => leftTexts[l] == rightTexts[r] ? Pairs.Same : left[l].ValueKind == right[r].ValueKind ? Pairs.Alike : 0;
        foreach ((int? l, int? r) in Pairs.Of(left.Length, right.Length, Score))
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"{place}/{l ?? r}");
            if (l is { } one && r is { } other)
                Compare(at, left[one], right[other]);
            else
                _found.Add(new(part, at, l is null ? "no such item" : Show(left[l.Value]), r is null ? "no such item" : Show(right[r.Value])));
        }
    }

    // What is half a character stays as it is written.
    private static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText();
        }
    }

    private static string Show(JsonElement value) => value.ValueKind == JsonValueKind.String ? Difference.Quote(Text(value)) : Difference.Cut(value.GetRawText());
}
