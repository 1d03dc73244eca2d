using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>What somebody asks to be done to deliveries.</summary>
internal sealed record OperationRequest
{
    /// <summary>What.</summary>
    public required DeliveryOperation Operation { get; init; }

    /// <summary>The numbers of the deliveries, at most <see cref="DeliveryOperator.Most"/>.</summary>
    public required IReadOnlyList<long> Deliveries { get; init; }

    /// <summary>Who asks: the name of a user.</summary>
    public required string By { get; init; }

    /// <summary>Why, in that person's words.</summary>
    public string? Reason { get; init; }

    /// <summary>With Move, the destination.</summary>
    public string? To { get; init; }

    /// <summary>With Edit, the bytes to send.</summary>
    public byte[]? Content { get; init; }
}

/// <summary>What became of one delivery.</summary>
/// <param name="Delivery">Its number.</param>
/// <param name="Done">Whether it was done.</param>
/// <param name="Outcome">In words: what it is now, or why it was not done.</param>
/// <param name="NewDelivery">With Move, the number of the delivery in its place.</param>
internal sealed record OperationResult(long Delivery, bool Done, string Outcome, long? NewDelivery = null);

/// <summary>
/// Does to deliveries what people ask for: release, retry now, skip, edit, move. The one way to do it, for the command line, the admin interface and pages,
/// beside running senders or, when none run, in the journal alone. Each thing done is an entry of the journal: who, when, why.
/// </summary>
/// <param name="journal">The journal, open for writing.</param>
/// <param name="running">The deliveries of a channel that runs; null for one that does not.</param>
/// <param name="isLeaving">Whether a channel that does not run any more still has deliveries in hand.</param>
/// <param name="find">The present version of a channel; null when it has none.</param>
/// <param name="waiters">Connections that wait for a delivery's end.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
internal sealed partial class DeliveryOperator(
    IJournal journal,
    Func<string, ChannelDeliveries?> running,
    Func<string, bool> isLeaving,
    Func<string, ChannelModel?> find,
    DeliveryWaiters waiters,
    TimeProvider clock,
    ILogger<DeliveryOperator> log)
{
    /// <summary>How many deliveries may be named at once: what is released stays in memory until it is sent.</summary>
    public const int Most = 10_000;

    /// <summary>Does it to each delivery by itself.</summary>
    /// <returns>What became of each, in the order in which they were named.</returns>
    /// <exception cref="JournalException">The request itself cannot be; nothing was done.</exception>
    public async Task<IReadOnlyList<OperationResult>> RunAsync(OperationRequest request)
    {
        Check(request);
        FoundDelivery[] found = Find(journal, request.Deliveries);
        Dictionary<long, OperationResult> results = [];
        foreach (IGrouping<(string, string), FoundDelivery> same in found.GroupBy(one => (one.Channel, one.Delivery.Destination)))
            await RunAsync(request, same.Key.Item1, same.Key.Item2, same.ToDictionary(one => one.Delivery.Delivery), results);
        return [.. request.Deliveries.Distinct().Select(number => results.GetValueOrDefault(number) ?? new(number, false, $"There is no delivery {number}. Find it with: hub deliveries"))];
    }

    /// <summary>Those deliveries of these numbers that are there.</summary>
    public static FoundDelivery[] Find(IJournalReader journal, IEnumerable<long> numbers) =>
        [.. numbers.Distinct().Chunk(500).SelectMany(some => journal.FindDeliveries(new() { Deliveries = some, Limit = some.Length }))];

    private static void Check(OperationRequest request)
    {
        if (request.Deliveries.Count is 0 or > Most)
            throw new JournalException($"{request.Deliveries.Count} deliveries are named; name 1 to {Most}.");
        if (!Enum.IsDefined(request.Operation) || request.Operation.IsOfRule())
            throw new JournalException("There is no such operation. Ask for Release, Retry, Skip, Edit or Move.");
        if (string.IsNullOrWhiteSpace(request.By))
            throw new JournalException("Nobody is named who asks for it. Give the name of a user as \"by\".");
        if (request.Operation == DeliveryOperation.Move && string.IsNullOrEmpty(request.To))
            throw new JournalException("To move a delivery, name the destination.");
        if (request.Operation == DeliveryOperation.Edit && (request.Content is not { Length: > 0 } || request.Deliveries.Count != 1))
            throw new JournalException("To edit a delivery, name one delivery and give the bytes to send.");
    }

    private async Task RunAsync(OperationRequest request, string channel, string destination, Dictionary<long, FoundDelivery> found, Dictionary<long, OperationResult> results)
    {
        async Task WorkAsync(IReadOnlySet<long> numbers)
        {
            // Together, so that many share a commit.
            foreach (OperationResult result in await Task.WhenAll(numbers.Order().Select(number => OperateAsync(request, found[number]))))
                results[result.Delivery] = result;
        }

        IReadOnlySet<long> numbers = found.Keys.ToHashSet();
        IReadOnlySet<long> inHand = new HashSet<long>();
        if (running(channel) is { } deliveries)
        {
            if (request.Operation == DeliveryOperation.Retry)
                deliveries.Gate(destination)?.Hurry();
            inHand = await deliveries.OperateAsync(destination, numbers, WorkAsync);
        }
        else if (isLeaving(channel))
        {
            inHand = numbers;
        }
        else
        {
            await WorkAsync(numbers);
        }

        foreach (long busy in inHand)
            results[busy] = new(busy, false, $"Delivery {busy} is being sent at this moment. See what comes of it (hub show {found[busy].Message}) and ask again.");
    }

    private async Task<OperationResult> OperateAsync(OperationRequest request, FoundDelivery found)
    {
        long number = found.Delivery.Delivery;
        try
        {
            DeliveryOperated entry = EntryOf(request, found);
            AppendResult stored = await journal.AppendAsync(entry);
            Log.Operated(log, found.Channel, found.Delivery.Destination, found.Message, number, request.Operation, request.By);
            if (request.Operation is DeliveryOperation.Skip or DeliveryOperation.Move)
                waiters.Complete(found.Message, found.Delivery.Destination, number, DeliveryState.Skipped);
            return new(number, true, OutcomeOf(request, stored), stored.NewDelivery);
        }
        catch (Exception exception) when (exception is JournalException or DamagedContentException)
        {
            return new(number, false, exception.Message);
        }
    }

    private DeliveryOperated EntryOf(OperationRequest request, FoundDelivery found)
    {
        long lane = 0;
        // What has come to its end is refused by the journal, whatever else is wrong.
        bool isOpen = found.Delivery.State is DeliveryState.Queued or DeliveryState.Parked;
        if (isOpen && request.Operation == DeliveryOperation.Move)
            lane = LaneAt(request.To!, found, ContentOf(found));
        else if (isOpen && request.Operation == DeliveryOperation.Edit)
            lane = LaneAt(found.Delivery.Destination, found, request.Content!);
        return new()
        {
            Delivery = found.Delivery.Delivery,
            Operation = request.Operation,
            At = clock.GetUtcNow(),
            By = request.By,
            Reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason,
            Content = request.Content is { } bytes ? bytes : (ReadOnlyMemory<byte>?)null,
            Destination = request.To,
            Lane = lane,
        };
    }

    private ReadOnlyMemory<byte> ContentOf(FoundDelivery found) => journal.ReadDeliveryContent(found.Delivery.Delivery)
        ?? throw new JournalException($"The content of delivery {found.Delivery.Delivery} is not in the journal any more, so it cannot be moved.");

    private long LaneAt(string destination, FoundDelivery found, ReadOnlyMemory<byte> content)
    {
        ChannelModel model = find(found.Channel)
            ?? throw new JournalException($"Channel {found.Channel} has no file that can be used, so nothing is known of its destination {destination}. Put it right (hub check).");
        DestinationModel target = model.Destinations.FirstOrDefault(candidate => candidate.Id == destination)
            ?? throw new JournalException($"Channel {found.Channel} has no destination {destination}. It has {string.Join(", ", model.Destinations.Select(candidate => candidate.Id))}.");
        return target.CheckContent(found.Channel, found.Message, found.Delivery.Part, content, clock.GetLocalNow(), out long lane) is { } problem
            ? throw new JournalException($"Destination {destination} of channel {found.Channel} cannot be given this: {problem}.")
            : lane;
    }

    private static string OutcomeOf(OperationRequest request, AppendResult stored) => request.Operation switch
    {
        DeliveryOperation.Release => "released: it waits for its turn",
        DeliveryOperation.Retry => "due at once",
        DeliveryOperation.Skip => "skipped: it is not sent any more",
        DeliveryOperation.Edit => "edited: it waits for its turn",
        _ => $"moved to {request.To} as delivery {stored.NewDelivery}",
    };

    private static partial class Log
    {
        [LoggerMessage(4040, LogLevel.Information, "Channel {Channel}, destination {Destination}: {Operation} of delivery {Delivery} of message {Id} by {By}")]
        public static partial void Operated(ILogger log, string channel, string destination, MessageId id, long delivery, DeliveryOperation operation, string by);
    }
}
