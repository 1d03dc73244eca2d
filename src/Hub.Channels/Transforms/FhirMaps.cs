using Hub.Contracts;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Json;

namespace Hub.Channels.Transforms;

/// <summary>The files of a site's rules from HL7 v2 to FHIR.</summary>
internal static class FhirMaps
{
    /// <summary>The files of a folder, in the order in which they stand over each other.</summary>
    public static IReadOnlyList<string> Files(string maps, string folder)
    {
        string path = PathOf(maps, folder);
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.map").Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>What is wrong with the settings and the files.</summary>
    public static IEnumerable<ConfigProblem> Check(FhirConfig config, string folder)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(config.Zone, out _))
            yield return new(ProblemCodes.FhirConversion, "fhir.zone", $"There is no time zone \"{config.Zone}\". Name one as \"Europe/Madrid\" or \"UTC\".");
        if (FhirMappingOptions.WhatIsWrongWithAssembler(config.Assembler) is { } wrong)
            yield return new(ProblemCodes.FhirConversion, "fhir.assembler", wrong);
        if (config.Maps is not { } maps)
            yield break;
        foreach (ConfigProblem problem in CheckRules(maps, folder, "fhir.maps", isBack: false))
            yield return problem;
    }

    /// <summary>What is wrong with the files of rules.</summary>
    /// <param name="maps">Their folder.</param>
    /// <param name="folder">The folder of the channel file.</param>
    /// <param name="member">The setting, for problems.</param>
    /// <param name="isBack">Whether they are for the way from FHIR to HL7 v2.</param>
    public static IReadOnlyList<ConfigProblem> CheckRules(string maps, string folder, string member, bool isBack) => Files(maps, folder).Count == 0
        ? [new(ProblemCodes.FhirMaps, member, $"There is no file of rules in {PathOf(maps, folder)}. Put files with the ending .map there, or leave \"maps\" out.")]
        : ReadProblems(maps, folder, member, isBack);

    /// <summary>The rules of a site over the guide's.</summary>
    /// <exception cref="StepException">There are mistakes in them; they were told when the channel was loaded.</exception>
    public static FhirMapping Load(string? maps, string folder) => maps is null
        ? FhirMapping.Guide
        : FhirMapping.Create(Read(maps, folder, isBack: false), out IReadOnlyList<FhirRuleProblem> problems) ?? throw new StepException(problems[0].ToString());

    /// <summary>As <see cref="Load"/>, for the way from FHIR to HL7 v2.</summary>
    public static FhirBackMapping LoadBack(string? maps, string folder) => maps is null
        ? FhirBackMapping.Guide
        : FhirBackMapping.Create(Read(maps, folder, isBack: true), out IReadOnlyList<FhirRuleProblem> problems) ?? throw new StepException(problems[0].ToString());

    private static List<ConfigProblem> ReadProblems(string maps, string folder, string member, bool isBack)
    {
        try
        {
            IReadOnlyList<FhirRuleProblem> problems;
            if (isBack)
                _ = FhirBackMapping.Create(Read(maps, folder, isBack), out problems);
            else
                _ = FhirMapping.Create(Read(maps, folder, isBack), out problems);
            return [.. problems.Select(problem => new ConfigProblem(ProblemCodes.FhirRule, member, problem.ToString()))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [new(ProblemCodes.FhirMaps, member, $"The rules cannot be read: {failure.Message}")];
        }
    }

    // Files *.back.map are for the way back alone.
    private static IEnumerable<(string, string)> Read(string maps, string folder, bool isBack) => Files(maps, folder)
        .Where(file => isBack || !file.EndsWith(FhirBackMapping.BackFiles, StringComparison.OrdinalIgnoreCase))
        .Select(file => (Path.GetRelativePath(folder, file), File.ReadAllText(file)));

    /// <summary>The folder of the rules, with its full path.</summary>
    public static string PathOf(string maps, string folder) => Path.GetFullPath(maps, Path.GetFullPath(folder));
}

/// <summary>Makes FHIR of messages, as a step says. Its rules are read when the first message comes.</summary>
internal sealed class FhirConverter(FhirConfig config, string folder)
{
    private readonly FhirMapping _mapping = FhirMaps.Load(config.Maps, folder);
    private readonly FhirMappingOptions _options = config.Options();

    /// <summary>The bundle of a message; null when there is none.</summary>
    public JsonMessage? Convert(StepContext context)
    {
        FhirConversion conversion = _mapping.Convert(context.Message, _options);
        foreach (FhirMapProblem problem in context.Trace is null ? [] : conversion.Problems)
            context.Trace!.Note($"{problem.Place}, {problem.Element}: {problem.Text}");
        return conversion.Bundle is { } bundle ? JsonMessage.Parse(bundle, out _) : null;
    }
}
