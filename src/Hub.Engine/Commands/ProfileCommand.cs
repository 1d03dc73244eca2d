using System.CommandLine;
using Hub.Channels.Validation;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Engine.Commands;

/// <summary><c>hub profile</c>: begins profiles from messages.</summary>
internal static class ProfileCommand
{
    public static Command Create() => new("profile", "Make profiles, by which messages are validated") { Learn() };

    private static Command Learn()
    {
        Argument<string[]> files = new("FILE") { Description = "Files with messages as they come: one, several in MLLP frames, a batch; a folder means its files, - standard input", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--output", "-o") { Description = "Write to this file, for example channels/profiles/lab.json; else to standard output", HelpName = "FILE" };
        Option<string?> name = new("--name") { Description = "What the profile is called in problems; else the name of the output file", HelpName = "NAME" };
        Command learn = new("learn", "Write a profile of what messages have in common, which all of them pass") { files, output, name };
        learn.SetAction(parsed =>
        {
            if (Read(parsed.GetValue(files)!) is not { } messages)
                return ExitCodes.Problems;
            string? target = parsed.GetValue(output);
            string title = parsed.GetValue(name) ?? (target is null ? "learned" : Path.GetFileNameWithoutExtension(target));
            Write(Learn(messages) with { Name = title }, target, messages.Count);
            return ExitCodes.Done;
        });
        return learn;
    }

    // A profile of what is left when something cannot be read would not be what was asked for.
    private static List<ReadMessage>? Read(string[] files)
    {
        List<ReadMessage> messages = [.. FileValidation.Read(files)];
        ReadMessage[] broken = [.. messages.Where(message => message.Fault is not null)];
        foreach (ReadMessage message in broken)
            Output.Problem(ProblemView.Line(message.Name, message.Fault!));
        if (broken.Length == 0)
            return messages;
        Output.Problem("Nothing was learned, because a profile has to fit all the messages. Mend what is named above, or leave it out.");
        return null;
    }

    private static Hl7Profile Learn(List<ReadMessage> messages)
    {
        Hl7Profile profile = ProfileLearner.Learn(messages.Select(message => message.Message!));
        Hl7Validator validator = new(ValidationLevel.Profile, profile);
        ReadMessage? refused = messages.Find(message => FileValidation.Check(validator, message).Any(problem => problem.Severity == ProblemSeverity.Error));
        return refused is null ? profile : throw new InvalidOperationException("The learned profile refuses one of the messages.");
    }

    private static void Write(Hl7Profile profile, string? output, int count)
    {
        string text = ProfileJson.Write(profile with { Schema = "profile.schema.json" });
        if (output is null)
        {
            Console.Out.Write(text);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        File.WriteAllText(output, text);
        foreach (string line in Summary(profile, count))
            Console.Out.WriteLine(line);
        Console.Out.WriteLine($"wrote {output}");
    }

    private static IEnumerable<string> Summary(Hl7Profile profile, int count)
    {
        yield return $"Learned from {Count(count, "message")}: {string.Join(", ", profile.Messages)}, version {string.Join(", ", profile.Versions)}.";
        yield return $"{Count(profile.Segments.Count, "rule")} for segments, {Count(profile.Fields.Count, "rule")} for fields: {profile.Fields.Count(field => field.Usage == ProfileUsage.Required)} required, {profile.Fields.Count(field => field.Usage == ProfileUsage.NotSupported)} not sent, {profile.Fields.Count(field => field.Values is not null || field.ValueSet is not null)} with their codes.";
        string[] loosened = [.. profile.Rules.Where(rule => rule.Rule is not null).Select(rule => $"HUB{rule.Rule}").Distinct()];
        if (loosened.Length > 0)
            yield return $"Loosened, because these messages break it: {string.Join(", ", loosened)}.";
        yield return "Read it before you use it: it knows no more than these messages show.";
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
