namespace Hub.Formats.Fhir.Mapping;

/// <summary>What is wrong in a file of rules.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record FhirRuleProblem(string File, int Line, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? $"{File}: {Text}" : $"{File}({Line}): {Text}";
}

/// <summary>All rules: those of the guide, ours, and a site's, the later ones over the earlier. Each is read when it is first used (MapSections) and never changes afterwards.</summary>
internal sealed class RuleSet
{
    private readonly Dictionary<string, RuleMap> _maps = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, CodeMap> _codes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, MessageMap> _messages = new(StringComparer.Ordinal);

    private readonly RuleCompiler _compiler;

    public RuleSet() => _compiler = new(this);

    public List<MapDecision> Decisions { get; } = [];

    public List<FhirRuleProblem> Problems { get; } = [];

    /// <summary>Rules that another file put others in place of, for the coverage.</summary>
    public Dictionary<MapLine, (string Map, bool IsDone, string Reason)> Replaced { get; } = [];

    public IReadOnlyCollection<RuleMap> Maps => _maps.Values;

    public IReadOnlyCollection<CodeMap> CodeMaps => _codes.Values;

    public IReadOnlyCollection<MessageMap> Messages => _messages.Values;

    public RuleMap? Map(string name) => _maps.GetValueOrDefault(name);

    public CodeMap? Codes(string name) => _codes.GetValueOrDefault(name);

    public MessageMap? Message(string name) => _messages.GetValueOrDefault(name);

    public RuleMap MapOf(string kind, string source, string target)
    {
        if (!_maps.TryGetValue($"{source}.{target}", out RuleMap? map))
            _maps.Add($"{source}.{target}", map = new(kind, source, target, _compiler.Compile));
        return map;
    }

    public CodeMap CodesOf(string name)
    {
        if (!_codes.TryGetValue(name, out CodeMap? codes))
            _codes.Add(name, codes = new(name));
        return codes;
    }

    public MessageMap MessageOf(string name)
    {
        if (!_messages.TryGetValue(name, out MessageMap? message))
            _messages.Add(name, message = new(name, _compiler.Compile));
        return message;
    }

    /// <summary>The map for a message: that of its structure, else of the message that stands for its kind, else the one for any.</summary>
    public MessageMap MessageFor(string structure, string code) =>
        Message(structure) ?? Decisions.Where(decision => decision.Kind == "like" && decision.Matches(structure, code)).Select(decision => Message(decision.Answer)).FirstOrDefault(map => map is not null)
        ?? Message("ANY")!;

    /// <summary>Reads and makes ready all that is left, so that every mistake is told.</summary>
    public RuleSet ReadAll()
    {
        foreach (RuleMap map in _maps.Values)
            _ = map.Rules;
        foreach (CodeMap codes in _codes.Values)
            _ = codes.GuideRows;
        foreach (MessageMap message in _messages.Values)
            _ = message.Root;
        return this;
    }

    public void Report(MapLine line, string text) => Problems.Add(new(line.File, line.Number, text));
}

/// <summary>What was decided where the guide leaves it open.</summary>
/// <param name="Kind"><c>when</c> for a condition, <c>like</c> for a message without a map.</param>
/// <param name="Answer">Yes, no, a condition, or the map of another message.</param>
/// <param name="Asked">What the text begins with.</param>
/// <param name="Why">The reason, for people.</param>
internal sealed record MapDecision(string Kind, string Answer, string Asked, string Why)
{
    public bool Matches(string text) => text.StartsWith(Asked, StringComparison.OrdinalIgnoreCase);

    public bool Matches(string structure, string code) => structure == Asked || code == Asked;
}
