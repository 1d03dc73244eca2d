using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Hub.Contracts.Tls;
using Hub.Dashboard.Access;

namespace Hub.Engine.Admin;

/// <summary>The file <c>admin.json</c>: how people and programs reach the admin interface. Without the file: plain http, by no proxy, and nobody has to give reasons.</summary>
public sealed record AdminConfig
{
    private const int MostProxies = 100;

    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>TLS of the admin address, as of a listener. With it the address is https, and cookies are for https alone. Default: plain http, which is right on the machine itself or behind a proxy there.</summary>
    public TlsServerConfig? Tls { get; init; }

    /// <summary>
    /// The proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: addresses (<c>10.0.0.5</c>) and networks (<c>10.1.0.0/16</c>).
    /// Of all others these headers are not looked at, so that nobody writes an address of their choice into the audit. Default: none.
    /// </summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>The roles that say why they look at what a message says, each time: analyst, administrator. Default: none.</summary>
    public IReadOnlyList<Role> ReasonFor { get; init; } = [];

    /// <summary>The networks of <see cref="Proxies"/>; of one address it is a network of one.</summary>
    [JsonIgnore]
    internal IEnumerable<IPNetwork?> Networks => Proxies.Select(Network);

    /// <summary>What is wrong with it, in words.</summary>
    internal IEnumerable<string> FindProblems()
    {
        for (int i = 0; i < Proxies.Count; i++)
        {
            if (Network(Proxies[i]) is null)
                yield return $"HUB7032 $.proxies[{i}]: \"{Proxies[i]}\" is no address and no network. Write 10.0.0.5, or 10.1.0.0/16.";
        }

        if (Proxies.Count > MostProxies)
            yield return $"HUB7033 $.proxies: {Proxies.Count} are too many. Give at most {MostProxies}; a network stands for all of its addresses.";
        if (Tls is { ClientCertificates: not ClientCertificates.None })
            yield return "HUB7034 $.tls.clientCertificates: The admin address asks for no client certificates: people and programs show who they are by password and token. Leave it out.";
        foreach (Role role in ReasonFor.Where(role => !role.May(Permission.SeeContent)))
            yield return $"HUB7035 $.reasonFor: The role {role.ToString().ToLowerInvariant()} sees no content, so that nobody asks it for reasons. Leave it out.";
    }

    private static IPNetwork? Network(string text)
    {
        // The platform takes 10.1 for 10.0.0.1 and 010.0.0.5 for 8.0.0.5: whose headers are believed is written out.
        if (IPAddress.TryParse(text, out IPAddress? address) && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out IPNetwork network) ? network : null;
    }
}
