using System.CommandLine;
using Hub.Formats.Fhir.Validation;

namespace Hub.Engine.Commands;

/// <summary><c>hub fhir invariants</c>: which invariants of R4 are checked.</summary>
internal static class FhirInvariantsCommand
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("invariants", "Count the invariants of R4 that are checked, and tell those that are not") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<FhirInvariantStatus> all = FhirInvariants.List();
            FhirInvariantStatus[] missing = [.. all.Where(invariant => invariant.NotCheckedBecause is not null)];
            if (parsed.GetValue(json))
            {
                Output.Json(new { all.Count, Checked = all.Count - missing.Length, Invariants = all });
                return ExitCodes.Done;
            }

            Console.Out.WriteLine($"{all.Count - missing.Length} of {all.Count} invariants of R4 (4.0.1) are checked: {all.Count(invariant => invariant.IsError)} are errors, the others warnings.");
            foreach (FhirInvariantStatus invariant in missing)
                Console.Out.WriteLine($"{invariant.Key} is not: {invariant.NotCheckedBecause} {invariant.Expression}");
            return ExitCodes.Done;
        });
        return command;
    }
}
