using Microsoft.OpenApi;

namespace Hub.Dashboard.Api;

/// <summary>A part of the query that an address takes: what the description says of it, and what is refused otherwise.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it is.</param>
/// <param name="Text">What it means.</param>
internal sealed record ApiParameter(string Name, JsonSchemaType Type, string Text)
{
    /// <summary>The words that it takes; none for any.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The format of its text, <c>date-time</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Whether it may be there several times.</summary>
    public bool Repeats { get; init; }

    public long? Least { get; init; }

    public long? Most { get; init; }

    public static ApiParameter OfText(string name, string text) => new(name, JsonSchemaType.String, text);

    public static ApiParameter OfFlag(string name, string text) => new(name, JsonSchemaType.Boolean, text);

    public static ApiParameter OfNumber(string name, string text, long least, long most) => new(name, JsonSchemaType.Integer, text) { Least = least, Most = most };

    public static ApiParameter OfTime(string name, string text) => new(name, JsonSchemaType.String, text) { Format = "date-time" };

    public static ApiParameter OfWord<T>(string name, string text) where T : struct, Enum => new(name, JsonSchemaType.String, text) { Words = Enum.GetNames<T>() };
}

/// <summary>The parts of the query that an address takes.</summary>
internal sealed record ApiParameters(IReadOnlyList<ApiParameter> All);
