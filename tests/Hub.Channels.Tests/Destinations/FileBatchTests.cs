using System.Text;
using Hub.Channels.Destinations.File;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using FileMode = Hub.Channels.Destinations.File.FileMode;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Messages that wait in a lane and are written together: the same files as one after another would give.</summary>
public sealed class FileBatchTests : IDisposable
{
    private readonly TestFolder _root = new();

    private string Folder => _root.Path("out");

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task S10_messages_together_are_a_whole_file_each_and_nothing_else(int count)
    {
        IReadOnlyList<DeliveryResult> results = await SendAsync(count, "${MSH-10}.hl7");
        Assert.Equal(Enumerable.Repeat(DeliveryVerdict.Sent, count), results.Select(result => result.Verdict));
        Assert.Equal(Enumerable.Range(1, count).Select(number => ($"{number}.hl7", Samples.Adt($"{number}"))).Order(), All().Order());
    }

    [Fact]
    public async Task S10_together_as_well_a_retry_after_a_crash_leaves_one_file_each()
    {
        await SendAsync(3, "${MSH-10}.hl7");
        Assert.Equal(8, (await SendAsync(8, "${MSH-10}.hl7")).Count(result => result.Verdict == DeliveryVerdict.Sent));
        Assert.Equal(8, All().Length);
    }

    [Fact]
    public async Task Two_of_one_name_are_numbered_in_their_order()
    {
        await SendAsync(5, "same.hl7");
        Assert.Equal(
            [("same.hl7", Samples.Adt("1")), ("same-2.hl7", Samples.Adt("2")), ("same-3.hl7", Samples.Adt("3")), ("same-4.hl7", Samples.Adt("4")), ("same-5.hl7", Samples.Adt("5"))],
            All().OrderBy(file => file.Content));
    }

    [Fact]
    public async Task What_follows_a_message_that_is_parked_is_not_tried()
    {
        _root.Write("out/3.hl7", "of somebody else");
        IReadOnlyList<DeliveryResult> results = await SendAsync(6, "${MSH-10}.hl7", onExisting: OnExisting.Park);
        Assert.Equal([DeliveryVerdict.Sent, DeliveryVerdict.Sent, DeliveryVerdict.Refused], results.Select(result => result.Verdict));
        Assert.Equal(["1.hl7", "2.hl7", "3.hl7"], All().Select(file => file.Name).Order());
    }

    [Fact]
    public async Task A_message_without_a_name_is_told_when_it_is_the_first()
    {
        // The patient's name is there in the first message alone.
        string[] contents = [Samples.Adt("1"), Samples.Adt("2").Replace("PRAWF^Gwen", "", StringComparison.Ordinal), Samples.Adt("3")];
        Assert.Equal([DeliveryVerdict.Sent], (await SendAsync(contents, "${PID-5.2}", firstDelivery: 1)).Select(result => result.Verdict));
        Assert.Equal([DeliveryVerdict.Refused], (await SendAsync(contents[1..], "${PID-5.2}", firstDelivery: 2)).Select(result => result.Verdict));
        Assert.Single(All());
    }

    [Fact]
    public async Task Appended_together_they_stand_in_their_order_each_in_the_file_of_its_name()
    {
        string[] contents = [Samples.Adt("1", "A"), Samples.Adt("2", "A"), Samples.Adt("3", "B"), Samples.Adt("4", "A")];
        IReadOnlyList<DeliveryResult> results = await SendAsync(contents, "${PID-3.1}.hl7", firstDelivery: 1, FileMode.Append);
        Assert.Equal(4, results.Count(result => result.Verdict == DeliveryVerdict.Sent));
        Assert.Equal([("A.hl7", $"{contents[0]}\n{contents[1]}\n{contents[3]}\n"), ("B.hl7", $"{contents[2]}\n")], All().Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Those_before_one_that_cannot_be_written_are_Sent_and_it_is_told_when_it_is_the_first(int faulty)
    {
        // Nothing can be renamed over a folder that is not empty.
        _root.Write($"out/{faulty}.hl7/x", "");
        string[] contents = [.. Enumerable.Range(1, 6).Select(number => Samples.Adt($"{number}"))];
        IReadOnlyList<DeliveryResult> results = await SendAsync(contents, "${MSH-10}.hl7", firstDelivery: 1, onExisting: OnExisting.Overwrite);
        if (faulty > 1)
        {
            Assert.Equal(Enumerable.Repeat(DeliveryVerdict.Sent, faulty - 1), results.Select(result => result.Verdict));
            results = await SendAsync(contents[(faulty - 1)..], "${MSH-10}.hl7", firstDelivery: faulty, onExisting: OnExisting.Overwrite);
        }

        DeliveryResult result = Assert.Single(results);
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains("named by ${MSH-10}.hl7", result.Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, faulty - 1).Select(number => $"{number}.hl7"), All().Select(file => file.Name));
    }

    [Fact]
    public async Task What_was_appended_before_a_file_that_cannot_be_opened_is_Sent_and_stands_there_once()
    {
        _root.Write("out/B.hl7/x", "");
        string[] contents = [Samples.Adt("1", "A"), Samples.Adt("2", "A"), Samples.Adt("3", "B"), Samples.Adt("4", "A")];
        Assert.Equal([DeliveryVerdict.Sent, DeliveryVerdict.Sent], (await SendAsync(contents, "${PID-3.1}.hl7", firstDelivery: 1, FileMode.Append)).Select(result => result.Verdict));
        DeliveryResult result = Assert.Single(await SendAsync(contents[2..], "${PID-3.1}.hl7", firstDelivery: 3, FileMode.Append));
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains("named by ${PID-3.1}.hl7", result.Reason, StringComparison.Ordinal);
        Assert.Equal([("A.hl7", $"{contents[0]}\n{contents[1]}\n")], All());
    }

    [Fact]
    public async Task A_folder_of_the_name_counts_as_another_file_of_it()
    {
        _root.Write("out/1.hl7/x", "");
        Assert.Equal(DeliveryVerdict.Sent, Assert.Single(await SendAsync(1, "${MSH-10}.hl7")).Verdict);
        Assert.Equal([("1-2.hl7", Samples.Adt("1"))], All());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_Retry_for_the_first()
    {
        _root.Write("out", "a file where the folder should be");
        DeliveryResult result = Assert.Single(await SendAsync(8, "${MSH-10}.hl7"));
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains(Folder, result.Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private Task<IReadOnlyList<DeliveryResult>> SendAsync(int count, string name, OnExisting onExisting = OnExisting.Number) =>
        SendAsync([.. Enumerable.Range(1, count).Select(number => Samples.Adt($"{number}"))], name, firstDelivery: 1, onExisting: onExisting);

    private async Task<IReadOnlyList<DeliveryResult>> SendAsync(
        string[] contents, string name, long firstDelivery, FileMode mode = FileMode.EachMessage, OnExisting onExisting = OnExisting.Number)
    {
        FileDestinationConfig config = new() { Id = "archive", Type = "file", Folder = Folder, Name = ValueTemplate.Parse(name), Mode = mode, OnExisting = onExisting };
        await using FileDestination destination = new(config, new("adt", new ManualTime(), NullLoggerFactory.Instance));
        return await destination.SendAllAsync([.. contents.Select((content, i) => new OutboundMessage(new(firstDelivery + i), firstDelivery + i, 1, Encoding.Latin1.GetBytes(content)))], CancellationToken.None);
    }

    private (string Name, string Content)[] All() => [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllText(path, Encoding.Latin1)))];
}
