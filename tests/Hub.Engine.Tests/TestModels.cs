using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Channels made from their files, for tests of the parts that run them.</summary>
internal static class TestModels
{
    /// <summary>Makes a channel.</summary>
    /// <param name="folder">Gets its file.</param>
    /// <param name="channel">The text of the file.</param>
    /// <param name="catalog">Its components; null for all of the Hub.</param>
    public static ChannelModel Make(TestFolder folder, string channel, ComponentCatalog? catalog = null)
    {
        catalog ??= Wiring.Catalog();
        string file = folder.WriteChannel(channel);
        LoadedChannels loaded = new ChannelLoader(catalog, new Settings(folder.Path("secrets"))).LoadFolder(folder.Path("channels"));
        Assert.Empty(loaded.Problems);
        return ChannelModel.Build(loaded.Channels.Single().Config!, Path.GetDirectoryName(file)!, catalog);
    }
}
