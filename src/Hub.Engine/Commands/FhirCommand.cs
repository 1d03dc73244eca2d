using System.CommandLine;

namespace Hub.Engine.Commands;

/// <summary><c>hub fhir</c>: what the Hub knows of FHIR R4.</summary>
internal static class FhirCommand
{
    public static Command Create()
    {
        Command command = new("fhir", "Check FHIR resources, and tell what is checked");
        command.Subcommands.Add(FhirValidateCommand.Create());
        command.Subcommands.Add(FhirInvariantsCommand.Create());
        command.Subcommands.Add(FhirCoverageCommand.Create());
        return command;
    }
}
