using System.CommandLine;

namespace Hub.Engine.Commands;

/// <summary>The options that say where the journal's keys are and whether it is encrypted. Made anew for each command.</summary>
internal sealed class KeyOptions
{
    private const string On = "on";
    private const string Off = "off";

    private readonly Option<string?> _keys = Keys();

    private readonly Option<string> _encryption = new("--encryption")
    {
        Description = "Whether the journal encrypts what it stores from now on: on, off; else the variable HUB_ENCRYPTION",
        HelpName = "on|off",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HUB_ENCRYPTION") is { Length: > 0 } word ? word : On,
    };

    /// <summary>Gives a command the options.</summary>
    public KeyOptions(Command command)
    {
        _encryption.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && token.Value is not (On or Off))
                result.AddError($"--encryption: \"{token.Value}\" is not possible here. Give on or off.");
        });
        command.Options.Add(_keys);
        command.Options.Add(_encryption);
    }

    /// <summary>The folder that the variable <c>HUB_KEYS</c> names; null for none.</summary>
    public static string? Variable => Environment.GetEnvironmentVariable("HUB_KEYS") is { Length: > 0 } folder ? folder : null;

    /// <summary>The folder of the keys of a Hub.</summary>
    public static string FolderOf(HubOptions options) => options.Keys ?? Variable ?? Path.TrimEndingDirectorySeparator(options.Data) + Journal.JournalOptions.KeysSuffix;

    /// <summary>The folder of the keys.</summary>
    public static Option<string?> Keys() => new("--keys")
    {
        Description = "Folder of the journal's keys; else the variable HUB_KEYS, else beside the folder of the journal with .keys after its name",
        HelpName = "DIR",
    };

    /// <summary>What was given.</summary>
    /// <exception cref="IOException">The variable says neither on nor off: a journal must not be plain, or encrypted, by a slip of the pen.</exception>
    public HubOptions Read(ParseResult parsed, HubOptions options) => options with
    {
        Keys = parsed.GetValue(_keys),
        EncryptsJournal = parsed.GetValue(_encryption) switch
        {
            On => true,
            Off => false,
            string word => throw new IOException($"HUB_ENCRYPTION is \"{word}\". Set it to on or off, or leave it out for on."),
            null => true,
        },
    };
}
