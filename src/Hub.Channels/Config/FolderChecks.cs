using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>What must hold between the files of a folder. The file that is given later gets the problem, so that the earlier one can run.</summary>
internal static class FolderChecks
{
    public static void Check(IReadOnlyList<ChannelFile> files)
    {
        for (int later = 1; later < files.Count; later++)
        {
            ChannelFile file = files[later];
            ChannelFile[] earlier = [.. files.Take(later)];
            file.Guard(() => CheckId(earlier, file));
            file.Guard(() => CheckAddress(earlier, file));
            file.Guard(() => CheckSharing(earlier, file));
        }
    }

    private static void CheckId(IEnumerable<ChannelFile> earlier, ChannelFile file)
    {
        if (file.Id is { } id && earlier.FirstOrDefault(other => other.Id == id) is { } first)
            file.Add(FileProblem.At(file.Root.Member("id")!, ProblemCodes.ChannelIdDoubled, $"{first.Name} has the id {Quoted.Text(id)} already. Give one of the two channels another id."));
    }

    private static void CheckAddress(IEnumerable<ChannelFile> earlier, ChannelFile file)
    {
        ChannelFile? first = earlier.FirstOrDefault(other => Clash(other, file));
        if (first is null)
            return;
        JsonTreeNode listen = file.Root.Member("source")!.Member("listen")!;
        file.Add(FileProblem.At(listen, ProblemCodes.AddressDoubled, $"{first.Name} listens at this port already ({Quoted.Text(first.Root.Member("source")!.Member("listen")!.Text)}). Choose another port."));
    }

    private static void CheckSharing(IEnumerable<ChannelFile> earlier, ChannelFile file)
    {
        foreach (ChannelFile first in earlier.Where(other => Meet(other, file) && file.Source!.SharesAddressWith(other.Source!)))
        {
            if (file.Source!.ClashWith(first.Source!) is not { } clash)
                continue;
            JsonTreeNode source = file.Root.Member("source")!;
            file.Add(FileProblem.At(source.Member(clash.Path) ?? source, clash.Code, $"{first.Name} {clash.Text}"));
            return;
        }
    }

    private static bool Clash(ChannelFile first, ChannelFile second) => Meet(first, second) && !second.Source!.SharesAddressWith(first.Source!);

    // A channel that is switched off opens no port.
    private static bool Meet(ChannelFile first, ChannelFile second) =>
        first is { IsEnabled: true, Source: { } taken } && second is { IsEnabled: true, Source: { } wanted }
        && BoundAddress.Of(taken.Listen) is { } one && BoundAddress.Of(wanted.Listen) is { } other
        && one.Overlaps(other);
}
