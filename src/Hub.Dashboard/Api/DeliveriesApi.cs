using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>What is to be done to deliveries.</summary>
public sealed record DeliveryOrder
{
    /// <summary>Release, Retry, Skip, Edit or Move.</summary>
    public required DeliveryOperation Operation { get; init; }

    /// <summary>The numbers of the deliveries, 1 to 10,000; one with Edit.</summary>
    public required IReadOnlyList<long> Deliveries { get; init; }

    /// <summary>Why, for the history.</summary>
    public string? Reason { get; init; }

    /// <summary>With Move, the destination of the same channel.</summary>
    public string? To { get; init; }

    /// <summary>With Edit, the bytes to send, in base64; 1 byte to 16 MiB.</summary>
    public byte[]? Content { get; init; }
}

/// <summary>What became of deliveries.</summary>
/// <param name="Results">Each, in the order in which they were named.</param>
public sealed record DeliveryResults(IReadOnlyList<DeliveryOutcome> Results);

/// <summary>The addresses about deliveries.</summary>
internal static class DeliveriesApi
{
    private const string Area = "Deliveries";

    /// <summary>What is released stays in memory until it is sent.</summary>
    private const int MostAtOnce = 10_000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/deliveries", List).Named("listDeliveries", Area, Permission.SeeState)
            .Takes(Parameters.Channel, Parameters.Destination, Parameters.DeliveryStates, Parameters.Maybe, Parameters.Held, Parameters.OfMessage, Parameters.Limit, Parameters.Cursor).Gives<ApiPage<DeliveryInfo>>();
        api.MapGet("/deliveries/{delivery:long}", Read).Named("readDelivery", Area, Permission.SeeState).Gives<DeliveryInfo>(304);
        api.MapGet("/deliveries/{delivery:long}/content", ReadContentAsync).Named("readDeliveryContent", Area, Permission.SeeContent)
            .Takes(Parameters.Before, Parameters.Why).Gives<byte[]>(200, "application/octet-stream", 410);
        api.MapGet("/deliveries/{delivery:long}/attempts/{attempt:int}/answer", ReadAnswerAsync).Named("readAnswer", Area, Permission.SeeContent)
            .Takes(Parameters.Why).Gives<byte[]>(200, "application/octet-stream", 410);
        api.MapGet("/deliveries/{delivery:long}/differences", CompareAsync).Named("compareDelivery", Area, Permission.SeeContent).Takes(Parameters.Why).Gives<DifferenceList>(410);
        api.MapPost("/deliveries/operations", OperateAsync).Named("operateDeliveries", Area, Permission.Operate)
            .TakesBody<DeliveryOrder>().WithMetadata(new RequestSizeLimitAttribute(MessagesApi.MostBytes)).Gives<DeliveryResults>(409);
    }

    /// <summary>Lists deliveries.</summary>
    /// <remarks>In the order of their numbers, which is the order in which they are sent within a lane.</remarks>
    public static IResult List(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        DeliveryQuery wanted = new()
        {
            Channel = query.Text(Parameters.Channel),
            Destination = query.Text(Parameters.Destination),
            States = query.Words<DeliveryState>(Parameters.DeliveryStates),
            MaybeDelivered = query.Flag(Parameters.Maybe),
            HoldsLane = query.Flag(Parameters.Held),
            Message = query.Message(Parameters.OfMessage),
        };
        ApiCaller caller = new(context);
        (IReadOnlyList<FoundDelivery> found, string? next) = ApiPages.Make(
            context,
            query,
            (after, limit) => hub.Journal.FindDeliveries(wanted with { After = ApiPages.Number(after) ?? 0, Limit = limit }),
            one => one.Delivery.Delivery.ToString(CultureInfo.InvariantCulture),
            one => caller.Sees(one.Channel));
        return Results.Json(new ApiPage<DeliveryInfo>([.. found.Select(one => DeliveryInfo.Of(one, caller.ReadsReasons))], next), ApiJson.Writing);
    }

    /// <summary>Says how a delivery stands.</summary>
    public static IResult Read(HttpContext context, IHub hub, long delivery) => ApiTags.Answer(context, DeliveryInfo.Of(Find(context, hub, delivery), new ApiCaller(context).ReadsReasons));

    /// <summary>Gives the bytes that a delivery sends.</summary>
    /// <remarks>Patient data. That they were looked at, by whom and why, is in the audit before they are given.</remarks>
    public static async Task<IResult> ReadContentAsync(HttpContext context, IHub hub, long delivery)
    {
        ApiQuery query = new(context);
        (long? before, string? why) = (query.Number(Parameters.Before), query.Text(Parameters.Why));
        query.Done();
        FoundDelivery found = Find(context, hub, delivery);
        await new ApiCaller(context).SeeAsync($"content of delivery {delivery} to {found.Delivery.Destination}{(before is null ? "" : $" before operation {before}")}", found.Channel, found.Message, why);
        ReadOnlyMemory<byte>? content = before is { } operation ? hub.Journal.ReadContentBefore(delivery, (int)operation) : hub.Journal.ReadDeliveryContent(delivery);
        return MessagesApi.Bytes(content ?? throw ApiException.NotFound(before is null
            ? $"The content of delivery {delivery} is not kept any more."
            : $"Operation {before} of delivery {delivery} is no edit, so nothing is kept of before it."));
    }

    /// <summary>Gives the bytes that a receiver answered to a try.</summary>
    /// <remarks>They may repeat what the message says. That they were looked at, by whom and why, is in the audit before they are given.</remarks>
    public static async Task<IResult> ReadAnswerAsync(HttpContext context, IHub hub, long delivery, int attempt)
    {
        ApiQuery query = new(context);
        string? why = query.Text(Parameters.Why);
        query.Done();
        FoundDelivery found = Find(context, hub, delivery);
        await new ApiCaller(context).SeeAsync($"answer of {found.Delivery.Destination} to try {attempt} of delivery {delivery}", found.Channel, found.Message, why);
        StoredAttempt? tried = hub.Journal.Read(found.Message)?.Deliveries.FirstOrDefault(one => one.Delivery == delivery)?.History.FirstOrDefault(one => one.Attempt == attempt);
        return tried is { Answer.Length: > 0 } ? MessagesApi.Bytes(tried.Answer) : throw ApiException.NotFound(tried is null
            ? $"Delivery {delivery} has no try {attempt}. See which it has: /api/v1/messages/{found.Message}"
            : $"Of try {attempt} of delivery {delivery} no answer is kept: there was none, or it is past its time.");
    }

    /// <summary>Says where what a delivery sends differs from what was received.</summary>
    /// <remarks>Patient data. That it was looked at, by whom and why, is in the audit before it is given.</remarks>
    public static async Task<IResult> CompareAsync(HttpContext context, IHub hub, long delivery)
    {
        ApiQuery query = new(context);
        string? why = query.Text(Parameters.Why);
        query.Done();
        FoundDelivery found = Find(context, hub, delivery);
        await new ApiCaller(context).SeeAsync($"delivery {delivery} to {found.Delivery.Destination} beside what was received", found.Channel, found.Message, why);
        return hub.Journal.ReadContent(found.Message) is { } received && hub.Journal.ReadDeliveryContent(delivery) is { } sent
            ? Results.Json(new DifferenceList(hub.Compare(received, sent)), ApiJson.Writing)
            : throw ApiException.NotFound($"The content of delivery {delivery} is not kept any more.");
    }

    /// <summary>Releases, retries, skips, edits or moves deliveries.</summary>
    /// <remarks>Each is judged by itself: the answer is 200 and says of each what became of it. Edit needs the permission EditContent.</remarks>
    public static async Task<IResult> OperateAsync(HttpContext context, IHub hub)
    {
        DeliveryOrder order = await ApiBody.ReadAsync<DeliveryOrder>(context);
        ApiCaller caller = new(context);
        if (order.Operation == DeliveryOperation.Edit)
            caller.Require(Permission.EditContent, "edit what deliveries send");
        Check(order);
        FoundDelivery[] found = [.. order.Deliveries.Distinct().Chunk(500).SelectMany(some => hub.Journal.FindDeliveries(new() { Deliveries = some, Limit = some.Length }))];
        // What may not be seen is as if it were not there.
        HashSet<long> hidden = [.. found.Where(one => !caller.Sees(one.Channel)).Select(one => one.Delivery.Delivery)];
        FoundDelivery[] known = [.. found.Where(one => caller.Sees(one.Channel))];
        long[] seen = [.. order.Deliveries.Where(delivery => !hidden.Contains(delivery))];
        foreach (AuditNote note in AuditNote.Of(order, known, hub.Journal, hub.Compare))
            await caller.AuditAsync(note);
        IReadOnlyList<DeliveryOutcome> results = seen.Length == 0 ? [] : await hub.OperateAsync(new(order.Operation, seen, caller.By) { Reason = order.Reason, To = order.To, Content = order.Content });
        DeliveryOutcome[] all = [.. results, .. hidden.Select(delivery => new DeliveryOutcome(delivery, false, $"There is no delivery {delivery}. Find it with: hub deliveries"))];
        Dictionary<long, int> places = order.Deliveries.Distinct().Select((delivery, place) => (delivery, place)).ToDictionary(pair => pair.delivery, pair => pair.place);
        return Results.Json(new DeliveryResults([.. all.OrderBy(one => places[one.Delivery])]), ApiJson.Writing);
    }

    private static void Check(DeliveryOrder order)
    {
        List<ApiFault> faults = [];
        if (order.Operation.IsOfRule())
            faults.Add(new("$.operation", "Only rules do this. Ask for Release, Retry, Skip, Edit or Move."));
        if (order.Deliveries.Count is 0 or > MostAtOnce)
            faults.Add(new("$.deliveries", $"{order.Deliveries.Count} deliveries are named; name 1 to {MostAtOnce}."));
        if (order.Operation == DeliveryOperation.Edit && order.Deliveries.Count > 1)
            faults.Add(new("$.deliveries", "To edit a delivery, name one."));
        if (order.Operation == DeliveryOperation.Edit && order.Content is not { Length: > 0 and <= MessagesApi.MostContent })
            faults.Add(new("$.content", $"To edit a delivery, give the bytes to send, 1 to {MessagesApi.MostContent}."));
        if (order.Operation == DeliveryOperation.Move && string.IsNullOrEmpty(order.To))
            faults.Add(new("$.to", "To move a delivery, name the destination."));
        if (order.Operation != DeliveryOperation.Edit && order.Content is not null)
            faults.Add(new("$.content", "Only Edit takes this."));
        if (order.Operation != DeliveryOperation.Move && order.To is not null)
            faults.Add(new("$.to", "Only Move takes this."));
        if (faults.Count > 0)
            throw ApiException.Wrong(faults);
    }

    private static FoundDelivery Find(HttpContext context, IHub hub, long delivery) =>
        hub.Journal.FindDeliveries(new() { Deliveries = [delivery], Limit = 1 }) is [var found] && new ApiCaller(context).Sees(found.Channel)
            ? found
            : throw ApiException.NotFound($"There is no delivery {delivery}. See which there are: /api/v1/deliveries");
}
