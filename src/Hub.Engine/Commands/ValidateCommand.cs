using System.CommandLine;
using Hub.Channels.Validation;
using Hub.Contracts;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Engine.Commands;

/// <summary><c>hub validate</c>: what is wrong with messages in files, by the standard or a profile; for people, editors and CI.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Files with messages: one, several in MLLP frames, a batch; a folder means its files, - standard input", Arity = ArgumentArity.OneOrMore };
        Option<string?> level = new("--level") { Description = "How much is checked: off (only whether it can be read), lenient, standard (default) or profile (default with --profile)", HelpName = "LEVEL" };
        level.AcceptOnlyFromAmong("off", "lenient", "standard", "profile");
        Option<string?> profile = new("--profile") { Description = "Check by the profile in this file", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("validate", "Check messages against the HL7 standard or a profile; exit status 1 when one has an error") { files, level, profile, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(profile) is null && result.GetValue(level) is "profile")
                result.AddError("--level profile needs the file of the profile: name it with --profile.");
            if (result.GetResult(profile) is not null && result.GetValue(level) is "lenient" or "standard")
                result.AddError("--level says that nobody looks at the profile. Leave one of --level and --profile out.");
        });
        command.SetAction(parsed =>
        {
            if (Validator(parsed.GetValue(level), parsed.GetValue(profile), parsed.GetValue(json)) is not { } validator)
                return ExitCodes.Problems;
            ValidationReport report = new(parsed.GetValue(json));
            foreach (ReadMessage message in FileValidation.Read(parsed.GetValue(files)!))
                report.Add(message.Name, FileValidation.Check(validator, message));
            report.End();
            return report.IsValid ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static Hl7Validator? Validator(string? level, string? profile, bool json)
    {
        if (profile is null)
            return new(level switch { "off" => ValidationLevel.Off, "lenient" => ValidationLevel.Lenient, _ => ValidationLevel.Standard });
        ProfileFile file = ProfileFile.Load(profile);
        // Told and ended like any other file that is not there or cannot be opened.
        if (file.Problems is [{ Code: ProblemCodes.ProfileFile or ProblemCodes.Unreadable } missing])
            throw new IOException(missing.ToString());
        foreach (ProfileProblem problem in file.Problems)
            Output.Problem(problem.ToString());
        if (file.Profile is not { } rules)
        {
            // Programs read standard output; people are told besides.
            if (json)
                Output.JsonLine(new { Error = string.Join('\n', file.Problems) });
            return null;
        }

        foreach (string caution in file.Cautions)
            Output.Problem($"note: {caution}");
        return level == "off" ? new(ValidationLevel.Off) : new(ValidationLevel.Profile, rules);
    }
}
