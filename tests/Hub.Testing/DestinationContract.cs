using System.Text;
using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every destination promises. Each kind inherits it and says how to open one and how to see what arrived.</summary>
public abstract class DestinationContract
{
    private long _delivery;

    /// <summary>Makes a destination of the kind that is tested, to the same place each time.</summary>
    protected abstract IDestination Open();

    /// <summary>What the other side has, in the order of its arrival.</summary>
    protected abstract IReadOnlyList<byte[]> Arrived();

    /// <summary>Makes the other side unusable.</summary>
    protected abstract Task BreakAsync();

    /// <summary>Puts it right.</summary>
    protected abstract Task MendAsync();

    [Fact]
    public async Task A_message_arrives_byte_for_byte_and_is_Sent()
    {
        await using IDestination destination = Open();
        byte[] content = Dress([.. Encoding.Latin1.GetBytes(Samples.Adt("1", patient: "Ää")), .. "ZZZ|\0\x01\n\xff\r"u8]);

        DeliveryResult result = await destination.SendAsync(Message(content), CancellationToken.None);

        Assert.Equal(DeliveryVerdict.Sent, result.Verdict);
        Assert.Null(result.Reason);
        Assert.Equal([content], Arrived());
    }

    [Fact]
    public async Task Messages_arrive_in_the_order_of_their_sending()
    {
        await using IDestination destination = Open();
        byte[][] contents = [.. Enumerable.Range(1, 20).Select(number => Dress(Samples.Bytes(Samples.Adt($"{number}"))))];
        foreach (byte[] content in contents)
            Assert.Equal(DeliveryVerdict.Sent, (await destination.SendAsync(Message(content), CancellationToken.None)).Verdict);
        Assert.Equal(contents, Arrived());
    }

    [Fact]
    public async Task Trouble_at_the_other_side_is_Retry_with_a_reason_and_a_later_try_arrives()
    {
        await using IDestination destination = Open();
        OutboundMessage message = Message(Dress(Samples.Bytes(Samples.Adt("1"))));
        await BreakAsync();

        DeliveryResult result = await destination.SendAsync(message, CancellationToken.None);
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.NotEmpty(result.Reason!);
        Assert.DoesNotContain("PRAWF", result.Reason, StringComparison.Ordinal);

        await MendAsync();
        Assert.Equal(DeliveryVerdict.Sent, (await destination.SendAsync(message with { Attempt = 2 }, CancellationToken.None)).Verdict);
        Assert.Equal([message.Content.ToArray()], Arrived());
    }

    [Fact]
    public async Task Stopping_gives_a_message_up()
    {
        await using IDestination destination = Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => destination.SendAsync(Message(Dress(Samples.Bytes(Samples.Adt("1")))), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_destination_that_never_sent_is_disposed_quietly() => await Open().DisposeAsync();

    /// <summary>Makes of the bytes of a message what this kind of destination sends. Default: the bytes.</summary>
    protected virtual byte[] Dress(byte[] message) => message;

    /// <summary>A first try to deliver this.</summary>
    protected OutboundMessage Message(byte[] content) => new(new(++_delivery), _delivery, 1, content);
}
