using System.CommandLine;
using Hub.Channels.Config;
using Hub.Channels.Validation;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary><c>hub check</c>: what is wrong with channel files, for people, editors and CI.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> path = new("PATH")
        {
            Description = "A channel file, or a folder of them",
            DefaultValueFactory = _ => new HubOptions().Channels,
        };
        Option<bool> all = new("--all-environments") { Description = "Check the files for each environment of the folder" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("check", "Check channel files; exit status 1 when one has a problem") { path, all, json };
        SiteOptions site = new(command, namesChannels: false);
        command.Validators.Add(given =>
        {
            if (given.GetResult(all) is { Implicit: false } && site.ChoosesEnvironment(given))
                given.AddError("--environment chooses one environment, and --all-environments checks them all. Leave one of the two out.");
        });
        command.SetAction(parsed =>
        {
            HubOptions options = site.Read(parsed) with { Channels = parsed.GetValue(path)! };
            CheckedFiles[] found = parsed.GetValue(all) ? [.. EveryEnvironment(options).Select(one => Check(one, isElsewhere: true))] : [Check(options, isElsewhere: false)];
            if (parsed.GetValue(json))
                Output.Json(found.SelectMany(View));
            else
                Array.ForEach(found, Tell);
            return found.All(files => files.Problems.Count == 0) ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static IEnumerable<HubOptions> EveryEnvironment(HubOptions options)
    {
        IReadOnlyList<string> names = SiteEnvironment.Names(options.Environments);
        return names.Count > 0
            ? names.Select(name => options with { Environment = name })
            : throw new IOException($"The folder {options.Environments} has no environment file. Put one *.json file an environment into it, or name another folder with --environments.");
    }

    // The other environments are not run by this machine, so it need not hold their secrets.
    private static CheckedFiles Check(HubOptions options, bool isElsewhere)
    {
        ChannelLoader loader = Wiring.Loader(Wiring.Catalog(), options);
        if (!Directory.Exists(options.Channels) && !File.Exists(options.Channels))
            throw new IOException($"There is no file or folder {options.Channels}. Name a channel file, or the folder of the channel files.");
        LoadedChannels loaded = Directory.Exists(options.Channels) ? loader.LoadFolder(options.Channels) : loader.LoadFile(options.Channels);
        ILookup<bool, ChannelProblem> found = loaded.Problems.ToLookup(problem => isElsewhere && problem.Code == ProblemCodes.SecretMissing);
        return new(options.Environment, loaded, [.. found[false]], [.. found[true]]);
    }

    private static IEnumerable<object> View(CheckedFiles files) => files.Problems.Select(problem => new
    {
        files.Environment,
        problem.File,
        problem.Line,
        problem.Column,
        Code = $"HUB{problem.Code}",
        problem.Channel,
        Path = problem.JsonPath,
        problem.Text,
    });

    // The file stands first in every line, where editors look for it.
    private static void Tell(CheckedFiles files)
    {
        string place = files.Environment is null ? "" : $" in environment {files.Environment}";
        foreach (ChannelProblem problem in files.Problems)
            Output.Problem($"{problem}{(place.Length == 0 ? "" : $" [{files.Environment}]")}");
        foreach (ChannelProblem missing in files.Missing)
            Console.Out.WriteLine($"note: {missing} [{files.Environment}]");
        foreach (LoadedChannel channel in files.Loaded.Channels)
        {
            foreach (DestinationConfig destination in channel.Config?.Destinations.Where(destination => destination.FindCaution() is not null) ?? [])
                Console.Out.WriteLine($"note: channel {channel.Id}, destination {destination.Id}: {destination.FindCaution()}");
            foreach (string caution in CautionsOf(channel))
                Console.Out.WriteLine($"note: channel {channel.Id}: {caution}");
        }

        int count = files.Loaded.Channels.Count;
        int broken = files.Problems.Select(problem => problem.File).Intersect(files.Loaded.Channels.Select(channel => channel.File)).Count();
        Console.Out.WriteLine(files.Problems.Count == 0
            ? $"{count} channel files, no problem{place}"
            : $"{count} channel files, {broken} with problems ({files.Problems.Count} in all){place}");
    }

    private static IEnumerable<string> CautionsOf(LoadedChannel channel)
    {
        if (channel.Config is not { } config)
            return [];
        string folder = Path.GetDirectoryName(Path.GetFullPath(channel.File))!;
        IEnumerable<ValidationConfig?> checks = [config.Validate, .. config.Destinations.Select(destination => destination.Validate)];
        return checks.OfType<ValidationConfig>().SelectMany(check => check.FindCautions(folder)).Distinct();
    }

    private sealed record CheckedFiles(string? Environment, LoadedChannels Loaded, IReadOnlyList<ChannelProblem> Problems, IReadOnlyList<ChannelProblem> Missing);
}
