using Hub.Formats.Fhir.Paths;

namespace Hub.Formats.Fhir.Definitions;

/// <summary>A rule that the standard gives as an expression of FHIRPath.</summary>
/// <param name="key">Its key in the standard, <c>obs-6</c>.</param>
/// <param name="isError">Whether a resource that breaks it is wrong; else it is not advised.</param>
/// <param name="expression">The expression.</param>
/// <param name="text">What it says, in words of the standard.</param>
internal sealed class FhirInvariant(string key, bool isError, string expression, string text)
{
    private readonly Lazy<PathExpression> _path = new(() => PathParser.Parse(expression));

    /// <summary>Its key in the standard, without the owner that the data may add to make it unique.</summary>
    public string Key { get; } = key.Split('@')[0];

    /// <summary>Whether a resource that breaks it is wrong.</summary>
    public bool IsError => isError;

    /// <summary>The expression as the standard has it.</summary>
    public string Expression => expression;

    /// <summary>What it says.</summary>
    public string Text => text;

    /// <summary>The expression, read when it is first needed.</summary>
    /// <exception cref="PathException">It uses what <see cref="PathParser"/> does not know.</exception>
    public PathExpression Path => _path.Value;
}
