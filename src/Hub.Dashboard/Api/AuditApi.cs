using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>One thing that somebody did.</summary>
/// <param name="Id">Its number, from 1 without a gap.</param>
/// <param name="At">When.</param>
/// <param name="Who">Who: the name of an account, <c>token:NAME</c>, or <c>local</c> for commands of the machine.</param>
/// <param name="From">From where: an address; empty for the machine itself.</param>
/// <param name="Act">What.</param>
/// <param name="Channel">The channel; empty when it is about none.</param>
/// <param name="Message">The message, when it is about one.</param>
/// <param name="Text">What exactly.</param>
/// <param name="Reason">Why, in that person's words.</param>
public sealed record AuditInfo(long Id, DateTimeOffset At, string Who, string From, AuditAct Act, string Channel, long? Message, string Text, string Reason)
{
    internal static AuditInfo Of(StoredAudit stored)
    {
        AuditRecord record = stored.Record;
        return new(stored.Id, record.At, record.Who, record.From, record.Act, record.Channel, record.Message?.Value, record.Text, record.Reason);
    }

    /// <summary>The same as the journal has it.</summary>
    internal StoredAudit ToStored() => new(Id, new() { At = At, Who = Who, From = From, Act = Act, Channel = Channel, Message = Message is { } message ? new MessageId(message) : null, Text = Text, Reason = Reason });
}

/// <summary>The address about the audit.</summary>
internal static class AuditApi
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/audit", ListAsync).Named("listAudit", "Audit", Permission.SeeAudit)
        .Takes(Parameters.Who, Parameters.Act, Parameters.AuditChannel, Parameters.AuditMessage, Parameters.AuditSince, Parameters.AuditUntil, Parameters.Limit, Parameters.Cursor).Gives<ApiPage<AuditInfo>>();

    /// <summary>Lists what people and programs did, newest first.</summary>
    /// <remarks>Everything given must hold. That the audit was read is in it, each page. Who is limited to channels sees what is about one of these.</remarks>
    public static async Task<IResult> ListAsync(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        AuditQuery wanted = new()
        {
            Who = query.Text(Parameters.Who),
            Act = query.Word<AuditAct>(Parameters.Act),
            Channel = query.Text(Parameters.AuditChannel),
            Message = query.Message(Parameters.AuditMessage),
            Since = query.Time(Parameters.AuditSince),
            Until = query.Time(Parameters.AuditUntil),
        };
        query.Done();
        ApiCaller caller = new(context);
        // Before it is read: what cannot be kept is not shown.
        await caller.AuditAsync(AuditAct.SawAudit, $"list {Describe(wanted)}{(query.Text(Parameters.Cursor) is null ? "" : " (a later page)")}".Trim());
        (IReadOnlyList<StoredAudit> found, string? next) = ApiPages.Make(
            context,
            query,
            (after, limit) => hub.Journal.FindAudit(wanted with { Before = ApiPages.Number(after), Limit = limit }),
            one => one.Id.ToString(CultureInfo.InvariantCulture),
            one => caller.Sees(one.Record.Channel));
        return Results.Json(new ApiPage<AuditInfo>([.. found.Select(AuditInfo.Of)], next), ApiJson.Writing);
    }

    /// <summary>A query in words, for the audit itself.</summary>
    internal static string Describe(AuditQuery query) => string.Join(", ", Parts(query).Select(part => $"{part.Name} {part.Value}"));

    /// <summary>What a query gives, by the names that it has here and as options of commands.</summary>
    internal static IEnumerable<(string Name, string Value)> Parts(AuditQuery query)
    {
        (string Name, string? Value)[] all =
        [
            ("who", query.Who), ("act", query.Act?.ToString()), ("channel", query.Channel), ("message", query.Message?.ToString()),
            ("since", query.Since?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)), ("until", query.Until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)),
        ];
        foreach ((string name, string? value) in all)
        {
            if (value is not null)
                yield return (name, value);
        }
    }
}
