using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Fhir.Paths;

/// <summary>A function: what it makes of what stands before the point.</summary>
internal delegate IReadOnlyList<object> PathBody(PathContext context, IReadOnlyList<object> input);

/// <summary>A call of a function.</summary>
/// <param name="body">What it does.</param>
/// <param name="isFixed">Whether its value depends on nothing but the input.</param>
internal sealed class PathCall(PathBody body, bool isFixed) : PathExpression
{
    /// <inheritdoc />
    public override bool IsFixed => isFixed;

    /// <inheritdoc />
    public override IReadOnlyList<object> Evaluate(PathContext context, IReadOnlyList<object> input) => body(context, input);
}

/// <summary>The functions that the invariants of R4 use.</summary>
internal static class PathFunctions
{
    /// <summary>Makes a call.</summary>
    /// <exception cref="PathException">The function is not known, or has other arguments.</exception>
    public static PathExpression Make(string name, IReadOnlyList<PathExpression> arguments) => arguments.Count switch
    {
        0 when Plain(name) is { } body => new PathCall(body, isFixed: true),
        1 when name is "is" or "as" or "ofType" && arguments[0] is PathMember type => new PathCall(TypeTest(name, type.Name), isFixed: true),
        1 when ForEach(name, arguments[0]) is { } body => new PathCall(body, isFixed: false),
        1 when OfText(name, arguments[0]) is { } body => new PathCall(body, isFixed: false),
        2 when name == "replaceMatches" && arguments[0] is PathLiteral { Text: { } pattern } && arguments[1] is PathLiteral { Text: { } with } => new PathCall(Replace(Compile(pattern), with), isFixed: false),
        1 or 2 when name == "trace" => new PathCall((_, input) => input, isFixed: true),
        2 or 3 when name == "iif" => new PathCall(Choose(arguments), isFixed: false),
        _ => throw new PathException($"The function {name} with {arguments.Count} arguments is not known."),
    };

    private static PathBody? Plain(string name) => name switch
    {
        "exists" => (_, input) => PathValues.Of(input.Count > 0),
        "empty" => (_, input) => PathValues.Of(input.Count == 0),
        "not" => (_, input) => PathValues.Of(!PathValues.Boolean(input)),
        "count" => (_, input) => [(decimal)input.Count],
        "first" => (_, input) => input.Count > 0 ? [input[0]] : PathValues.Empty,
        "tail" => (_, input) => [.. input.Skip(1)],
        "allFalse" => (_, input) => PathValues.Of(input.All(item => PathValues.ToValue(item) is false)),
        "hasValue" => (_, input) => PathValues.Of(input.Count == 1 && input[0] is not FhirElement { Value: null }),
        "isDistinct" => (context, input) => PathValues.Of(PathSets.AreDistinct(context, input)),
        "distinct" => PathSets.Distinct,
        "children" => Children,
        "descendants" => Descendants,
        "toString" => (_, input) => input.Count == 1 && PathValues.Text(input[0]) is { } text ? [text] : PathValues.Empty,
        "toInteger" => ToInteger,
        "resolve" => (context, input) => [.. input.OfType<FhirElement>().Select(context.Resolve).OfType<FhirElement>()],
        // The narrative is checked by itself, with places and reasons (NarrativeChecker).
        "htmlChecks" => (_, _) => PathValues.Of(true),
        _ => null,
    };

    /// <summary>Functions whose argument is evaluated for each item.</summary>
    private static PathBody? ForEach(string name, PathExpression criterion) => name switch
    {
        "where" => (context, input) => [.. input.Where(item => PathValues.Boolean(At(context, item, criterion)) == true)],
        "exists" => (context, input) => PathValues.Of(input.Any(item => PathValues.Boolean(At(context, item, criterion)) == true)),
        "all" => (context, input) => PathValues.Of(input.All(item => PathValues.Boolean(At(context, item, criterion)) != false)),
        "select" => (context, input) => [.. input.SelectMany(item => At(context, item, criterion))],
        _ => null,
    };

    /// <summary>Functions whose argument is a value.</summary>
    private static PathBody? OfText(string name, PathExpression argument)
    {
        switch (name)
        {
            case "startsWith":
                return Test(argument, (text, part) => text.StartsWith(part, StringComparison.Ordinal));
            case "contains":
                return Test(argument, (text, part) => text.Contains(part, StringComparison.Ordinal));
            case "matches" when argument is PathLiteral { Text: { } pattern }:
                // The rules mean the whole text, also where they lack ^ and $.
                Regex regex = Compile($"^(?:{pattern})$");
                return (_, input) => input.Count == 1 && PathValues.Text(input[0]) is { } text ? PathValues.Of(regex.IsMatch(text)) : PathValues.Empty;
            case "substring":
                return (context, input) => Substring(input, Value(context, argument));
            case "combine":
                return (context, input) => [.. input, .. Value(context, argument)];
            case "intersect":
                return (context, input) => PathSets.Intersect(context, input, Value(context, argument));
            default:
                return null;
        }
    }

    private static PathBody Test(PathExpression argument, Func<string, string, bool> test) => (context, input) =>
        input.Count == 1 && PathValues.Text(input[0]) is { } text && Value(context, argument) is [var part] && PathValues.Text(part) is { } wanted
            ? PathValues.Of(test(text, wanted))
            : PathValues.Empty;

    private static PathBody TypeTest(string name, string type) => (context, input) =>
    {
        context.Spend(input.Count);
        if (name == "is")
            return input.Count == 0 ? PathValues.Empty : PathValues.Of(PathValues.Is(input[0], type));
        return [.. input.Where(item => PathValues.Is(item, type))];
    };

    private static PathBody Choose(IReadOnlyList<PathExpression> arguments) => (context, input) =>
    {
        if (PathValues.Boolean(arguments[0].Evaluate(context, input)) == true)
            return arguments[1].Evaluate(context, input);
        return arguments.Count > 2 ? arguments[2].Evaluate(context, input) : PathValues.Empty;
    };

    private static PathBody Replace(Regex pattern, string with) => (_, input) =>
        input.Count == 1 && PathValues.Text(input[0]) is { } text ? [pattern.Replace(text, with)] : PathValues.Empty;

    private static IReadOnlyList<object> At(PathContext context, object item, PathExpression expression)
    {
        object before = context.This;
        context.This = item;
        IReadOnlyList<object> value = expression.Evaluate(context, [item]);
        context.This = before;
        return value;
    }

    // A name in an argument is one of what $this is, not of what stands before the point.
    private static IReadOnlyList<object> Value(PathContext context, PathExpression argument) => argument.Evaluate(context, [context.This]);

    private static List<object> Children(PathContext context, IReadOnlyList<object> input)
    {
        List<object> found = [];
        foreach (FhirElement element in input.OfType<FhirElement>())
            found.AddRange(element.Children);
        context.Spend(found.Count);
        return found;
    }

    private static List<object> Descendants(PathContext context, IReadOnlyList<object> input)
    {
        List<object> found = [];
        foreach (FhirElement element in input.OfType<FhirElement>())
            found.AddRange(element.Children);
        for (int i = 0; i < found.Count; i++)
        {
            context.Spend(1);
            found.AddRange(((FhirElement)found[i]).Children);
        }

        return found;
    }

    private static IReadOnlyList<object> ToInteger(PathContext context, IReadOnlyList<object> input) =>
        input.Count == 1 && int.TryParse(PathValues.Text(input[0]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? [(decimal)number] : PathValues.Empty;

    private static IReadOnlyList<object> Substring(IReadOnlyList<object> input, IReadOnlyList<object> start) =>
        input.Count == 1 && PathValues.Text(input[0]) is { } text && start is [decimal from] && from >= 0 && from < text.Length ? [text[(int)from..]] : PathValues.Empty;

    // Without backtracking: the texts are the senders'.
    private static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
