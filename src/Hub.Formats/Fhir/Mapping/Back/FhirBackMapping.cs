using System.Buffers;
using System.Collections.Concurrent;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

// FHIR R4 to HL7 v2: the rules of the way there, read backwards. BackReader makes elements of JSON, BackPlan decides which messages they make and whom
// each is about, BackStructure puts the rules at the places of the message's structure, BackBinder finds the resources for them, BackEmit and BackFill
// write the segments (BackTrie: a map read backwards; BackFit: which item of a list belongs to which field), BackHeader the rest. Data/back.txt says
// what cannot be told by reading backwards.
// What must stay true: nothing of another patient; no resource throws; the same resources give the same bytes; what no message carries is told.

/// <summary>Rules that make HL7 v2 messages of FHIR R4 resources. Made once, used by many threads.</summary>
public sealed class FhirBackMapping
{
    private static readonly Lazy<FhirBackMapping> s_guide = new(() => new(Load([])));

    private readonly ConcurrentDictionary<(string Version, string Structure, string Code), BackStructure> _structures = new();

    private FhirBackMapping(RuleSet rules) => Rules = rules;

    /// <summary>The guide's rules read backwards, without a site's. Read when first asked for, and paid by those who convert.</summary>
    public static FhirBackMapping Guide => s_guide.Value;

    internal RuleSet Rules { get; }

    internal BackTries Tries { get; } = new();

    /// <summary>The guide's rules with those of a site over them. Rules in files named <c>*.back.map</c> are for this way alone.</summary>
    /// <param name="files">The files of the site, in their order: the name, for problems, and the text.</param>
    /// <param name="problems">Every mistake in them, with file and line.</param>
    /// <returns>The rules; null when there are mistakes.</returns>
    public static FhirBackMapping? Create(IEnumerable<(string Name, string Text)> files, out IReadOnlyList<FhirRuleProblem> problems)
    {
        RuleSet rules = Load(files);
        problems = rules.Problems;
        return rules.Problems.Count == 0 ? new(rules) : null;
    }

    /// <summary>How the names of files end whose rules are for this way alone.</summary>
    public const string BackFiles = ".back.map";

    /// <summary>Whether resources can become messages of an event in a version.</summary>
    public static bool KnowsEvent(string name, string version) => BackEvents.Parse(name, Hl7Dictionary.For(version)) is not null;

    /// <summary>Whether messages can be written in a character set: those whose bytes of delimiters are nothing else.</summary>
    public static bool CanWrite(string characterSet) => Hl7CharacterSet.Find(characterSet) is { MultiByte: null };

    /// <summary>Makes messages of a bundle or resource. Never throws for what it holds.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="options">How.</param>
    /// <returns>The messages, or the reason why there are none, with what they do not carry.</returns>
    public FhirBackConversion Convert(ReadOnlyMemory<byte> json, FhirBackOptions options)
    {
        BackNotes notes = new();
        FhirBackConversion Refuse(FhirBackFault fault) => new([], fault, notes.All);
        if (BackReader.Read(json, out FhirBackFault? fault) is not { } root)
            return Refuse(fault!);
        BackInput input = new(root);
        if (input.Fault is { } tooLarge)
            return Refuse(tooLarge);
        BackPlan plan = new(input, new(input), options, notes);
        if (plan.Read() is { } wrong)
            return Refuse(wrong);
        List<FhirBackMessage> messages = [];
        foreach (BackSubject subject in plan.Subjects)
        {
            BackRun run = new(this, input, plan.Scope, subject.Patient, plan.Dictionary, notes) { Resources = subject.Resources };
            try
            {
                messages.Add(Write(run, subject, new(json, input, options, messages.Count, plan.Subjects.Count)));
            }
            catch (Hl7FormatException unwritable)
            {
                return Refuse(new(FhirBackCodes.NotWritable, subject.Patient.Location, $"{unwritable.Message} Choose another character set, or none for UTF-8."));
            }

            subject.Done.UnionWith(run.Taken);
        }

        BackLeft.Tell(input, plan, notes);
        // Last, so that what is told here leaves room for what no message carries.
        foreach (FhirBackMessage message in options.Check ? messages : [])
            BackCheck.Tell(message.Bytes, notes);
        return new(messages, null, notes.All);
    }

    private FhirBackMessage Write(BackRun run, BackSubject subject, BackHeader header)
    {
        BackStructure structure = Structure(run.Dictionary, subject.Code, subject.Trigger, subject.Structure);
        BackBinder binder = new(run, structure, subject.Focus);
        _ = new BackEmit(run, binder).Write(structure.Root, binder.Root());
        header.Finish(run, subject, structure.Name);
        ArrayBufferWriter<byte> written = new(4096);
        Hl7CharacterSet set = header.Set(run);
        foreach (DraftSegment segment in run.Segments)
            segment.Write(written, set);
        return new(written.WrittenMemory, $"{subject.Code}^{subject.Trigger}", run.Segments[0].TextOf(10));
    }

    private BackStructure Structure(Hl7Dictionary dictionary, string code, string trigger, StructureDefinition structure) =>
        _structures.GetOrAdd((dictionary.Version, structure.Name, $"{code}_{trigger}"), _ => BackStructure.Of(structure, Rules.MessageFor(Rules.Message($"{code}_{trigger}") is not null ? $"{code}_{trigger}" : structure.Name, code)));

    private static RuleSet Load(IEnumerable<(string Name, string Text)> files)
    {
        RuleSet rules = new();
        new RuleReader(rules, isGuide: true).Read("guide.txt", FhirStructure.Lines("guide.txt"));
        new RuleReader(rules, isGuide: false).Read("own.txt", FhirStructure.Lines("own.txt"));
        new RuleReader(rules, isGuide: false).Read("back.txt", FhirStructure.Lines("back.txt"));
        foreach ((string name, string text) in files)
            new RuleReader(rules, isGuide: false).Read(name, text.Split('\n'));
        // All of them: a rule that is read late would not be found backwards.
        return rules.ReadAll();
    }
}
