using System.Text.Json.Serialization;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Filters;

/// <summary>A question about a message: a <c>path</c> with one test, or <c>all</c>, <c>any</c> or <c>not</c> of other questions.</summary>
public sealed record ConditionConfig
{
    /// <summary>The place whose value is tested, for example <c>PID-8</c>.</summary>
    public FieldPath? Path { get; init; }

    /// <summary>True: the place is populated. False: it is not.</summary>
    public bool? Exists { get; init; }

    /// <summary>The value is this text.</summary>
    [JsonPropertyName("equals")]
    public string? EqualTo { get; init; }

    /// <summary>The value is one of these texts.</summary>
    public IReadOnlyList<string>? In { get; init; }

    /// <summary>The value has this text in it.</summary>
    public string? Contains { get; init; }

    /// <summary>The value begins with this text.</summary>
    public string? StartsWith { get; init; }

    /// <summary>This regular expression matches in the value.</summary>
    public string? Matches { get; init; }

    /// <summary>The value is a number or date above this one.</summary>
    public string? GreaterThan { get; init; }

    /// <summary>The value is this number or date, or above it.</summary>
    [JsonPropertyName("atLeast")]
    public string? GreaterOrEqual { get; init; }

    /// <summary>The value is a number or date below this one.</summary>
    public string? LessThan { get; init; }

    /// <summary>The value is this number or date, or below it.</summary>
    [JsonPropertyName("atMost")]
    public string? LessOrEqual { get; init; }

    /// <summary>Takes small and capital letters as the same. Default false.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Every one of these holds.</summary>
    public IReadOnlyList<ConditionConfig>? All { get; init; }

    /// <summary>At least one of these holds.</summary>
    public IReadOnlyList<ConditionConfig>? Any { get; init; }

    /// <summary>This does not hold.</summary>
    public ConditionConfig? Not { get; init; }

    /// <summary>Finds what is wrong in this record beyond the types of its members.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (new object?[] { Path, All, Any, Not }.Count(kind => kind is not null) != 1)
            yield return new(1200, "", "A condition has exactly one of \"path\", \"all\", \"any\" and \"not\". To combine several, write { \"all\": [ … ] }.");
    }
}
