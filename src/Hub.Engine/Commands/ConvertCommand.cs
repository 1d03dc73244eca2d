using System.CommandLine;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Engine.Commands;

/// <summary><c>hub convert</c>: messages in files as FHIR, a line a message, and FHIR as messages; for scripts and for trying a site's rules.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Files with messages (or FHIR resources, one or one a line): one, several in MLLP frames, a batch; a folder means its files, - standard input", Arity = ArgumentArity.OneOrMore };
        Option<string> to = new("--to") { Description = "What they become: fhir-r4, a Bundle on one line; hl7v2, messages of resources in JSON", HelpName = "FORMAT", Required = true };
        to.AcceptOnlyFromAmong("fhir-r4", "hl7v2");
        Option<string?> maps = new("--maps") { Description = "Folder with a site's own rules (*.map)", HelpName = "FOLDER" };
        Option<FhirBundleKind> bundle = new("--bundle") { Description = "Kind of bundle: message (default), transaction or collection", HelpName = "KIND" };
        Option<string?> zone = new("--zone") { Description = "Zone of times when neither they nor MSH-7 name one, for example Europe/Madrid; default UTC", HelpName = "ZONE" };
        Option<string> assembler = new("--assembler") { Description = "The organization that converts, as Provenance names it: a name, or NAME^OID^ISO", HelpName = "NAME", DefaultValueFactory = _ => new FhirMappingOptions().Assembler };
        Option<bool> problems = new("--problems") { Description = "Tell on standard error what could not be carried over" };
        Option<string?> trigger = new("--event") { Description = "With hl7v2: the event, A08 or ORM^O01; default: that of the MessageHeader, else by what the resources are", HelpName = "EVENT" };
        Option<string> version = new("--hl7-version") { Description = "With hl7v2: the version of the messages", HelpName = "VERSION", DefaultValueFactory = _ => "2.5.1" };
        Option<string?> sender = new("--sender") { Description = "With hl7v2: sending application and facility, APP|FACILITY", HelpName = "NAMES" };
        Option<string?> receiver = new("--receiver") { Description = "With hl7v2: receiving application and facility, APP|FACILITY", HelpName = "NAMES" };
        Option<string?> set = new("--charset") { Description = "With hl7v2: the character set as MSH-18 names it; default UTF-8", HelpName = "NAME" };
        Command command = new("convert", "Convert messages to FHIR R4, a line of JSON each (an empty line and exit status 1 for one that cannot be), or FHIR R4 to messages") { files, to, maps, bundle, zone, assembler, problems, trigger, version, sender, receiver, set };
        command.Validators.Add(result =>
        {
            if (result.GetResult(zone) is not null && result.GetValue(zone) is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out _))
                result.AddError($"--zone: there is no time zone \"{name}\". Name one as Europe/Madrid or UTC.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(assembler) is not null && FhirMappingOptions.WhatIsWrongWithAssembler(result.GetValue(assembler) ?? "") is { } wrong)
                result.AddError($"--assembler: {wrong}");
        });
        command.Validators.Add(result =>
        {
            string used = result.GetValue(version)!;
            if (result.GetResult(version) is not null && !Hl7Dictionary.For(used).IsExact)
                result.AddError($"--hl7-version: there is no dictionary of HL7 v{used}. Write one of 2.3, 2.3.1, 2.4, 2.5, 2.5.1, 2.6 or 2.7.");
            else if (result.GetResult(trigger) is not null && result.GetValue(trigger) is { } name && !FhirBackMapping.KnowsEvent(name, used))
                result.AddError($"--event: \"{name}\" is no event that FHIR resources become. Name one of ADT, SIU, VXU, ORU, OML, ORM or MDM: A08, ORM^O01.");
            if (result.GetResult(set) is not null && result.GetValue(set) is { } characters && !FhirBackMapping.CanWrite(characters))
                result.AddError($"--charset: \"{characters}\" is no character set that messages are written in here. Write for example \"UNICODE UTF-8\" or \"8859/1\".");
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(to) == "hl7v2")
            {
                string[] from = Names(parsed.GetValue(sender));
                string[] at = Names(parsed.GetValue(receiver));
                return ConvertBack.Run(parsed.GetValue(files)!, parsed.GetValue(maps), parsed.GetValue(problems), new()
                {
                    Event = parsed.GetValue(trigger),
                    Version = parsed.GetValue(version)!,
                    SendingApplication = from.ElementAtOrDefault(0),
                    SendingFacility = from.ElementAtOrDefault(1),
                    ReceivingApplication = at.ElementAtOrDefault(0),
                    ReceivingFacility = at.ElementAtOrDefault(1),
                    CharacterSet = parsed.GetValue(set) is { } characters ? Hl7CharacterSet.Find(characters) : null,
                    Now = TimeProvider.System.GetLocalNow(),
                });
            }

            if (SiteMaps.Load(parsed.GetValue(maps)) is not { } mapping)
                return ExitCodes.Problems;
            FhirMappingOptions options = new() { Bundle = parsed.GetValue(bundle), Assembler = parsed.GetValue(assembler)!, Zone = parsed.GetValue(zone) is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : TimeZoneInfo.Utc };
            return Write(FileValidation.Read(parsed.GetValue(files)!), mapping, options, parsed.GetValue(problems)) ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static string[] Names(string? text) => text?.Split('|') ?? [];

    private static bool Write(IEnumerable<ReadMessage> messages, FhirMapping mapping, FhirMappingOptions options, bool tellsProblems)
    {
        bool all = true;
        using Stream output = Console.OpenStandardOutput();
        foreach (ReadMessage read in messages)
        {
            FhirConversion conversion = read.Message is { } message ? mapping.Convert(message, options) : new(null, read.Fault!.Text, []);
            if (conversion.Bundle is { } bundle)
                output.Write(bundle.Span);
            else
                Output.Problem($"{read.Name}: HUB3200 This message cannot be converted: {conversion.Reason}");
            output.WriteByte((byte)'\n');
            all &= conversion.Bundle is not null;
            foreach (FhirMapProblem problem in tellsProblems ? conversion.Problems : [])
                Output.Problem($"{read.Name}: {problem.Place}: {problem.Element}: {problem.Text}");
        }

        return all;
    }
}

/// <summary>A site's rules, from a folder.</summary>
internal static class SiteMaps
{
    /// <summary>Reads them over the guide's.</summary>
    /// <param name="folder">The folder; null for the guide's alone.</param>
    /// <returns>The rules; null when there are mistakes, which are told.</returns>
    /// <exception cref="IOException">There is no such folder.</exception>
    public static FhirMapping? Load(string? folder)
    {
        if (folder is null)
            return FhirMapping.Guide;
        FhirMapping? mapping = FhirMapping.Create(Files(folder).Where(file => !file.Name.EndsWith(FhirBackMapping.BackFiles, StringComparison.OrdinalIgnoreCase)), out IReadOnlyList<FhirRuleProblem> problems);
        Tell(problems);
        return mapping;
    }

    /// <summary>As <see cref="Load"/>, for the way from FHIR to HL7 v2.</summary>
    public static FhirBackMapping? LoadBack(string? folder)
    {
        if (folder is null)
            return FhirBackMapping.Guide;
        FhirBackMapping? mapping = FhirBackMapping.Create(Files(folder), out IReadOnlyList<FhirRuleProblem> problems);
        Tell(problems);
        return mapping;
    }

    private static IEnumerable<(string Name, string Text)> Files(string folder)
    {
        if (!Directory.Exists(folder))
            throw new IOException($"There is no folder {folder}. Name a folder with files of rules (*.map).");
        return Directory.EnumerateFiles(folder, "*.map").Order(StringComparer.Ordinal).Select(file => (file, File.ReadAllText(file)));
    }

    private static void Tell(IReadOnlyList<FhirRuleProblem> problems)
    {
        foreach (FhirRuleProblem problem in problems)
            Output.Problem($"{problem.File}({problem.Line}): HUB3201 {problem.Text}");
    }
}
