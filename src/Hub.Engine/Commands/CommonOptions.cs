using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hub.Engine.Commands;

/// <summary>Options that mean the same in every command that has them. Made anew for each command.</summary>
internal static class CommonOptions
{
    public static Option<string> Channels() => new("--channels")
    {
        Description = "Folder of the channel files",
        HelpName = "DIR",
        DefaultValueFactory = _ => new HubOptions().Channels,
    };

    public static Option<string> Data() => new("--data")
    {
        Description = "Folder of the journal",
        HelpName = "DIR",
        DefaultValueFactory = _ => new HubOptions().Data,
    };

    public static Option<string> Secrets() => new("--secrets")
    {
        Description = "Folder of secrets, one file a secret; else the variable HUB_SECRET_<name>",
        HelpName = "DIR",
        DefaultValueFactory = _ => new HubOptions().Secrets,
    };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON" };

    public static Argument<long[]> Ids(string description)
    {
        Argument<long[]> ids = new("ID") { Description = description, Arity = ArgumentArity.OneOrMore };
        ids.Validators.Add(result => Refuse(result, ids));
        return ids;
    }

    private static void Refuse(ArgumentResult result, Argument<long[]> ids)
    {
        if (result.Tokens.Any(token => !long.TryParse(token.Value, out long id) || id < 1))
            result.AddError($"{ids.Name} is the number of a message, for example 17. Find it with: hub messages");
    }
}
