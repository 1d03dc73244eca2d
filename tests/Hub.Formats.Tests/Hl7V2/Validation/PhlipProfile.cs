using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>What the senders of the PHLIP influenza messages agreed on beyond the standard, as far as the published defects show it.</summary>
internal static class PhlipProfile
{
    public static Hl7Profile Value { get; } = new()
    {
        Name = "PHLIP flu",
        Versions = ["2.5.1"],
        Messages = ["ORU^R01"],
        Fields =
        [
            new() { Path = "MSH-5", Usage = ProfileUsage.Required },
            new() { Path = "MSH-6", Usage = ProfileUsage.Required },
            new() { Path = "MSH-21", Usage = ProfileUsage.Required, Min = 2 },
            new() { Path = "MSH-21[2].2", Usage = ProfileUsage.Required },
            new() { Path = "OBX-5.3", When = new() { Path = "OBX-2", In = ["CE", "CWE"] }, Values = ["SCT", "LN", "L"] },
        ],
        Unique =
        [
            new() { Paths = ["OBX-1"], Per = "OBR" },
            new() { Paths = ["OBX-3.1", "OBX-4"], Per = "OBR" },
        ],
        // The set ID is told by the first of those.
        Rules = [new() { Rule = 3140, Severity = ProfileSeverity.Off }],
    };
}
