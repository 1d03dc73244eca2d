using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <content>Bytes of a frame within its data, and ends that are not quite one (protocol F01, F03, F05, F08).</content>
public sealed partial class MllpListenerTests
{
    [Theory]
    [InlineData("NTE|1||a\u0001b\u0007\tc\r", "control-bytes")]
    [InlineData("NTE|1||a\vb\v\vMS\r", "embedded-vt")]
    public async Task F01_F05_control_bytes_in_a_block_are_kept_as_data_and_flagged(string body, string flag)
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("1") + body));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("1") + body], Intake.Texts);
        Assert.Equal([flag], Intake.Messages.Single().Flags);
    }

    [Theory]
    [InlineData("\x1c\n")]
    [InlineData("\x1c")]
    public async Task F03_EB_LF_and_EB_before_the_next_SB_end_a_block_after_a_segment(string end)
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\v" + Samples.Adt("1") + end + Frame(Samples.Adt("2")));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("1"), Samples.Adt("2")], Intake.Texts);
    }

    [Theory]
    [InlineData("\x1c\n")]
    [InlineData("\x1c\v")]
    public async Task F03_EB_LF_and_EB_SB_within_a_segment_are_data(string within)
    {
        string message = Samples.Adt("1") + $"NTE|1||a{within}b\r";
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(message));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([message], Intake.Texts);
    }

    // The system tells in hundredths of a second when it will ask next whether the peer is there; without a time of our own that is two hours.
    [Fact]
    public async Task F08_the_system_asks_within_60_s_whether_an_idle_peer_is_there()
    {
        if (!OperatingSystem.IsLinux())
            return;
        int port = await StartAsync(config => config);
        using RawPeer peer = await RawPeer.ConnectAsync(port);
        await peer.SendAsync(Frame(Samples.Adt("1")));
        await peer.ReadFrameAsync();

        string local = $"0100007F:{port:X4}";
        // The listening socket has the same address, and no peer.
        string[] connection = File.ReadLines("/proc/self/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Single(fields => fields[1] == local && fields[3] == "01");

        string[] timer = connection[5].Split(':');
        Assert.Equal("02", timer[0]);
        Assert.InRange(Convert.ToInt32(timer[1], 16), 0, 6_000);
    }
}
