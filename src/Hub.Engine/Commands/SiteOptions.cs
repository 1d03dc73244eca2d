using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hub.Engine.Commands;

/// <summary>The options that say where a site's channel files, secrets and environments are. Made anew for each command.</summary>
internal sealed class SiteOptions
{
    private readonly Option<string> _channels = CommonOptions.Channels();
    private readonly Option<string> _secrets = new("--secrets")
    {
        Description = "Folder of secrets, one file a secret; else the variable HUB_SECRET_<name>",
        HelpName = "DIR",
        DefaultValueFactory = _ => new HubOptions().Secrets,
    };

    private readonly Option<string?> _environment = new("--environment")
    {
        Description = "Environment whose file gives the values of ${env:…}; else the variable HUB_ENVIRONMENT",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HUB_ENVIRONMENT") is { Length: > 0 } name ? name : null,
    };

    private readonly Option<string> _environments = new("--environments")
    {
        Description = "Folder of environment files",
        HelpName = "DIR",
        DefaultValueFactory = _ => new HubOptions().Environments,
    };

    private readonly bool _namesChannels;

    /// <summary>Gives a command the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="namesChannels">False when the command has another way to name the channel files.</param>
    public SiteOptions(Command command, bool namesChannels = true)
    {
        _namesChannels = namesChannels;
        if (namesChannels)
            command.Options.Add(_channels);
        command.Options.Add(_secrets);
        command.Options.Add(_environment);
        command.Options.Add(_environments);
    }

    /// <summary>Whether an environment is chosen on the command line.</summary>
    public bool ChoosesEnvironment(CommandResult given) => given.GetResult(_environment) is { Implicit: false };

    /// <summary>What was given.</summary>
    public HubOptions Read(ParseResult parsed) => new()
    {
        Channels = _namesChannels ? parsed.GetValue(_channels)! : new HubOptions().Channels,
        Secrets = parsed.GetValue(_secrets)!,
        Environment = parsed.GetValue(_environment),
        Environments = parsed.GetValue(_environments)!,
    };
}
