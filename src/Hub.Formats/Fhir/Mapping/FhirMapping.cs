using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping;

// HL7 v2 to FHIR R4 by the tables of HL7's own guide. generate.mjs turns them into lines of rules (Data/guide.txt); Data/own.txt says what the guide
// leaves open; a site's files come last. All three have one form (RuleReader) and are made ready when first used (RuleCompiler, MessageCompiler). A message runs
// through MapRun (its groups), SegmentRun (the rules of a segment) and BundleMaker (ids, what R4 requires, the bundle).
// What must stay true: no message throws; the same message gives the same bytes; nothing is written that R4 does not allow in that place.

/// <summary>Rules that make FHIR R4 bundles of HL7 v2 messages. Made once, used by many threads.</summary>
public sealed class FhirMapping
{
    private static readonly Lazy<FhirMapping> s_guide = new(() => new(Load([])));

    private FhirMapping(RuleSet rules) => Rules = rules;

    /// <summary>The guide's rules, without a site's. Read when first asked for, each table when a message first needs it; paid by those who convert.</summary>
    public static FhirMapping Guide => s_guide.Value;

    internal RuleSet Rules { get; }

    /// <summary>The guide's rules with those of a site over them.</summary>
    /// <param name="files">The files of the site, in their order: the name, for problems, and the text.</param>
    /// <param name="problems">Every mistake in them, with file and line.</param>
    /// <returns>The rules; null when there are mistakes.</returns>
    public static FhirMapping? Create(IEnumerable<(string Name, string Text)> files, out IReadOnlyList<FhirRuleProblem> problems)
    {
        RuleSet rules = Load(files);
        problems = rules.Problems;
        return rules.Problems.Count == 0 ? new(rules) : null;
    }

    /// <summary>Makes a bundle of a message. Never throws for what a message holds.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">How.</param>
    /// <returns>The bundle, or the reason why there is none, with what could not be carried over.</returns>
    public FhirConversion Convert(Hl7Message message, FhirMappingOptions options)
    {
        if (message.SegmentCount == 0 || message.SegmentName(0) != "MSH")
            return new(null, "The message does not begin with MSH.", []);
        MapRun run = new(Rules, message, options);
        try
        {
            run.Map();
            ReadOnlyMemory<byte>? bundle = new BundleMaker(run).Make();
            // R4 has no empty lists, and an empty bundle would be sent for nothing.
            return new(bundle, bundle is null ? "The message says nothing that becomes a resource." : null, run.Problems);
        }
        catch (Hl7FormatException fault)
        {
            return new(null, fault.Message, run.Problems);
        }
    }

    private static RuleSet Load(IEnumerable<(string Name, string Text)> files)
    {
        RuleSet rules = new();
        new RuleReader(rules, isGuide: true).Read("guide.txt", FhirStructure.Lines("guide.txt"));
        new RuleReader(rules, isGuide: false).Read("own.txt", FhirStructure.Lines("own.txt"));
        // All files first: the last one has the last word.
        List<Action> named = [.. files.Select(file => new RuleReader(rules, isGuide: false).Index(file.Name, file.Text.Split('\n')))];
        // What a site speaks of is read at once, so that its mistakes are told when the channel is loaded.
        named.ForEach(read => read());
        return rules;
    }
}
