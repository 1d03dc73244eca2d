using System.Security.Cryptography;
using System.Text;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>What a message needs and no resource says: the header, the numbers of segments, fields that the standard requires.</summary>
internal sealed class BackHeader(ReadOnlyMemory<byte> json, BackInput input, FhirBackOptions options, int number, int count)
{
    // HL7 v2.5.1 §2.15.9.10: MSH-10 has 20 characters; 199 since 2.7, and real senders always had more. A name that somebody gave the message is kept.
    private const int LongestId = 20;
    private const int LongestName = 199;

    /// <summary>
    /// Fields that must say something, with what is usual (ORC-1 by the message: RE results to follow, NW a new order): HL7 tables 0004 N not applicable and U unknown,
    /// 0017 CG a charge, 0052 W working, 0322 CP complete, 0323 U an update. Where a table has nothing of the kind, the field stays empty and is told.
    /// OBX-11 F final (0085) is for what has no status at all; a status that has no code leaves the field empty. Diagnoses and charges that are denied have no segment (BackDenied).
    /// </summary>
    private static readonly (string Segment, int Field, string Text)[] s_needed =
    [
        ("OBX", 11, "F"), ("DG1", 6, "W"), ("FT1", 6, "CG"), ("IAM", 6, "U"), ("RXA", 1, "0"), ("RXA", 2, "1"), ("RXA", 6, "999"), ("RGS", 1, "1"),
    ];

    public void Finish(BackRun run, BackSubject subject, string structure)
    {
        Header(run.Segments[0], subject, structure);
        if (run.Find("EVN") is { } recorded)
        {
            recorded.Remove(1);
            if (recorded.TextOf(2).Length == 0)
                recorded.Set(2, run.Segments[0].TextOf(7));
        }

        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (DraftSegment segment in run.Segments)
        {
            SetId(run, counts, segment);
            foreach ((_, int field, string text) in s_needed.Where(needed => needed.Segment == segment.Name && segment.TextOf(needed.Field).Length == 0 && !segment.HasState))
                segment.Set(field, text);
            if (segment.Name == "PV1" && segment.TextOf(2).Length == 0)
                segment.Set(2, subject.Focus.ContainsKey("Encounter") ? "U" : "N");
            if (segment.Name == "ORC" && segment.TextOf(1).Length == 0)
                segment.Set(1, subject.Code is "OML" or "ORM" ? segment.TextOf(5) is "CA" or "DC" or "HD" ? segment.TextOf(5) : "NW" : "RE");
            // A visit whose numbers have no type is known by the first of them.
            if (segment.Name == "PV1" && segment.TextOf(19).Length == 0 && segment.All(50) is [{ IsEmpty: false } alternate])
            {
                segment.Value(19).Take(alternate.Clone());
                segment.Remove(50);
            }

            Unsaid(run, segment, subject.Trigger);
            if (segment.Name == "TXA")
                BackDocuments.Finish(run, segment, run.Segments[0].TextOf(10));
            Result(segment);
            Fit(run, segment);
        }
    }

    // A patient without a name has one that is not specified (HL7 table 0200 U); roles begin with a visit, and are brought up to date later (table 0287); what
    // was given at a time was given until then; a guarantor who is the patient is called as the patient; an insurer has the number that its name has (IN1-4.10).
    private static void Unsaid(BackRun run, DraftSegment segment, string trigger)
    {
        if (segment.Name == "PID" && segment.All(5).All(name => name.IsEmpty))
            segment.Value(5).Part(7).Set("U");
        if (segment.Name == "ROL" && segment.TextOf(2).Length == 0)
            segment.Set(2, trigger is "A01" or "A04" or "A05" ? "AD" : "UP");
        if (segment.Name == "RXA" && segment.TextOf(4).Length == 0)
            segment.Set(4, segment.TextOf(3));
        if (segment.Name == "GT1" && segment.All(3).All(name => name.IsEmpty) && segment.TextOf(11) is "SEL" or "SELF" or "S" && run.Find("PID")?.All(5) is [{ IsEmpty: false } own, ..])
            segment.Value(3).Take(own.Clone());
        if (segment.Name == "IN1" && segment.TextOf(3).Length == 0 && segment.All(4) is [var insurer, ..] && (insurer.Find(10) ?? insurer.Find(3)) is { IsEmpty: false } known)
            segment.Value(3).Part(1).Set(known.First);
    }

    private void Header(DraftSegment header, BackSubject subject, string structure)
    {
        Hl7Delimited(header, 3, options.SendingApplication);
        Hl7Delimited(header, 4, options.SendingFacility);
        Hl7Delimited(header, 5, options.ReceivingApplication);
        Hl7Delimited(header, 6, options.ReceivingFacility);
        if (header.TextOf(7).Length == 0)
            header.Set(7, Sent());
        header.Remove(9);
        DraftValue type = header.Value(9);
        type.Part(1).Set(subject.Code);
        type.Part(2).Set(subject.Trigger);
        type.Part(3).Set(structure);
        header.Remove(10);
        header.Set(10, ControlId(header));
        Hl7Delimited(header, 11, options.ProcessingId ?? (header.TextOf(11).Length == 0 ? "P" : null));
        header.Remove(12);
        header.Set(12, options.Version);
    }

    private static void Hl7Delimited(DraftSegment header, int field, string? text)
    {
        if (text is null)
            return;
        header.Remove(field);
        string[] parts = text.Split('^');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts.Length == 1)
                header.Set(field, parts[0]);
            else
                header.Value(field).Part(i + 1).Set(parts[i]);
        }
    }

    private string Sent()
    {
        string? told = input.Bundle?.TextOf("timestamp") ?? input.Root.Find("meta")?.TextOf("lastUpdated") ?? input.Resources.Select(each => each.Find("meta")?.TextOf("lastUpdated")).OfType<string>().Order(StringComparer.Ordinal).LastOrDefault();
        return (told is null ? null : BackText.Time(told)) ?? options.Now.ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture) + Hl7Timestamp.WriteOffset(options.Now.Offset);
    }

    // A bundle of type message is one event, and its identifier that event's: sent again it is a duplicate. Elsewhere the content tells: what has
    // changed is another message, what has not is the same. Several messages of one bundle are numbered.
    private string ControlId(DraftSegment header)
    {
        string? given = input.Bundle?.Find("identifier")?.TextOf("value");
        string? known = given ?? (input.Bundle?.TextOf("type") == "message" ? input.Bundle.TextOf("id") : null);
        input.Bundle?.Find("identifier")?.Find("value")?.Use();
        string end = count > 1 ? $"-{number + 1}" : "";
        if (known is { Length: > 0 } && known.Length + end.Length <= (given is null ? LongestId : LongestName))
            return known + end;
        byte[] of = known is { Length: > 0 } ? Encoding.UTF8.GetBytes(known) : [.. json.Span, .. Encoding.UTF8.GetBytes($"|{options.Event}|{header.TextOf(5)}")];
        return Convert.ToHexString(SHA256.HashData(of))[..(LongestId - end.Length)] + end;
    }

    // Set IDs count the segments of a name from 1; results and notes within their order or result.
    private static void SetId(BackRun run, Dictionary<string, int> counts, DraftSegment segment)
    {
        foreach (string below in segment.Name switch { "PID" => (string[])["PV1", "NK1", "OBR", "OBX", "NTE"], "ORC" or "RXA" => ["OBX", "NTE"], "OBR" => ["OBX", "NTE", "SPM"], "OBX" => ["NTE"], "RGS" => ["AIS", "AIG", "AIL", "AIP"], "TXA" => ["OBX"], _ => [] })
            counts[below] = 0;
        int place = counts[segment.Name] = counts.GetValueOrDefault(segment.Name) + 1;
        FieldDefinition? first = run.Dictionary.Segment(segment.Name)?.Field(1);
        bool isCounted = first?.Type.Name == "SI" || segment.Name is "AL1" or "GT1" or "IN1" or "DG1" or "PR1";
        if (isCounted && segment.TextOf(1).Length == 0)
            segment.Set(1, place.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    // A value needs its type; text is what anything can be read as.
    private static void Result(DraftSegment segment)
    {
        if (segment.Name == "OBX" && segment.TextOf(2).Length == 0 && segment.All(5).Any(value => !value.IsEmpty))
            segment.Set(2, "ST");
    }

    // A field of one component takes no more; CE has no original text, and takes it as its text.
    private static void Fit(BackRun run, DraftSegment segment)
    {
        if (run.Dictionary.Segment(segment.Name) is not { } known)
            return;
        foreach (int number in segment.Fields.ToList())
        {
            if (known.Field(number) is not { } field || field.Type.IsOpen)
                continue;
            foreach (DraftValue value in segment.All(number).Where(value => value.Count > 1))
            {
                if (field.Type.Name == "CE" && value.Find(9) is { IsEmpty: false } original && value.Part(2).IsEmpty)
                {
                    value.Part(2).Set(original.First);
                    original.Clear();
                }

                if (field.Type.IsPrimitive && !value.IsEmpty && Enumerable.Range(4, Math.Max(0, value.Count - 3)).Any(part => value.Find(part) is { IsEmpty: false }))
                    run.Notes.Add($"{segment.Name}-{number}", $"The field has one component in this version ({field.Type.Name}); the first code is kept, what goes with it is left out.");
                if (field.Type.IsPrimitive)
                    value.KeepFirst();
            }

            foreach (DraftValue value in segment.All(number))
                BackForms.Mend(value, field.Type);
        }
    }

    /// <summary>The character set of the message, told in MSH-18 when it is not ASCII.</summary>
    public Hl7CharacterSet Set(BackRun run)
    {
        DraftSegment header = run.Segments[0];
        header.Remove(18);
        bool isAscii = run.Segments.TrueForAll(segment => segment.Fields.SelectMany(segment.All).All(value => value.IsAscii));
        Hl7CharacterSet set = options.CharacterSet ?? (isAscii ? Hl7CharacterSet.Ascii : Hl7CharacterSet.Utf8);
        if (options.CharacterSet is not null || !isAscii)
            header.Set(18, set.Name);
        return set;
    }
}
