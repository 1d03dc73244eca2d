using Hub.Channels.Config;

namespace Hub.Engine;

/// <summary>
/// The channels among some whose address could not be bound that hold, all together, each other's wanted addresses: two that exchange their
/// ports, or one that listens to more addresses of its own port. None can be bound before another lets go of what it has.
/// </summary>
internal sealed class PortRing
{
    /// <summary>Looks for them.</summary>
    /// <param name="unbound">Each channel as it runs, null when it does not, and the version that it could not go over to.</param>
    public PortRing(IReadOnlyList<(RunningChannel? Running, LoadedChannel Wanted)> unbound)
    {
        List<Member> members = [.. unbound.Select(Member.Of).OfType<Member>()];
        int before;
        do
        {
            before = members.Count;
            List<Member> holders = members;
            members = [.. holders.Where(member => holders.Exists(holder => holder.Held.Overlaps(member.Wanted)))];
        }
        while (members.Count < before);
        Channels = [.. members.Select(member => member.Channel)];
        Versions = string.Join(' ', members.Select(member => member.Version));
    }

    /// <summary>Them, as they run.</summary>
    public IReadOnlyList<RunningChannel> Channels { get; }

    /// <summary>The versions that they are to go over to, in one word: another one is another try.</summary>
    public string Versions { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Channels.Count == 0;

    private sealed record Member(RunningChannel Channel, BoundAddress Held, BoundAddress Wanted, string Version)
    {
        public static Member? Of((RunningChannel? Running, LoadedChannel Wanted) unbound) =>
            unbound.Running is { IsListening: true } running
            && BoundAddress.Of(running.Model!.Config.Source.Listen) is { } held
            && BoundAddress.Of(unbound.Wanted.Config!.Source.Listen) is { } wanted
                ? new(running, held, wanted, unbound.Wanted.Hash)
                : null;
    }
}
