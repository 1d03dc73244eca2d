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

    public static Option<bool> Json() => new("--json") { Description = "Write JSON" };

    /// <summary>The number of one message.</summary>
    public static Argument<long> Id(string description)
    {
        Argument<long> id = new("ID") { Description = description };
        id.Validators.Add(Refuse);
        return id;
    }

    /// <summary>The numbers of one or more messages.</summary>
    public static Argument<long[]> Ids(string description)
    {
        Argument<long[]> ids = new("ID") { Description = description, Arity = ArgumentArity.OneOrMore };
        ids.Validators.Add(Refuse);
        return ids;
    }

    private static void Refuse(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(token => !long.TryParse(token.Value, out long id) || id < 1))
            result.AddError($"\"{token.Value}\" is not the number of a message. Find it with: hub messages");
    }
}
