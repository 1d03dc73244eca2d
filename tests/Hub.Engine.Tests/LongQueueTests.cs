using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>A start with a long queue: ready at once, little of it read, and sent in order.</summary>
public sealed class LongQueueTests
{
    private const int Count = 20_000;

    [Fact]
    public async Task A_start_reads_one_page_of_a_long_queue_and_sends_all_of_it_in_order()
    {
        using TestFolder folder = new();
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource mayAnswer = new();
        int arrived = 0;
        int outOfOrder = 0;
        await using MllpReceiver receiver = new();
        receiver.Answer = message =>
        {
            mayAnswer.Task.Wait();
            outOfOrder += Encoding.UTF8.GetString(message).Split('|', 11)[9] == $"{++arrived}" ? 0 : 1;
            if (arrived == Count)
                all.SetResult();
            return "AA";
        };
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await OwnHub.PrefillAsync(folder, Enumerable.Range(1, Count).Select<int, Func<IJournal, MessageArrived>>(i => journal => OwnHub.Message(journal, $"{i}", "out")));

        await using OwnHub hub = await OwnHub.StartAsync(folder);
        await receiver.NextAsync();
        (long queuedRead, long messagesRead) = (hub.Journal.QueuedRead, hub.Journal.MessagesRead);
        mayAnswer.SetResult();
        // One page of rows without their content; of messages the newest, whose time the clock is compared with.
        Assert.InRange(queuedRead, 1L, 2_000L);
        Assert.InRange(messagesRead, 0L, 1L);

        await all.Task.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal((Count, 0), (arrived, outOfOrder));
    }

    [Fact]
    public async Task A_start_reads_one_page_of_messages_that_wait_to_be_processed_and_processes_all_in_order()
    {
        const int Some = 3_000;
        using TestFolder folder = new();
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> ids = [];
        await using MllpReceiver receiver = new();
        receiver.Answer = message =>
        {
            ids.Add(Encoding.UTF8.GetString(message).Split('|', 11)[9]);
            if (ids.Count == Some)
                all.SetResult();
            return "AA";
        };
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, source: ", \"acknowledge\": \"received\""));
        await OwnHub.PrefillAsync(folder, Enumerable.Range(1, Some).Select<int, Func<IJournal, MessageArrived>>(i => journal => OwnHub.Message(journal, $"{i}") with { State = MessageState.Received }));

        await using OwnHub hub = await OwnHub.StartAsync(folder);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal(Enumerable.Range(1, Some).Select(i => $"{i}"), ids);
        Assert.InRange(hub.Journal.MostMessagesRead, 1, 200);
    }
}
