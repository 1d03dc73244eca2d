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

    public static Option<string> Alerts() => new("--alerts")
    {
        Description = "Folder of the files that say who is told of what",
        HelpName = "DIR",
        DefaultValueFactory = _ => new HubOptions().Alerts,
    };

    /// <summary>A number within limits.</summary>
    public static Option<int> Number(string name, string help, string description, int least, int most, int? otherwise)
    {
        Option<int> option = new(name) { Description = description, HelpName = help };
        if (otherwise is { } value)
            option.DefaultValueFactory = _ => value;
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(token => !int.TryParse(token.Value, out int number) || number < least || number > most))
                result.AddError($"{name}: \"{token.Value}\" is not possible here. Give a number from {least} to {most}.");
        });
        return option;
    }

    /// <summary>The number that was given. For checks: while a line is being checked, what was left out has no value yet, and what is no number is told by the option.</summary>
    public static int? Given(SymbolResult result, Option<int> option) =>
        int.TryParse(result.GetResult(option)?.Tokens is [Token token, ..] ? token.Value : null, out int number) ? number : null;

    /// <summary>A port of this machine.</summary>
    public static Option<int> Port(string name, string description) => Number(name, "PORT", description, 0, 65_535, null);

    public static Option<bool> Json() => new("--json") { Description = "Write JSON" };

    /// <summary>Whether a file of many messages is one block.</summary>
    public static Option<bool> Whole() => new("--whole") { Description = "Take a file with many messages (FHS, BHS, or one MSH after another) as one block, for channels that divide batches" };

    /// <summary>The number of one message.</summary>
    public static Argument<long> Id(string description)
    {
        Argument<long> id = new("ID") { Description = description };
        id.Validators.Add(Refuse);
        return id;
    }

    /// <summary>The numbers of messages; none where there are other ways to name them.</summary>
    public static Argument<long[]> Ids(string description)
    {
        Argument<long[]> ids = new("ID") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        ids.Validators.Add(Refuse);
        return ids;
    }

    private static void Refuse(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(token => !long.TryParse(token.Value, out long id) || id < 1))
            result.AddError($"\"{token.Value}\" is not the number of a message. Find it with: hub messages");
    }
}
