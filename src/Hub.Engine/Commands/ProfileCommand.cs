using System.CommandLine;
using System.CommandLine.Parsing;
using Hub.Channels.Validation;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Engine.Commands;

/// <summary><c>hub profile</c>: begins profiles from messages.</summary>
internal static class ProfileCommand
{
    private const int MostLoosened = 10;

    public static Command Create() => new("profile", "Make profiles, by which messages are validated") { Learn() };

    private static Command Learn()
    {
        Argument<string[]> files = new("FILE") { Description = "Files with messages as they come: one, several in MLLP frames, a batch; a folder means its files, - standard input", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--output", "-o") { Description = "Write to this file, for example channels/profiles/lab.json; else to standard output", HelpName = "FILE" };
        Option<string?> name = new("--name") { Description = "What the profile is called in problems; else the name of the output file", HelpName = "NAME" };
        Option<bool> force = new("--force") { Description = "Write over the file of --output if it is there; never over a message" };
        Command learn = new("learn", "Write a profile of what messages have in common, which all of them pass") { files, output, name, force };
        foreach (Option<string?> option in (Option<string?>[])[output, name])
            option.Validators.Add(result => RefuseBlank(option, result));
        learn.SetAction(parsed =>
        {
            string? target = parsed.GetValue(output);
            if (target is not null)
                RefuseTarget(target, parsed.GetValue(files)!, parsed.GetValue(force));
            if (Read(parsed.GetValue(files)!) is not { } messages)
                return ExitCodes.Problems;
            string? title = parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(target);
            Write(Learn(messages) with { Name = string.IsNullOrWhiteSpace(title) ? "learned" : title }, target, messages.Count);
            return ExitCodes.Done;
        });
        return learn;
    }

    private static void RefuseBlank(Option<string?> option, OptionResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            result.AddError($"{option.Name} is blank. Give a {(option.HelpName == "FILE" ? "file" : "name")}, or leave {option.Name} out.");
    }

    // Before anything is read: a profile, a channel or a message that is written over is gone.
    private static void RefuseTarget(string target, string[] files, bool isForced)
    {
        if (Directory.Exists(target))
            throw new IOException($"The profile cannot be written to {target}: that is a folder. Name a file in it, for example {Path.Combine(target, "lab.json")}.");
        if (!File.Exists(target))
            return;
        string real = RealName(target);
        if (files.Where(file => file != "-").SelectMany(MessageFiles.Names).Any(file => RealName(file) == real))
            throw new IOException($"The profile cannot be written to {target}: that is one of the files to learn from. Name another file.");
        if (!isForced)
            throw new IOException($"The profile cannot be written to {target}: that file is there already. Name another one, or add --force to write over it.");
    }

    private static string RealName(string file) => File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);

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
        Hl7Message[] learned = [.. messages.Select(message => message.Message!)];
        return ProfileLoosening.For(ProfileLearner.Learn(learned), learned);
    }

    private static void Write(Hl7Profile profile, string? output, int count)
    {
        string text = ProfileJson.Write(profile with { Schema = "profile.schema.json" });
        if (output is null)
        {
            Console.Out.Write(text);
            return;
        }

        Save(text, output);
        foreach (string line in Summary(profile, count))
            Console.Out.WriteLine(line);
        Console.Out.WriteLine($"wrote {output}");
    }

    private static void Save(string text, string output)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            File.WriteAllText(output, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The profile cannot be written to {output}: {failure.Message} Name a file in a folder where you may write, for example channels/profiles/lab.json, or leave --output out to have it on standard output.");
        }
    }

    private static IEnumerable<string> Summary(Hl7Profile profile, int count)
    {
        yield return $"Learned from {Count(count, "message")}: {Any(profile.Messages, "any type")}; version {Any(profile.Versions, "any")}.";
        yield return $"{Count(profile.Segments.Count, "segment")}, {profile.Segments.Count(segment => segment.Usage == ProfileUsage.Required)} of them in every message; "
            + $"{Count(profile.Fields.Count, "rule")} for fields, of which {profile.Fields.Count(field => field.Usage == ProfileUsage.Required)} say that one is required and {profile.Fields.Count(field => field.Values is not null)} which codes it may have.";
        if (profile.Rules.Count > 0)
            yield return $"Loosened to a warning, because these messages break it: {string.Join(", ", profile.Rules.Select(rule => $"HUB{rule.Rule} {rule.Path}".Trim()).Take(MostLoosened))}{(profile.Rules.Count > MostLoosened ? $" and {profile.Rules.Count - MostLoosened} more" : "")}.";
        yield return "Read it before you use it: it knows no more than these messages show.";
    }

    private static string Any(IReadOnlyList<string> names, string otherwise) => names.Count == 0 ? otherwise : string.Join(", ", names);

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
