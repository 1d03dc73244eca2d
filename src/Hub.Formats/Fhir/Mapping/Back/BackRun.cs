using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>One message on its way: whom it is about, what it has so far, and what it may take.</summary>
internal sealed class BackRun(FhirBackMapping mapping, BackInput input, BackScope scope, BackNode? patient, Hl7Dictionary dictionary, BackNotes notes)
{
    public RuleSet Rules => mapping.Rules;

    public BackTries Tries => mapping.Tries;

    public BackInput Input => input;

    public BackScope Scope => scope;

    public BackNode? Patient => patient;

    public Hl7Dictionary Dictionary => dictionary;

    public BackNotes Notes => notes;

    public List<DraftSegment> Segments { get; } = [];

    /// <summary>The resources that the message is made of.</summary>
    public IReadOnlyList<BackNode> Resources { get; init; } = [];

    /// <summary>The resources whose data the message has.</summary>
    public HashSet<BackNode> Taken { get; } = [];

    /// <summary>The last segment of a name so far.</summary>
    public DraftSegment? Find(string name) => Segments.FindLast(segment => segment.Name == name);

    /// <summary>What a reference names, when the message may take from it. Data of another patient is never followed, and told.</summary>
    public BackNode? Follow(BackNode reference)
    {
        if (input.Resolve(reference) is not { } found)
            return null;
        if (scope.MayTake(found, patient))
            return found;
        notes.Add(reference, "It names data of another patient, or of a patient who is not there; nothing is taken from it.");
        return null;
    }

    /// <summary>What a reference says of a thing that is not there: its identifier, and its name as people read it.</summary>
    public static BackNode? Logical(BackNode reference, string type)
    {
        BackNode? identifier = reference.Find("identifier");
        BackNode? display = reference.Find("display");
        if (identifier is null && display?.Text is null)
            return null;
        BackNode made = new(null, "resource", -1);
        _ = made.Add(new BackNode(made, "resourceType", -1) { Text = type });
        if (identifier is not null)
            _ = made.Add(identifier);
        if (display is { Text: { } name } && type is "Practitioner" or "Patient" or "RelatedPerson")
        {
            BackNode human = made.Add(new(made, "name", 0));
            _ = human.Add(new BackNode(human, "text", -1) { Text = name, Origin = display });
        }
        else if (display?.Text is not null)
        {
            _ = made.Add(new BackNode(made, "name", -1) { Text = display.Text, Origin = display });
        }

        return made;
    }
}

/// <summary>What the messages do not carry.</summary>
internal sealed class BackNotes
{
    // Who converts a foreign bundle wants to see where it differs, not each of a thousand like places.
    private const int Most = 200;

    private readonly List<FhirBackNote> _notes = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public IReadOnlyList<FhirBackNote> All => _notes;

    public void Add(BackNode at, string text) => Add(at.Location, text);

    public void Add(string location, string text)
    {
        if (_notes.Count < Most && _told.Add($"{location} {text}"))
            _notes.Add(new(location, text));
        if (_notes.Count == Most && _told.Add(""))
            _notes.Add(new("", $"There are more than {Most} notes; the rest is left out."));
    }
}
