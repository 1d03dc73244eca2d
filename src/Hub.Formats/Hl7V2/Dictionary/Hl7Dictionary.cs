using System.Collections.Frozen;

namespace Hub.Formats.Hl7V2.Dictionary;

// Where the facts come from, what was wrong with them and how it was mended: README.md of this folder. A version is read from the
// embedded text when the first message of it comes (some milliseconds, about a megabyte) and shared by all; structures are built when
// first used. Look-ups take spans, so that a reader of messages makes no strings.

/// <summary>What one version of HL7 v2 defines: segments, data types, message structures. Safe for use by several threads at once.</summary>
public sealed class Hl7Dictionary
{
    private readonly FrozenDictionary<string, SegmentDefinition>.AlternateLookup<ReadOnlySpan<char>> _segments;
    private readonly FrozenDictionary<string, DataTypeDefinition>.AlternateLookup<ReadOnlySpan<char>> _types;
    private readonly FrozenDictionary<string, StructureDefinition>.AlternateLookup<ReadOnlySpan<char>> _structures;
    private readonly FrozenDictionary<string, StructureDefinition>.AlternateLookup<ReadOnlySpan<char>> _messages;

    internal Hl7Dictionary(string version, DictionaryContent content)
    {
        Version = version;
        IsExact = true;
        _segments = content.Segments.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _types = content.Types.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _structures = content.Structures.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _messages = content.Messages.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The same facts for a message of another version.</summary>
    internal Hl7Dictionary(Hl7Dictionary exact)
    {
        Version = exact.Version;
        _segments = exact._segments;
        _types = exact._types;
        _structures = exact._structures;
        _messages = exact._messages;
    }

    /// <summary>The version whose facts these are, for example <c>2.5.1</c>.</summary>
    public string Version { get; }

    /// <summary>Whether that is the version that was asked for; false when it is the nearest (2.7 for 2.7.1 and 2.8).</summary>
    public bool IsExact { get; }

    /// <summary>All segments.</summary>
    public IReadOnlyCollection<SegmentDefinition> Segments => _segments.Dictionary.Values;

    /// <summary>All data types.</summary>
    public IReadOnlyCollection<DataTypeDefinition> Types => _types.Dictionary.Values;

    /// <summary>All message structures.</summary>
    public IReadOnlyCollection<StructureDefinition> Structures => _structures.Dictionary.Values;

    /// <summary>All messages, <c>ADT_A04</c> and the like, with their structures.</summary>
    public IReadOnlyDictionary<string, StructureDefinition> Messages => _messages.Dictionary;

    /// <summary>
    /// The dictionary for a message. A version that is not there gets the nearest older one: 2.7 for 2.7.1, 2.8 and later (no facts of those are
    /// to be had), 2.5.1 for 2.5.2, 2.1 for what is older. No version at all, or none that can be read, gets 2.5.1, the one most used.
    /// In all these cases <see cref="IsExact"/> is false.
    /// </summary>
    /// <param name="version">MSH-12, of which the first component counts.</param>
    /// <returns>A shared dictionary.</returns>
    public static Hl7Dictionary For(ReadOnlySpan<char> version) => Hl7Versions.Find(version);

    /// <summary>A segment.</summary>
    /// <param name="name">For example <c>PID</c>.</param>
    /// <returns>Null when the version does not have it, as are Z segments.</returns>
    public SegmentDefinition? Segment(ReadOnlySpan<char> name) => _segments.TryGetValue(name, out SegmentDefinition? segment) ? segment : null;

    /// <summary>A segment by the bytes of its name, as they stand in a message.</summary>
    /// <param name="name">For example <c>PID</c>.</param>
    /// <returns>Null when the version does not have it, as are Z segments.</returns>
    public SegmentDefinition? Segment(ReadOnlySpan<byte> name) =>
        name.Length == 3 ? Segment([(char)name[0], (char)name[1], (char)name[2]]) : null;

    /// <summary>A data type.</summary>
    /// <param name="name">For example <c>CX</c>.</param>
    /// <returns>Null when the version does not have it.</returns>
    public DataTypeDefinition? Type(ReadOnlySpan<char> name) => _types.TryGetValue(name, out DataTypeDefinition? type) ? type : null;

    /// <summary>A message structure by the name it is listed under, and no other.</summary>
    /// <param name="name">For example <c>ADT_A01</c>.</param>
    /// <returns>Null when the version does not have it.</returns>
    public StructureDefinition? Structure(ReadOnlySpan<char> name) => _structures.TryGetValue(name, out StructureDefinition? structure) ? structure : null;

    /// <summary>
    /// The structure of a message: the one that MSH-9.3 names when it is known, else that of message code and trigger event, else that of
    /// the code alone (ACK, and ORU of old senders).
    /// </summary>
    /// <param name="code">MSH-9.1, for example <c>ADT</c>.</param>
    /// <param name="trigger">MSH-9.2, for example <c>A04</c>; may be empty.</param>
    /// <param name="structure">MSH-9.3, for example <c>ADT_A01</c>; may be empty.</param>
    /// <returns>Null when the version knows neither.</returns>
    public StructureDefinition? StructureFor(ReadOnlySpan<char> code, ReadOnlySpan<char> trigger, ReadOnlySpan<char> structure)
    {
        if (!structure.IsEmpty && Message(structure) is { } named)
            return named;
        // Names are seven characters; what is far longer is none, and is not worth a place on the stack.
        if (code.Length + trigger.Length > 31)
            return null;
        Span<char> name = stackalloc char[32];
        code.CopyTo(name);
        name[code.Length] = '_';
        trigger.CopyTo(name[(code.Length + 1)..]);
        return Message(name[..(code.Length + 1 + trigger.Length)]) ?? Message(code);
    }

    private StructureDefinition? Message(ReadOnlySpan<char> name) => _messages.TryGetValue(name, out StructureDefinition? structure) ? structure : null;
}
