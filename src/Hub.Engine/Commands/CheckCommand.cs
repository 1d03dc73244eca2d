using System.CommandLine;
using Hub.Channels.Config;

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
        Option<string> secrets = CommonOptions.Secrets();
        Option<bool> json = CommonOptions.Json();
        Command command = new("check", "Check channel files; exit status 1 when one has a problem") { path, secrets, json };
        command.SetAction(parsed => Check(parsed.GetValue(path)!, parsed.GetValue(secrets)!, parsed.GetValue(json)));
        return command;
    }

    private static int Check(string path, string secrets, bool json)
    {
        ChannelLoader loader = Wiring.Loader(Wiring.Catalog(), new() { Secrets = secrets });
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new IOException($"There is no file or folder {path}. Name a channel file, or the folder of the channel files.");
        LoadedChannels loaded = Directory.Exists(path) ? loader.LoadFolder(path) : loader.LoadFile(path);
        if (json)
            Output.Json(loaded.Problems.Select(problem => new { problem.File, problem.Line, Code = $"HUB{problem.Code}", problem.Channel, Path = problem.JsonPath, problem.Text }));
        else
            Tell(loaded);
        return loaded.Problems.Count == 0 ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static void Tell(LoadedChannels loaded)
    {
        foreach (ChannelProblem problem in loaded.Problems)
            Output.Problem(problem.ToString());
        foreach (LoadedChannel channel in loaded.Channels)
        {
            foreach (DestinationConfig destination in channel.Config?.Destinations.Where(destination => destination.Caution is not null) ?? [])
                Console.Out.WriteLine($"note: channel {channel.Id}, destination {destination.Id}: {destination.Caution}");
        }

        int broken = loaded.Channels.Count(channel => channel.Problems.Count > 0);
        Console.Out.WriteLine(loaded.Problems.Count == 0
            ? $"{loaded.Channels.Count} channel files, no problem"
            : $"{loaded.Channels.Count} channel files, {broken} with problems ({loaded.Problems.Count} in all)");
    }
}
