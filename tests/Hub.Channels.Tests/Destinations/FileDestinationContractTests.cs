using Hub.Channels.Destinations.File;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>The promises of destinations, kept by <c>file</c>.</summary>
public sealed class FileDestinationContractTests : DestinationContract, IDisposable
{
    private readonly TestFolder _root = new();

    private string Folder => _root.Path("new", "out");

    public void Dispose() => _root.Dispose();

    protected override IDestination Open() =>
        new FileDestination(new() { Id = "archive", Type = "file", Folder = Folder }, new("adt", TimeProvider.System, NullLoggerFactory.Instance));

    protected override IReadOnlyList<byte[]> Arrived() =>
        [.. Directory.GetFiles(Folder).OrderBy(path => int.Parse(Path.GetFileNameWithoutExtension(path), null)).Select(File.ReadAllBytes)];

    // A file stands where the folder should be.
    protected override Task BreakAsync()
    {
        _root.Write("new", "in the way");
        return Task.CompletedTask;
    }

    protected override Task MendAsync()
    {
        File.Delete(_root.Path("new"));
        return Task.CompletedTask;
    }
}
