using System.Collections.Concurrent;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

// The dictionary is made for reading, this for checking: what is looked up for each field stands in arrays, and what is only sometimes
// needed (table codes, names) stays where it is. Made once a version, when its first message is checked; structures when first needed.

/// <summary>What is checked in messages of one version.</summary>
internal sealed class VersionPlan
{
    private const string LastWithOldTypes = "2.5.1";

    private const string Newest = "2.7";

    // The tables at hand are those of 2.6.
    private const string LastWithTables = "2.6";

    // Value types, of which HL7 gave the later ones more characters than the fields that hold them (OBX-2 CWE in two).
    private const int ValueTypes = 125;

    // 65536, later 99999, stands for any length (HL7 v2.5.1 §2.5.3.2).
    private const int AnyLength = 65_536;

    private static readonly ConcurrentDictionary<string, VersionPlan> s_plans = new();

    private readonly Dictionary<int, SegmentPlan> _segments = [];
    private readonly Dictionary<string, TypePlan> _types = [];
    private readonly ConcurrentDictionary<string, StructurePlan> _structures = new();

    private readonly HashSet<string> _messageTypes = [];
    private readonly HashSet<string> _events = [];

    private VersionPlan(Hl7Dictionary dictionary)
    {
        Dictionary = dictionary;
        HasOlderTables = string.CompareOrdinal(dictionary.Version, LastWithTables) > 0;
        RequiresEvent = dictionary.Type("MSG")?.Component(2)?.Usage == Hl7Usage.Required;
        RequiresStructure = dictionary.Type("MSG")?.Component(3)?.Usage == Hl7Usage.Required;
        foreach (string[] message in dictionary.Messages.Keys.Select(name => name.Split('_')))
        {
            _messageTypes.Add(message[0]);
            _events.Add(message[^1]);
        }

        _messageTypes.UnionWith(Hl7Tables.Find(76)?.Codes.Keys ?? []);
        _events.UnionWith(Hl7Tables.Find(3)?.Codes.Keys ?? []);
        foreach (DataTypeDefinition type in dictionary.Types)
            _types.Add(type.Name, new(type.Name, TypePlan.KindOf(type)));
        foreach (DataTypeDefinition type in dictionary.Types)
            _types[type.Name].Components = [.. type.Components.Select(component => PartOf(component, type.Name, type.Components.Count))];
        foreach (SegmentDefinition segment in dictionary.Segments)
            _segments.Add(SegmentKey.Of(segment.Name), new(segment.Name, segment.Description, [.. segment.Fields.Select(field => PartOf(field, segment.Name, segment.Fields.Count))]));
    }

    public Hl7Dictionary Dictionary { get; }

    /// <summary>Whether the tables are older than the version, and may lack what it added.</summary>
    public bool HasOlderTables { get; }

    /// <summary>Whether MSH-9 has to name a trigger event.</summary>
    public bool RequiresEvent { get; }

    /// <summary>Whether MSH-9 has to name a message structure.</summary>
    public bool RequiresStructure { get; }

    public static VersionPlan Of(Hl7Dictionary dictionary) => s_plans.GetOrAdd(dictionary.Version, static (_, made) => new(made), dictionary);

    /// <summary>Whether a message type is one of HL7.</summary>
    public bool KnowsType(ReadOnlySpan<char> code) => _messageTypes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(code);

    /// <summary>Whether a trigger event is one of HL7.</summary>
    public bool KnowsEvent(ReadOnlySpan<char> trigger) => _events.GetAlternateLookup<ReadOnlySpan<char>>().Contains(trigger);

    public SegmentPlan? Segment(int key) => _segments.GetValueOrDefault(key);

    /// <summary>A data type by the bytes of its name; one that the version lacks (CE of 2.7) as 2.5.1 has it, for senders keep types that they know.</summary>
    public TypePlan? Type(ReadOnlySpan<byte> name)
    {
        TypePlan? own = OwnType(name);
        return own is not null || Dictionary.Version == LastWithOldTypes ? own : Of(Hl7Dictionary.For(LastWithOldTypes)).OwnType(name);
    }

    private TypePlan? OwnType(ReadOnlySpan<byte> name)
    {
        if (name.Length > 8)
            return null;
        Span<char> text = stackalloc char[name.Length];
        for (int i = 0; i < name.Length; i++)
            text[i] = (char)name[i];
        return _types.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out TypePlan? type) ? type : null;
    }

    public StructurePlan Structure(StructureDefinition structure) =>
        _structures.GetOrAdd(structure.Name, static (_, definition) => new(definition), structure);

    private PartPlan PartOf(FieldDefinition field, string owner, int count)
    {
        TypePlan type = _types.GetValueOrDefault(field.Type.Name) ?? TypePlan.Text;
        // Before 2.5 the dictionary does not say what the first component of TS is.
        if (owner == "TS" && field.Number == 1 && count > 1)
            type = new("DTM", ValueKind.Timestamp);
        // What 2.7 has withdrawn stands there as ST; senders that still send it send what it was.
        if (field.Usage == Hl7Usage.Backward && type.Name == "ST")
            type = TypePlan.Unknown;
        // MSH-9 to MSH-12 are judged apart, at every level.
        bool isJudgedApart = owner == "MSH" && field.Number is >= 9 and <= 12;
        bool isRequired = field.Usage == Hl7Usage.Required && !isJudgedApart;
        TableDefinition? table = field.Codes is { Codes.Count: > 0 } codes && OpenTables.CanJudge(codes.Number) ? codes : null;
        int length = field.MaxLength is { } given and < AnyLength && field.Table != ValueTypes ? given : 0;
        return new(field.Number, field.Name, type, isRequired, field.MaxRepetitions ?? 0, length, table) { IsGivenUp = IsGivenUp(owner, field.Number, type) };
    }

    // XON.3, a number up to 2.6, is withdrawn in 2.7; XTN.5 to XTN.8, numbers as well, are text there. What 2.7 withdrew or made text stands there as ST.
    private static bool IsGivenUp(string owner, int number, TypePlan type)
    {
        if (type.Kind is ValueKind.Text or ValueKind.Open or ValueKind.Composite)
            return false;
        Hl7Dictionary newest = Hl7Dictionary.For(Newest);
        return (newest.Type(owner)?.Component(number) ?? newest.Segment(owner)?.Field(number))?.Type.Name == "ST";
    }
}
