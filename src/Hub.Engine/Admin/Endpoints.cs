using Hub.Channels.Config;
using Hub.Channels.Destinations.Channels;
using Hub.Channels.Destinations.Fhir;
using Hub.Channels.Destinations.File;
using Hub.Channels.Destinations.Http;
using Hub.Channels.Destinations.Mllp;
using Hub.Channels.Destinations.Tcp;

namespace Hub.Engine.Admin;

/// <summary>Where a destination sends to, as people read it: a host and a port, a folder, a channel. Never a path or a query, which may be made of what messages say.</summary>
internal static class Endpoints
{
    /// <summary>The place; empty where it is none that is known.</summary>
    public static string Of(DestinationConfig destination) => destination switch
    {
        MllpDestinationConfig mllp => mllp.Endpoint,
        TcpDestinationConfig tcp => tcp.Endpoint,
        HttpDestinationConfig http => Server(http.Endpoint.ToString()),
        FhirDestinationConfig fhir => Server(fhir.Endpoint.ToString()),
        FileDestinationConfig file => file.Folder,
        ChannelDestinationConfig channel => channel.Channel,
        _ => "",
    };

    private static string Server(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? $"{uri.Scheme}://{uri.Authority}" : "";
}
