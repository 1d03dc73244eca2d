using System.Text.Json;
using Hub.Channels.Config;

namespace Hub.Channels.Cases;

/// <summary>
/// What a case gives for <c>${env:…}</c> and <c>${secret:…}</c>. Nothing of the machine is looked at, so that a test gives the same everywhere and no real
/// secret can get into a difference that people read. What the case does not give is a stand-in that passes for a name or a password.
/// </summary>
internal sealed record CaseSettings(IReadOnlyDictionary<string, string> Variables, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>What every stand-in begins with.</summary>
    public const string StandInStart = "stand-in-for-";

    private const string SecretPrefix = "HUB_SECRET_";

    // A folder that is not there, so that every secret is asked for as a variable.
    private const string NoFolder = "no-secrets-in-tests";

    public static CaseSettings None { get; } = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>Two cases with the same key run on the same channel.</summary>
    public string Key => JsonSerializer.Serialize(new[] { Ordered(Variables), Ordered(Secrets) });

    public Settings ToSettings()
    {
        Dictionary<string, string> secrets = [];
        // Two names can be one variable, as they are for a running Hub; the later one wins.
        foreach ((string name, string value) in Secrets)
            secrets[VariableOf(name)] = value;
        return new(NoFolder, name => Variables.GetValueOrDefault(name)
            ?? (name.StartsWith(SecretPrefix, StringComparison.Ordinal) && secrets.TryGetValue(name, out string? secret) ? secret : StandIn(name)));
    }

    // A host name, so that the commonest use of a variable, host:port, is still an address.
    private static string StandIn(string name)
    {
        string plain = name.StartsWith(SecretPrefix, StringComparison.Ordinal) ? name[SecretPrefix.Length..] : name;
        return $"{StandInStart}{plain.ToLowerInvariant().Replace('_', '-')}";
    }

    private static string VariableOf(string secret) => SecretPrefix + secret.ToUpperInvariant().Replace('-', '_').Replace('.', '_');

    private static KeyValuePair<string, string>[] Ordered(IReadOnlyDictionary<string, string> values) => [.. values.OrderBy(value => value.Key, StringComparer.Ordinal)];
}
