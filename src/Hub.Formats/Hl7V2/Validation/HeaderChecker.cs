using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Reads what the header says the message is, and finds what to check the rest by.</summary>
internal sealed class HeaderChecker(Hl7Message message, Findings findings)
{
    private const int Longest = 32;

    // Versions of table 0104 whose definitions are not at hand.
    private static readonly string[] s_others = ["2.0", "2.0D", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9", "2.9.1"];

    /// <summary>Whether MSH-12 can name a version and the message be checked: one of those at hand, or a later one of table 0104.</summary>
    public static bool Knows(string version) => Hl7Versions.Names.Contains(version) || s_others.Contains(version);

    /// <summary>The version to check by; null when MSH-12 does not say.</summary>
    public VersionPlan? Version { get; private set; }

    /// <summary>The structure to check by; null when it is not known.</summary>
    public StructurePlan? Structure { get; private set; }

    /// <summary>Checks MSH-9 to MSH-12.</summary>
    public void Check()
    {
        TellIfEmpty(9, 1, "message code");
        TellIfEmpty(10, 0, "message control ID");
        TellIfEmpty(11, 1, "processing ID");
        TellIfEmpty(12, 1, "version ID");
        Span<char> version = Chars(12, 1, stackalloc char[Longest]);
        if (version.IsEmpty)
            return;
        Version = FindVersion(version);
        if (Version is not null)
            FindStructure(Version);
    }

    private VersionPlan? FindVersion(ReadOnlySpan<char> version)
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For(version);
        // For a version with something behind it, 2.5x, the dictionary looks at what stands before it.
        if (dictionary.IsExact && version.SequenceEqual(dictionary.Version))
            return VersionPlan.Of(dictionary);
        string? other = null;
        foreach (string known in s_others)
            other = version.SequenceEqual(known) ? known : other;
        if (other is null)
        {
            findings.Add(ValidationRules.VersionUnknown, new(0, 12), $"MSH-12 is no version of HL7 v2.");
            return null;
        }

        findings.IsLater = dictionary.Version == "2.7";
        findings.Add(ValidationRules.VersionChecksAsOther, new(0, 12), $"The message is of version {other} and checked as {dictionary.Version}.");
        return VersionPlan.Of(dictionary);
    }

    private void FindStructure(VersionPlan version)
    {
        ReadOnlySpan<char> code = Chars(9, 1, stackalloc char[Longest]);
        ReadOnlySpan<char> trigger = Chars(9, 2, stackalloc char[Longest]);
        ReadOnlySpan<char> named = Chars(9, 3, stackalloc char[Longest]);
        if (code.IsEmpty)
            return;
        StructureDefinition? structure = version.Dictionary.StructureFor(code, trigger, []);
        TellIfIncomplete(version, code, trigger, isStructureMissing: named.IsEmpty && structure is not null);
        StructureDefinition? claimed = named.IsEmpty ? null : version.Dictionary.StructureFor(code, trigger, named);
        // Table 0354 names one structure for several events (ADT_A01 for A04) also where the dictionary of the version lists each by itself.
        string? shared = Hl7Dictionary.For("2.5.1").StructureFor(code, trigger, [])?.Name;
        if (structure is not null && !named.IsEmpty && !named.SequenceEqual(structure.Name) && !named.SequenceEqual(shared))
            findings.Add(ValidationRules.StructureContradicts, new(0, 9) { Component = 3 }, $"The structure of this message is {structure.Name} in version {version.Dictionary.Version}, and MSH-9.3 names another.");
        structure ??= claimed;
        if (structure is not null)
            Structure = version.Structure(structure);
        else if (!TellUnknown(version, code, trigger))
            findings.Add(ValidationRules.StructureUnknown, new(0, 9), $"The structure of this message is not known in version {version.Dictionary.Version}; the order of its segments is not checked.");
    }

    private void TellIfIncomplete(VersionPlan version, ReadOnlySpan<char> code, ReadOnlySpan<char> trigger, bool isStructureMissing)
    {
        // What an acknowledgment answers may have had no event; it then has none to give (protocol A02).
        if (code.SequenceEqual("ACK"))
            return;
        if (version.RequiresEvent && (trigger.IsEmpty || trigger.SequenceEqual("\"\"")))
            findings.Add(ValidationRules.EventMissing, new(0, 9) { Component = 2 }, $"MSH-9.2 (trigger event) is empty; version {version.Dictionary.Version} requires it.");
        else if (version.RequiresStructure && isStructureMissing)
            findings.Add(ValidationRules.StructureMissing, new(0, 9) { Component = 3 }, $"MSH-9.3 (message structure) is empty; version {version.Dictionary.Version} requires it.");
    }

    /// <summary>Tells a type or event that is none. A later version may have more, so then nothing is told.</summary>
    private bool TellUnknown(VersionPlan version, ReadOnlySpan<char> code, ReadOnlySpan<char> trigger)
    {
        bool knowsType = code[0] == 'Z' || version.KnowsType(code);
        bool knowsEvent = trigger.IsEmpty || trigger[0] == 'Z' || version.KnowsEvent(trigger);
        if (!version.Dictionary.IsExact || (knowsType && knowsEvent))
            return false;
        if (!knowsType)
            findings.Add(ValidationRules.MessageTypeUnknown, new(0, 9) { Component = 1 }, $"MSH-9.1 is no message type of table 0076.");
        if (!knowsEvent)
            findings.Add(ValidationRules.EventUnknown, new(0, 9) { Component = 2 }, $"MSH-9.2 is no trigger event of table 0003.");
        return true;
    }

    private void TellIfEmpty(int field, int component, string name)
    {
        ReadOnlySpan<byte> value = Part(field, component);
        if (value.IsEmpty || ValueChecker.IsNull(value))
            findings.Add(ValidationRules.HeaderFieldMissing, new(0, field), $"MSH-{field} ({name}) is empty.");
    }

    private ReadOnlySpan<byte> Part(int field, int component)
    {
        ReadOnlySpan<byte> value = Hl7Segment.Field(message.SegmentBytes(0).Span, message.Delimiters.Field, field);
        return component == 0 ? value : Hl7Parts.Get(value, message.Delimiters.Component, component);
    }

    private Span<char> Chars(int field, int component, Span<char> into)
    {
        ReadOnlySpan<byte> value = Part(field, component);
        int length = Math.Min(value.Length, into.Length);
        for (int i = 0; i < length; i++)
            into[i] = (char)value[i];
        return into[..length];
    }
}
