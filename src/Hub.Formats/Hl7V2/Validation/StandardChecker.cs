using System.Buffers;
using System.Text;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Checks the segments of a message by its version and structure.</summary>
internal sealed class StandardChecker(Hl7Message message, VersionPlan version, StructurePlan? structure, Findings findings)
{
    private static readonly int s_note = SegmentKey.Of("NTE");

    private readonly FieldChecker _fields = new(message, version, findings);
    private SetIdRun _run;
    private SetIdRun _notes;

    // The last segment with a name: the place of what follows it and has none.
    private int _named;

    // What reading found out (protocol E19).
    private bool _hasBadText = message.Flags.Contains("charset-invalid");
    private readonly bool _hasLineFeed = message.Flags.Contains("embedded-lf");

    public void Check()
    {
        int count = message.SegmentCount;
        if (message.Flags.Contains("charset-guessed"))
            findings.Add(ValidationRules.CharacterSetGuessed, new(0, 18), $"MSH-18 names no set that fits the bytes over 0x7F; they are read as {message.CharacterSet.Name}.");
        sbyte[] symbols = ArrayPool<sbyte>.Shared.Rent(count);
        try
        {
            for (int i = 0; i < count; i++)
                symbols[i] = CheckSegment(i, message.SegmentBytes(i).Span);
            if (structure is null)
                return;
            StructureMatcher matcher = structure.Rent();
            matcher.Match(symbols.AsSpan(0, count), findings);
            structure.Return(matcher);
        }
        finally
        {
            ArrayPool<sbyte>.Shared.Return(symbols);
        }
    }

    /// <summary>Checks a segment by itself and gives its number in the structure; below 0 when it has no place there.</summary>
    private sbyte CheckSegment(int index, ReadOnlySpan<byte> segment)
    {
        int key = SegmentKey.Of(segment, message.Delimiters.Field);
        _named = key == SegmentKey.None ? _named : index;
        TellIfNoText(index, segment);
        if (_hasLineFeed)
            TellLineFeed(index, segment);
        if (key == SegmentKey.None)
        {
            // Its name may be the rest of a value, probably of the segment before it: that one is its place.
            findings.Add(ValidationRules.SegmentNameMalformed, new(_named), $"Segment {index + 1} of the message, which follows here, has no name of three capital letters or digits.");
            return -1;
        }

        SegmentPlan? plan = version.Segment(key);
        if (plan is not null)
        {
            _fields.Check(index, segment, plan);
            CheckSetId(index, segment, plan);
        }

        return SymbolOf(index, key, plan);
    }

    private sbyte SymbolOf(int index, int key, SegmentPlan? plan)
    {
        int symbol = structure?.Symbol(key) ?? StructurePlan.Other;
        if (symbol != StructurePlan.Other)
            return (sbyte)symbol;
        // Continuation segments follow any other (HL7 v2.5.1 §2.10.2).
        bool isOrdinary = SegmentKey.IsOwn(key) || plan?.Name is "ADD" or "DSC";
        if (plan is null && !isOrdinary)
            findings.Add(ValidationRules.SegmentUndefined, new(index), $"{SegmentKey.Name(key)} is not defined in version {version.Dictionary.Version}.");
        else if (structure is not null && !isOrdinary && !structure.TakesAny)
            findings.Add(ValidationRules.SegmentUnexpected, new(index), $"{plan!.Name} ({plan.Description}) is not part of {structure.Name}.");
        return structure is not null && structure.TakesAny && !SegmentKey.IsOwn(key) ? (sbyte)StructurePlan.Other : (sbyte)-1;
    }

    private void CheckSetId(int index, ReadOnlySpan<byte> segment, SegmentPlan plan)
    {
        int number = plan.HasSetId ? ValueForms.Sequence(Hl7Segment.Field(segment, message.Delimiters.Field, 1)) : -1;
        bool isNote = plan.Key == s_note;
        bool rises = isNote ? _notes.Rises(plan.Key, number) : _run.Rises(plan.Key, number);
        if (!isNote)
            _notes = default;
        if (!rises)
            findings.Add(ValidationRules.SetIdRepeats, new(index, 1), $"The set ID does not rise from the {plan.Name} before.");
    }

    // Once a segment: what looks like another segment is the worse of the two.
    private void TellLineFeed(int index, ReadOnlySpan<byte> segment)
    {
        bool isThere = false;
        for (int at; (at = segment.IndexOf((byte)'\n')) >= 0;)
        {
            isThere = true;
            segment = segment[(at + 1)..];
            if (!LooksLikeSegment(segment))
                continue;
            findings.Add(ValidationRules.LineFeedBeforeSegment, new(_named), $"In segment {index + 1} of the message stands a line feed, and after it what looks like a segment.");
            return;
        }

        if (isThere)
            findings.Add(ValidationRules.LineFeed, new(_named), $"In segment {index + 1} of the message stands a line feed.");
    }

    private bool LooksLikeSegment(ReadOnlySpan<byte> rest) =>
        rest.Length > 3 && rest[3] == message.Delimiters.Field && char.IsAsciiLetterOrDigit((char)rest[0]) && char.IsAsciiLetterOrDigit((char)rest[1]) && char.IsAsciiLetterOrDigit((char)rest[2]);

    private void TellIfNoText(int index, ReadOnlySpan<byte> segment)
    {
        if (!_hasBadText || Ascii.IsValid(segment))
            return;
        try
        {
            message.CharacterSet.Decode(segment);
        }
        catch (Hl7FormatException)
        {
            // Once: the set that MSH-18 names is wrong for all of the message.
            _hasBadText = false;
            findings.Add(ValidationRules.NotText, new(_named), $"Bytes of segment {index + 1} are no text in {message.CharacterSet.Name}.");
        }
    }
}
