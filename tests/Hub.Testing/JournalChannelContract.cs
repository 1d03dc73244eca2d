using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about channels that people stop, and about versions of channel files. Each kind of journal has a test class that inherits this.</summary>
public abstract class JournalChannelContract : JournalContractBase
{
    [Fact]
    public async Task A_stop_holds_over_a_restart_until_the_channel_is_started()
    {
        await Journal.AppendAsync(new ChannelStopped("adt", JournalSamples.Time, "nurse", "why"));
        await Journal.AppendAsync(new ChannelStopped("adt", JournalSamples.Time.AddHours(1), "other", null));
        await RestartAsync();
        Assert.Equal(new ChannelStop("adt", JournalSamples.Time, "nurse", "why"), Journal.ReadChannelStops().Single());
        await Journal.AppendAsync(new ChannelStarted("adt", JournalSamples.Time.AddHours(2), "nurse", null));
        Assert.Empty(Journal.ReadChannelStops());
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(new ChannelStarted("adt", JournalSamples.Time, "nurse", null)));
        await Journal.AppendAsync(new ChannelStopped("adt", JournalSamples.Time.AddHours(3), "third", null));
        Assert.Equal("third", Journal.ReadChannelStops().Single().By);
    }

    [Fact]
    public async Task Versions_are_numbered_by_channel_and_kept_with_their_texts()
    {
        await Journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time, "file", true, "{ \"é\": 1 }"));
        await Journal.AppendAsync(new ChannelVersionFound("lab", JournalSamples.Time, "file", true, ""));
        await Journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time.AddHours(1), "nurse", false, "b"));
        await RestartAsync();
        Assert.Equal([(2, false, "nurse"), (1, true, "file")], Journal.ReadChannelVersions("adt").Select(version => (version.Number, version.IsAccepted, version.By)));
        Assert.Equal("3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d", Journal.ReadChannelVersions("adt")[0].Hash);
        Assert.Equal(("{ \"é\": 1 }", "", null), (Journal.ReadChannelVersion("adt", 1), Journal.ReadChannelVersion("lab", 1), Journal.ReadChannelVersion("adt", 3)));
    }

    [Fact]
    public async Task The_oldest_versions_go_when_there_are_too_many_or_they_take_too_much()
    {
        await Task.WhenAll(Enumerable.Range(1, ChannelVersionFound.MostVersions + 3).Select(i => Journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time, "file", true, $"{i}"))));
        IReadOnlyList<ChannelVersion> kept = Journal.ReadChannelVersions("adt");
        Assert.Equal((ChannelVersionFound.MostVersions, ChannelVersionFound.MostVersions + 3, 4), (kept.Count, kept[0].Number, kept[^1].Number));

        string half = new('x', (int)(ChannelVersionFound.MostBytes / 2));
        await Journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time, "file", true, half));
        await Journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time, "file", true, half));
        Assert.Equal(2, Journal.ReadChannelVersions("adt").Count);
        await Journal.AppendAsync(new ChannelVersionFound("adt", JournalSamples.Time, "file", true, half + half + "x"));
        Assert.Equal(ChannelVersionFound.MostVersions + 6, Journal.ReadChannelVersions("adt").Single().Number);
    }
}
