using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Content;
using Hub.Dashboard.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>A changed copy of a message.</summary>
public sealed record ResubmitBody
{
    /// <summary>The bytes, in base64; 1 byte to 16 MiB. HL7 v2 stays HL7 v2, in the character set that it has.</summary>
    public required byte[] Content { get; init; }

    /// <summary>Why, for the audit.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a changed copy became.</summary>
/// <param name="Message">The number of the new message.</param>
public sealed record ResubmittedMessage(long Message);

/// <summary>The addresses about messages.</summary>
internal static class MessagesApi
{
    /// <summary>The longest message that is taken, in bytes.</summary>
    public const int MostContent = 16 * 1024 * 1024;

    /// <summary>The longest body that holds one, in base64 within JSON.</summary>
    public const int MostBytes = 24 * 1024 * 1024;

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
        api.MapPost("/messages/{message:long}/resubmit", ResubmitAsync).Named("resubmitMessage", Area, Permission.EditContent).TakesBody<ResubmitBody>()
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Gives<ResubmittedMessage>(201, "application/json", 409);
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

    /// <summary>Takes a changed copy of a message through its channel as that is now, as a new message.</summary>
    /// <remarks>The message stays as it is, and the new one says of which it is a copy. Who changed it where, never what, is in the audit before. To take it up unchanged, begin a replay.</remarks>
    public static async Task<IResult> ResubmitAsync(HttpContext context, IHub hub, long message)
    {
        ResubmitBody body = await ApiBody.ReadAsync<ResubmitBody>(context);
        ApiCaller caller = new(context);
        StoredMessage found = Find(context, hub, message);
        ReadOnlyMemory<byte> old = hub.Journal.ReadContent(found.Id) ?? throw ApiException.NotFound($"The content of message {message} is not kept any more.");
        IReadOnlyList<ContentDifference> differences = Changed(hub, old, body.Content);
        await caller.AuditAsync(AuditNote.Of(found, differences, body.Reason));
        MessageId copy = await hub.ResubmitAsync(found.Id, body.Content, caller.By);
        context.Response.Headers.Location = $"/api/v1/messages/{copy}";
        return Results.Json(new ResubmittedMessage(copy.Value), ApiJson.Writing, statusCode: StatusCodes.Status201Created);
    }

    private static IReadOnlyList<ContentDifference> Changed(IHub hub, ReadOnlyMemory<byte> old, byte[] content)
    {
        string? fault = content.Length is 0 or > MostContent
            ? $"Give the bytes of the message, 1 to {MostContent}."
            : EditableText.Check(old, content) switch
            {
                { Fault: { } broken } => $"This is no message any more. {broken.Path} {broken.Text}",
                { } other => $"The message is written as {other.Was}, and would say {other.Becomes} of itself. Leave MSH-18 as it is.",
                null => null,
            };
        IReadOnlyList<ContentDifference> differences = fault is null ? hub.Compare(old, content) : [];
        if (fault is null && differences.Count == 0)
            fault = "These are the bytes that the message has. To take it up unchanged: POST /api/v1/replays";
        return fault is null ? differences : throw ApiException.Wrong([new("$.content", fault)]);
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
