using System.CommandLine;
using Hub.Formats.Fhir.Validation;

namespace Hub.Engine.Commands;

/// <summary><c>hub fhir validate</c>: what is wrong with FHIR resources in files; for people, editors and CI.</summary>
internal static class FhirValidateCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Files with a resource or bundle in JSON, or one a line (NDJSON); a folder means its files, - standard input", Arity = ArgumentArity.OneOrMore };
        Option<bool> advice = new("--advice") { Description = "Tell good practice too: that a resource has narrative (dom-6)" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("validate", "Check FHIR resources against R4 (4.0.1); exit status 1 when one has an error") { files, advice, json };
        command.SetAction(parsed =>
        {
            FhirValidator validator = new(new() { TellsBestPractice = parsed.GetValue(advice) });
            FhirReport report = new(parsed.GetValue(json));
            foreach ((string name, ReadOnlyMemory<byte> content) in FhirFiles.Read(parsed.GetValue(files)!))
                report.Add(name, validator.Validate(content));
            report.End();
            return report.IsValid ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }
}
