using System.Text.Json.Serialization;

namespace Hub.Channels.Config;

/// <summary>One environment of a site, <c>environments/test.json</c>: what differs there from the others, so that the same channel files run in all of them.</summary>
public sealed record EnvironmentConfig
{
    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>What the environment is, in a line.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// The values of <c>${env:NAME}</c> by name: addresses, folders, switches. A value may hold <c>${env:OTHER}</c> for a variable of the process,
    /// and no secret: those are named in the channel file and lie in each environment's own folder of secrets.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }
}
