using Hub.Channels.Config;

namespace Hub.Channels.Cases;

/// <summary>A case, read with all the files that belong to it.</summary>
internal sealed record ChannelCase
{
    public required string Name { get; init; }

    /// <summary>The channel's id.</summary>
    public required string Channel { get; init; }

    /// <summary>The folder of the case.</summary>
    public required string Folder { get; init; }

    /// <summary>The case's own file, when it has one, else the file of its input; as people see it.</summary>
    public required string File { get; init; }

    /// <summary>Its JSON file; null when its files say all.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>What the JSON file says.</summary>
    public CaseConfig Config { get; init; } = new();

    /// <summary>The values of the JSON file, with their lines.</summary>
    public JsonTreeNode? Root { get; init; }

    /// <summary>The message.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The extension of the input's file, for files that are written beside it; null when the input is in the case.</summary>
    public string? Extension { get; init; }

    public DateTimeOffset Now { get; init; } = CaseConfig.DefaultNow;

    public CaseSettings Settings { get; init; } = CaseSettings.None;

    /// <summary>What each destination is to get, complete; null when routing is not looked at.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ExpectedDelivery>>? Destinations { get; init; }

    /// <summary>What is wrong with the case itself; it is not run then.</summary>
    public IReadOnlyList<ChannelProblem> Problems { get; init; } = [];

    public ExpectConfig Expect => Config.Expect ?? new();

    /// <summary>Whether it could fail at all.</summary>
    public bool ExpectsSomething => Destinations is not null || Config.Expect is { IsEmpty: false };

    /// <summary>What the message is to become; null when it is not looked at.</summary>
    public CaseOutcome? Outcome => Expect.Outcome ?? (Destinations?.Values.Any(deliveries => deliveries.Count > 0) is true ? CaseOutcome.Accepted : null);
}

/// <summary>What a destination is to get.</summary>
/// <param name="Content">The whole message; null when only fields, or nothing of it, is looked at.</param>
/// <param name="Fields">Fields and their values.</param>
/// <param name="File">The full path of the file that holds the content; null when the case itself holds it.</param>
internal sealed record ExpectedDelivery(ReadOnlyMemory<byte>? Content, IReadOnlyDictionary<string, string> Fields, string? File);
