using Hub.Contracts;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <content>How long a sender may take (protocol F06 to F08).</content>
public sealed partial class MllpListenerTests
{
    [Fact]
    public async Task F06_a_message_over_the_limit_that_does_not_end_closes_after_30_s()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageBytes = 200 });
        await peer.SendAsync("\v" + Samples.Adt("1") + new string('x', 1_000));
        Assert.Contains("MSA|AR|1", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        for (int second = 0; second < 30; second++)
        {
            await Time.TimersSetAsync();
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F07_a_message_that_does_not_end_inTime_closes_the_connection_unanswered()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageSeconds = 5 });
        await peer.SendAsync("\vMSH|^~\\&|");
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await peer.EndsAsync());
        Assert.Empty(Intake.Messages);
    }

    [Fact]
    public async Task F07_a_message_slower_than_256_bytes_a_second_closes_the_connection()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\vMSH|^~\\&|" + new string('x', 1000));
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F07_a_sender_that_drips_is_judged_at_each_byte()
    {
        using RawPeer peer = await ConnectAsync();
        Task set = Time.NextTimerAsync();
        await peer.SendAsync("\vMSH|^~\\&|" + new string('x', 2_990));
        await set;
        set = Time.NextTimerAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        await set;
        Time.Advance(TimeSpan.FromSeconds(0.9));
        set = Time.NextTimerAsync();
        await peer.SendAsync("x");
        await set;
        Time.Advance(TimeSpan.FromSeconds(0.9));
        await peer.SendAsync("x");
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F07_counts_each_block_for_itself_when_reads_end_inside_blocks()
    {
        using RawPeer peer = await ConnectAsync();
        string message = Samples.Adt("1");
        Task set = Time.NextTimerAsync();
        await peer.SendAsync("\v" + message[..20]);
        await set;
        for (int second = 0; second < 100; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            set = Time.NextTimerAsync();
            await peer.SendAsync(message[20..] + "\x1c\r\v" + message[..20]);
            Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
            await set;
        }
    }

    [Fact]
    public async Task F07_a_slow_receipt_is_not_laid_at_the_sender()
    {
        TaskCompletionSource<Receipt> held = Hold();
        using RawPeer peer = await ConnectAsync();
        Task set = Time.NextTimerAsync();
        await peer.SendAsync("\vMSH|^~\\&|");
        await set;
        await peer.SendAsync(Samples.Adt("1")[9..] + "\x1c\r\vMSH|^~\\&|");
        await Intake.ArrivedAsync();
        Time.Advance(TimeSpan.FromSeconds(100));
        held.SetResult(Receipt.Accepted);

        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        await peer.SendAsync(Samples.Adt("2")[9..] + "\x1c\r");
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F07_a_sender_that_does_not_take_its_answers_is_cut()
    {
        using RawPeer peer = await ConnectAsync();
        // The answer echoes MSH-3, so it is too long for all buffers between the two.
        await peer.SendAsync(Frame(Samples.Adt("1").Replace("WARD", new string('x', 32 * 1024 * 1024), StringComparison.Ordinal)));
        await Intake.ArrivedAsync();
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(60));
        await First.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task F08_an_idle_connection_is_closed_when_the_file_says_so()
    {
        using RawPeer peer = await ConnectAsync(config => config with { IdleTimeoutSeconds = 90 });
        await peer.SendAsync(Frame(Samples.Adt("1")));
        await peer.ReadFrameAsync();
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(90));
        Assert.True(await peer.EndsAsync());
    }
}
