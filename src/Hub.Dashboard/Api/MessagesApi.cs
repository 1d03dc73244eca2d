using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>The addresses about messages.</summary>
internal static class MessagesApi
{
    private const string Area = "Messages";

    // What may tell of a patient, and a cursor, which says nothing: what the audit has in their place.
    private static readonly Dictionary<string, string> s_unsaid = new()
    {
        [Parameters.ControlId.Name] = "a control id",
        [Parameters.Sender.Name] = "a sender",
        [Parameters.Patient.Name] = "a patient id in content",
        [Parameters.Text.Name] = "a text in content",
        [Parameters.Cursor.Name] = "a later page",
    };

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/messages", ListAsync).Named("listMessages", Area, Permission.SeeState)
            .Takes(
                Parameters.Channel, Parameters.State, Parameters.Delivery, Parameters.WithDestination, Parameters.ControlId, Parameters.Type, Parameters.Sender, Parameters.Patient, Parameters.Text, Parameters.Trace, Parameters.Batch, Parameters.Replay, Parameters.Quarantine,
                Parameters.Since, Parameters.Until, Parameters.Why, Parameters.Limit, Parameters.Cursor)
            .Gives<ApiPage<MessageInfo>>();
        api.MapGet("/messages/{message:long}", Read).Named("readMessage", Area, Permission.SeeState).Gives<MessageInfo>(304);
        api.MapGet("/messages/{message:long}/content", ReadContentAsync).Named("readMessageContent", Area, Permission.SeeContent)
            .Takes(Parameters.Why).Gives<byte[]>(200, "application/octet-stream", 410);
        api.MapGet("/messages/{message:long}/explanation", ExplainAsync).Named("explainMessage", Area, Permission.SeeContent).Takes(Parameters.Why).Gives<ExplanationInfo>(409, 410);
    }

    /// <summary>Searches messages, newest first; those of a batch in its order.</summary>
    /// <remarks>Everything given must hold. A list with a filter is a search: it is in the audit, without what was searched for where that may tell of a patient. Who says why content is looked at says it of what messages say (patient, text) too. That is in no index: one request opens at most 2,000 messages, and its page may be short or empty though there is a next one.</remarks>
    public static async Task<IResult> ListAsync(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        MessageQuery wanted = new()
        {
            Channel = query.Text(Parameters.Channel),
            State = query.Word<MessageState>(Parameters.State),
            Delivery = query.Word<DeliveryState>(Parameters.Delivery),
            Destination = query.Text(Parameters.WithDestination),
            ControlId = query.Text(Parameters.ControlId),
            Type = query.Text(Parameters.Type),
            Sender = query.Text(Parameters.Sender),
            Trace = query.Message(Parameters.Trace),
            Batch = query.Message(Parameters.Batch),
            Replay = query.Number(Parameters.Replay),
            InQuarantine = query.Flag(Parameters.Quarantine),
            Since = query.Time(Parameters.Since),
            Until = query.Time(Parameters.Until),
        };
        MessageSearch content = new() { Patient = query.Text(Parameters.Patient) ?? "", Text = query.Text(Parameters.Text) ?? "" };
        string? why = query.Text(Parameters.Why);
        ApiCaller caller = new(context);
        if (content.IsOfContent)
        {
            caller.Require(Permission.SeeContent, "search what messages say");
            caller.RequireReason(why);
        }

        (IReadOnlyList<StoredMessage> found, string? next) = content.IsOfContent ? FindInContent(context, hub, query, wanted, content) : ApiPages.Make(
            context,
            query,
            (after, limit) => hub.Journal.Find(wanted.Batch is null ? wanted with { Before = PlaceOf(after), Limit = limit } : wanted with { After = PlaceOf(after), Limit = limit }),
            message => message.Id.ToString(),
            message => caller.Sees(message.Channel));
        // Each page: whoever makes a cursor could else search unseen. A list without a filter is how things stand.
        if (context.Request.Query.Keys.Any(IsFilter))
            await caller.AuditAsync(AuditAct.Searched, WordsOf(context), wanted.Channel ?? "", null, why);
        return Results.Json(new ApiPage<MessageInfo>([.. found.Select(message => MessageInfo.Of(message, caller.ReadsReasons))], next), ApiJson.Writing);
    }

    private static (IReadOnlyList<StoredMessage> Found, string? Next) FindInContent(HttpContext context, IHub hub, ApiQuery query, MessageQuery wanted, MessageSearch content) =>
        ApiPages.MakeOnce<StoredMessage>(context, query, (after, limit) =>
        {
            MessagePage page = ContentSearch.Find(hub.Journal, wanted with { Before = PlaceOf(after), Limit = limit, Channels = context.User.Channels() }, content).Page;
            return (page.Messages, page.Next?.ToString());
        });

    private static MessageId? PlaceOf(string? place) => ApiPages.Number(place) is { } before ? new MessageId(before) : null;

    /// <summary>Says what became of a message: its deliveries, every try of them, and what was done to them.</summary>
    public static IResult Read(HttpContext context, IHub hub, long message) => ApiTags.Answer(context, MessageInfo.OfOne(Find(context, hub, message), new ApiCaller(context).ReadsReasons));

    /// <summary>Gives the bytes of a message as they were received.</summary>
    /// <remarks>Patient data. That they were looked at, by whom and why, is in the audit before they are given.</remarks>
    public static async Task<IResult> ReadContentAsync(HttpContext context, IHub hub, long message)
    {
        StoredMessage found = await FindToSeeAsync(context, hub, message, "content as received");
        return Bytes(hub.Journal.ReadContent(found.Id) ?? throw ApiException.NotFound($"The content of message {message} is not kept any more."));
    }

    /// <summary>Runs a message through its channel as that is now and says why it does what it does.</summary>
    /// <remarks>Nothing is stored or sent. Patient data, with values: that it was looked at, by whom and why, is in the audit before it is given.</remarks>
    public static async Task<IResult> ExplainAsync(HttpContext context, IHub hub, long message)
    {
        StoredMessage found = await FindToSeeAsync(context, hub, message, "why the channel does what it does, with values");
        return Results.Json(ExplanationInfo.Of(hub.Explain(found.Id)), ApiJson.Writing);
    }

    /// <summary>Gives content as it is: nobody's browser shows it as a page.</summary>
    internal static IResult Bytes(ReadOnlyMemory<byte> content) => Results.Bytes(content, "application/octet-stream", "message.bin");

    // That it is seen is kept before it is.
    private static async Task<StoredMessage> FindToSeeAsync(HttpContext context, IHub hub, long message, string what)
    {
        ApiQuery query = new(context);
        string? why = query.Text(Parameters.Why);
        query.Done();
        StoredMessage found = Find(context, hub, message);
        await new ApiCaller(context).SeeAsync(what, found.Channel, found.Id, why);
        return found;
    }

    private static StoredMessage Find(HttpContext context, IHub hub, long message) =>
        message > 0 && hub.Journal.Read(new(message)) is { } found && new ApiCaller(context).Sees(found.Channel) ? found : throw ApiException.NotFound($"There is no message {message}. Search with: /api/v1/messages");

    private static bool IsFilter(string part) => part != Parameters.Limit.Name && part != Parameters.Cursor.Name && part != Parameters.Why.Name;

    private static string WordsOf(HttpContext context) => string.Join(", ", context.Request.Query
        .Where(part => part.Key == Parameters.Cursor.Name || IsFilter(part.Key))
        .Select(part => s_unsaid.GetValueOrDefault(part.Key) ?? $"{part.Key} {part.Value}"));
}
