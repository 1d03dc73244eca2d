using System.Globalization;

namespace Hub.Formats.Fhir.Paths;

/// <summary>Reads the part of FHIRPath (N1) that the invariants of R4 use. What it does not know it refuses.</summary>
internal sealed class PathParser
{
    // From weak to strong (FHIRPath N1 §8). All group to the left.
    private static readonly string[][] s_operators =
    [
        ["implies"], ["or", "xor"], ["and"], ["in", "contains"], ["=", "!="], ["<", ">", "<=", ">="], ["|"], ["is", "as"], ["+", "-", "&"],
    ];

    private readonly List<PathToken> _tokens;
    private int _at;

    private PathParser(string text) => _tokens = PathLexer.Read(text);

    private PathToken Current => _tokens[_at];

    /// <summary>Reads an expression.</summary>
    /// <exception cref="PathException">It is none, or uses what is not known here.</exception>
    public static PathExpression Parse(string text)
    {
        PathParser parser = new(text);
        PathExpression expression = parser.ReadOperation(0);
        return parser.Current.Kind == PathTokenKind.End ? expression : throw new PathException($"\"{parser.Current.Text}\" stands where an operator or the end is expected.");
    }

    private PathExpression ReadOperation(int level)
    {
        if (level == s_operators.Length)
            return ReadPath();
        PathExpression left = ReadOperation(level + 1);
        while (Current.Kind is PathTokenKind.Name or PathTokenKind.Symbol && s_operators[level].Contains(Current.Text))
        {
            string name = Take().Text;
            left = name is "is" or "as" ? new PathTypeTest(left, TakeName(), name == "as") : new PathOperation(name, left, ReadOperation(level + 1));
        }

        return left;
    }

    private PathExpression ReadPath()
    {
        PathExpression path = ReadTerm();
        while (Current is { Kind: PathTokenKind.Symbol, Text: "." })
        {
            _at++;
            path = new PathStep(path, ReadInvocation());
        }

        return path;
    }

    private PathExpression ReadTerm()
    {
        PathToken token = Current;
        switch (token.Kind)
        {
            case PathTokenKind.Text:
                _at++;
                return new PathLiteral([token.Text]);
            case PathTokenKind.Number:
                _at++;
                return new PathLiteral([decimal.Parse(token.Text, CultureInfo.InvariantCulture)]);
            case PathTokenKind.Name when token.Text is "true" or "false":
                _at++;
                return new PathLiteral(PathValues.Of(token.Text == "true"));
            case PathTokenKind.Symbol when token.Text is "(":
                _at++;
                PathExpression inner = ReadOperation(0);
                Expect(")");
                return inner;
            case PathTokenKind.Symbol when token.Text is "%" or "$":
                _at++;
                return ReadVariable(token.Text + TakeName());
            default:
                return ReadInvocation();
        }
    }

    private static PathVariable ReadVariable(string name) => name switch
    {
        "$this" => new(PathVariableKind.This),
        "%resource" => new(PathVariableKind.Resource),
        "%rootResource" => new(PathVariableKind.RootResource),
        "%context" => new(PathVariableKind.Context),
        "%ucum" => new(PathVariableKind.Ucum),
        _ => throw new PathException($"{name} is not known."),
    };

    private PathExpression ReadInvocation()
    {
        string name = TakeName();
        if (Current is not { Kind: PathTokenKind.Symbol, Text: "(" })
            return new PathMember(name);
        _at++;
        List<PathExpression> arguments = [];
        while (Current is not { Kind: PathTokenKind.Symbol, Text: ")" })
        {
            if (arguments.Count > 0)
                Expect(",");
            arguments.Add(ReadOperation(0));
        }

        _at++;
        return PathFunctions.Make(name, arguments);
    }

    private PathToken Take() => _tokens[_at++];

    private string TakeName() => Current.Kind == PathTokenKind.Name ? Take().Text : throw new PathException($"\"{Current.Text}\" stands where a name is expected.");

    private void Expect(string symbol)
    {
        if (Current.Kind != PathTokenKind.Symbol || Take().Text != symbol)
            throw new PathException($"A \"{symbol}\" is missing.");
    }
}
