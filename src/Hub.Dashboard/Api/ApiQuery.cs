using System.Globalization;
using Hub.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Dashboard.Api;

/// <summary>Reads the query of a request. All mistakes are gathered and told together, by <see cref="Done"/>; until then what is wrong is as if it were not there.</summary>
internal sealed class ApiQuery
{
    /// <summary>How many items a page has by default.</summary>
    public const int Usual = 50;

    /// <summary>How many it may have.</summary>
    public const int Most = 500;

    private readonly HttpContext _context;
    private readonly List<ApiFault> _faults = [];

    public ApiQuery(HttpContext context)
    {
        _context = context;
        IReadOnlyList<ApiParameter> known = context.GetEndpoint()?.Metadata.GetMetadata<ApiParameters>()?.All ?? [];
        foreach ((string name, StringValues values) in context.Request.Query)
        {
            if (known.FirstOrDefault(parameter => parameter.Name == name) is not { } parameter)
                Add(name, known.Count == 0 ? "This address takes no query." : $"There is no such part of the query. There are: {string.Join(", ", known.Select(one => one.Name))}.");
            else if (values.Count > 1 && !parameter.Repeats)
                Add(name, "This is there more than once. Give it once.");
            else if (values.Any(string.IsNullOrEmpty))
                Add(name, "This is empty, so that nothing is said by it. Leave it out, or give a value.");
        }
    }

    /// <summary>The size of a page.</summary>
    public int Limit => (int)(Number(Parameters.Limit) ?? Usual);

    /// <summary>Says that something is wrong.</summary>
    public void Add(string name, string text) => _faults.Add(new(name, text));

    /// <summary>Tells what is wrong with the query.</summary>
    /// <exception cref="ApiException">Something is.</exception>
    public void Done()
    {
        if (_faults.Count > 0)
            throw ApiException.Wrong(_faults);
    }

    public string? Text(ApiParameter parameter) => _context.Request.Query[parameter.Name] is [{ Length: > 0 } text] ? text : null;

    public long? Number(ApiParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= parameter.Least && number <= parameter.Most)
            return number;
        Add(parameter.Name, parameter.Most == long.MaxValue ? $"This is no number from {parameter.Least} on." : $"This is no number from {parameter.Least} to {parameter.Most}.");
        return null;
    }

    public MessageId? Message(ApiParameter parameter) => Number(parameter) is { } number ? new MessageId(number) : null;

    public bool Flag(ApiParameter parameter)
    {
        string? text = Text(parameter);
        if (text is not (null or "true" or "false"))
            Add(parameter.Name, "Give true or false.");
        return text == "true";
    }

    public DateTimeOffset? Time(ApiParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        // With its zone, or it would be another time elsewhere. A plus is a space in a query unless it is written %2B.
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];
        if (text.Length > 16 && DateTimeOffset.TryParseExact(text.Replace(' ', '+'), forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && (text[^1] == 'Z' || text[^6] is '+' or ' ' or '-'))
            return time;
        Add(parameter.Name, "This is no time with its zone. Write 2026-03-01T08:00:00Z or 2026-03-01T08:00:00+01:00.");
        return null;
    }

    public T? Word<T>(ApiParameter parameter) where T : struct, Enum => Words<T>(parameter) is [var word, ..] ? word : null;

    public IReadOnlyList<T> Words<T>(ApiParameter parameter) where T : struct, Enum
    {
        List<T> words = [];
        foreach (string? text in _context.Request.Query[parameter.Name])
        {
            if (parameter.Words.Contains(text, StringComparer.Ordinal))
                words.Add(Enum.Parse<T>(text!));
            else
                Add(parameter.Name, $"This is none of {string.Join(", ", parameter.Words)}.");
        }

        return words;
    }
}
