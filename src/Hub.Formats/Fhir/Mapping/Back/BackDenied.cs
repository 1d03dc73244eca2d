namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Segments that would say that something is so, of resources that say that it is not: diagnoses that are denied, charges that are none.</summary>
internal static class BackDenied
{
    /// <summary>Whether a segment must not be sent; why is told.</summary>
    /// <param name="fill">The segment, with all that it says.</param>
    public static bool Is(BackFill fill)
    {
        if (fill.Segment.Name is not ("DG1" or "FT1"))
            return false;
        bool isDenied = false;
        foreach (BackNode source in fill.Sources)
        {
            if (Why(fill.Segment, source) is not { } why)
                continue;
            fill.Run.Notes.Add(source, why);
            isDenied = true;
        }

        return isDenied;
    }

    private static string? Why(DraftSegment segment, BackNode source) => (segment.Name, source.Resource) switch
    {
        ("DG1", "Condition") when Has(source, "refuted") => "The diagnosis is refuted. DG1 cannot say so, and there is none.",
        // D in DG1-21 takes a diagnosis back (HL7 table 0206).
        ("DG1", "Condition") when Has(source, "entered-in-error") && segment.TextOf(21) != "D" => "The diagnosis was entered in error, and there is no DG1.",
        ("FT1", "ChargeItem") when source.TextOf("status") is not ("billable" or "billed") => "Nobody is to be charged for it by its status: only what is billable or billed becomes an FT1.",
        _ => null,
    };

    private static bool Has(BackNode condition, string status) => condition.Find("verificationStatus") is { } told && told.All("coding").Any(coding => coding.TextOf("code") == status);
}
