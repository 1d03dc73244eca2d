using System.Globalization;
using System.Text.Json;
using Hub.Channels.Config;

namespace Hub.Engine.Templates;

/// <summary>The ports that the channels of a folder listen at, so that a new channel gets another one.</summary>
internal sealed class PortsTaken
{
    private readonly HashSet<int> _ports = [];

    /// <param name="channels">The channels of the folder. One with problems still has its port: somebody will correct it.</param>
    /// <param name="admin">The address of the admin interface.</param>
    public PortsTaken(IEnumerable<LoadedChannel> channels, string admin)
    {
        _ports.Add(new Uri(admin).Port);
        foreach (LoadedChannel channel in channels)
            Add(channel.Config?.Source.Listen ?? ListenOf(channel.File));
    }

    /// <summary>The first free port from this one on; it is taken then.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public int Take(int first)
    {
        for (int port = first; port <= 65_535; port++)
        {
            if (_ports.Add(port))
                return port;
        }

        throw new IOException($"The channels of this folder have every port from {first} on. Name one with --listen.");
    }

    /// <summary>Takes the port of an address, if it has one.</summary>
    public void Add(string? address)
    {
        if (address is not null && address.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
            _ports.Add(uri.Port);
        else if (address is not null && int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            _ports.Add(port);
    }

    private static string? ListenOf(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.GetProperty("source").GetProperty("listen").GetString();
        }
        catch (Exception reason) when (reason is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            // Not a file that says where it listens; hub check tells what is wrong with it.
            return null;
        }
    }
}
