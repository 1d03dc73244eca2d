using Hub.Formats.Hl7V2;

namespace Hub.Dashboard.Content;

/// <summary>Finds a patient id in a message.</summary>
public static class PatientIds
{
    /// <summary>Whether a message is about the patient with an id. Of HL7 v2 that is PID-2, PID-3, PID-4 and MRG-1; of anything else whether the id stands in it.</summary>
    /// <param name="content">The message.</param>
    /// <param name="id">The id, as the first component has it; whole.</param>
    public static bool Has(ReadOnlyMemory<byte> content, string id)
    {
        if (Hl7Batch.Is(content.Span) || Hl7Message.Parse(content, out _) is not { } message)
            return ContentText.Of(content).Contains(id, StringComparison.Ordinal);
        for (int i = 0; i < message.SegmentCount; i++)
        {
            int[] fields = message.SegmentName(i) switch { "PID" => [2, 3, 4], "MRG" => [1], _ => [] };
            if (fields.Length > 0 && Has(message, message.SegmentBytes(i).Span, fields, id))
                return true;
        }

        return false;
    }

    private static bool Has(Hl7Message message, ReadOnlySpan<byte> segment, int[] fields, string id)
    {
        int number = 0;
        foreach (Range field in segment.Split(message.Delimiters.Field))
        {
            if (!fields.Contains(number++))
                continue;
            foreach (Range repetition in segment[field].Split(message.Delimiters.Repetition))
            {
                ReadOnlySpan<byte> value = segment[field][repetition];
                int end = value.IndexOfAny(message.Delimiters.Component, message.Delimiters.Subcomponent);
                if (message.CharacterSet.Show(end < 0 ? value : value[..end]).Trim().Equals(id, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
