using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>What must hold between the files of a folder. The file that is given later gets the problem, so that the earlier one can run.</summary>
internal static class FolderChecks
{
    public static void Check(IReadOnlyList<ChannelFile> files)
    {
        Dictionary<string, ChannelFile> ids = [];
        Dictionary<int, List<(BoundAddress Address, ChannelFile File)>> ports = [];
        foreach (ChannelFile file in files)
        {
            file.Guard(() => CheckId(ids, file));
            file.Guard(() => CheckAddress(ports, file));
        }
    }

    private static void CheckId(Dictionary<string, ChannelFile> earlier, ChannelFile file)
    {
        if (file.Id is { } id && !earlier.TryAdd(id, file))
            file.Add(FileProblem.At(file.Root.Member("id")!, ProblemCodes.ChannelIdDoubled, $"{earlier[id].Name} has the id {Quoted.Text(id)} already. Give one of the two channels another id."));
    }

    // A channel that is switched off opens no port.
    private static void CheckAddress(Dictionary<int, List<(BoundAddress Address, ChannelFile File)>> ports, ChannelFile file)
    {
        if (file is not { IsEnabled: true, Source: { } source } || BoundAddress.Of(source.Listen) is not { } address)
            return;
        if (!ports.TryGetValue(address.Port, out List<(BoundAddress Address, ChannelFile File)>? taken))
            ports.Add(address.Port, taken = []);
        ChannelFile[] met = [.. taken.Where(one => one.Address.Overlaps(address)).Select(one => one.File)];
        taken.Add((address, file));
        CheckTaken(met, file);
        CheckSharing(met, file);
    }

    private static void CheckTaken(ChannelFile[] met, ChannelFile file)
    {
        if (met.FirstOrDefault(other => !file.Source!.SharesAddressWith(other.Source!)) is not { } first)
            return;
        JsonTreeNode listen = file.Root.Member("source")!.Member("listen")!;
        file.Add(FileProblem.At(listen, ProblemCodes.AddressDoubled, $"{first.Name} listens at this port already ({Quoted.Text(first.Root.Member("source")!.Member("listen")!.Text)}). Choose another port."));
    }

    private static void CheckSharing(ChannelFile[] met, ChannelFile file)
    {
        foreach (ChannelFile first in met.Where(other => file.Source!.SharesAddressWith(other.Source!)))
        {
            if (file.Source!.ClashWith(first.Source!) is not { } clash)
                continue;
            JsonTreeNode source = file.Root.Member("source")!;
            file.Add(FileProblem.At(source.Member(clash.Path) ?? source, clash.Code, $"{first.Name} {clash.Text}"));
            return;
        }
    }
}
