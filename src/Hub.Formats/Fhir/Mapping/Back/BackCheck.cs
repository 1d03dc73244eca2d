using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Checks what was made: what the standard asks for and the resources do not say is told, so that nobody learns it from the receiver first.</summary>
internal static class BackCheck
{
    private static readonly Hl7Validator s_validator = new(ValidationLevel.Standard);

    /// <summary>Tells each error of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="notes">Takes them; places are those of the message, <c>PID-3</c>.</param>
    public static void Tell(ReadOnlyMemory<byte> message, BackNotes notes)
    {
        if (Hl7Message.Parse(message, out _) is not { } read)
            return;
        foreach (Hl7Problem problem in s_validator.Check(read).Where(problem => problem.Severity == Hl7Severity.Error))
            notes.Add(problem.Path ?? "MSH", $"{problem.Text} The resources do not say it in a way that the field takes.");
    }
}
