using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Api;
using Hub.Dashboard.Words;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Pages;

/// <summary>What pages on which something is done to messages, queues and incidents have in common: who asks, what that person may, and keeping that it was done.</summary>
public abstract class WorkPage : ComponentBase
{
    /// <summary>How much room a reason has.</summary>
    protected const int MostReason = 500;

    /// <summary>The running Hub.</summary>
    [Inject]
    public IHub Hub { get; set; } = null!;

    /// <summary>Goes to another page.</summary>
    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    /// <summary>The words of the page.</summary>
    [CascadingParameter]
    public WordList Words { get; set; } = null!;

    /// <summary>The request.</summary>
    [CascadingParameter]
    public HttpContext Context { get; set; } = null!;

    /// <summary>Who asks.</summary>
    protected string By => Context.User.Name();

    /// <summary>Whether who asks may do something.</summary>
    protected bool May(Permission permission) => Context.User.May(permission);

    /// <summary>Whether why tries failed is shown to who asks.</summary>
    protected bool ReadsReasons => Context.User.ReadsReasons();

    /// <summary>Whether who asks may see anything of a channel.</summary>
    protected bool Sees(string channel) => Context.User.MayChannel(channel);

    /// <summary>The channels that who asks is limited to; none: all.</summary>
    protected IReadOnlyList<string> OwnChannels => Context.User.Channels();

    /// <summary>A field of the form that was sent; empty when it was not there.</summary>
    protected string Posted(string name) => Context.Request.HasFormContentType ? Context.Request.Form[name].ToString() : "";

    /// <summary>Whether the form was not sent before; to be asked once, right before what it is for is done.</summary>
    protected bool IsFirstTime => Hub.Access.Once.Use(Posted(OnceNumbers.Field));

    /// <summary>The reason that was sent with a form, cut to its room; null for none.</summary>
    protected string? PostedReason => Cut(Posted("reason"));

    /// <summary>A reason, cut to its room; null for none.</summary>
    protected static string? Cut(string text) => text.Trim() is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, MostReason)] : null;

    /// <summary>Keeps that something is done; to be awaited before it is shown or done.</summary>
    protected Task AuditAsync(AuditAct act, string channel, MessageId? message, string text, string? reason = null) => AuditAsync(new AuditNote(act, text, channel, message, reason ?? ""));

    /// <summary>Keeps that something is done; to be awaited before it is.</summary>
    private protected Task AuditAsync(AuditNote note) => Hub.AuditAsync(note.ToRecord(By, Context.From(), Hub.Clock));

    /// <summary>Keeps that something is done to deliveries, and does it.</summary>
    /// <param name="operation">What.</param>
    /// <param name="known">The deliveries.</param>
    /// <param name="to">To move, the destination.</param>
    /// <param name="content">To edit, the bytes to send.</param>
    /// <returns>What became of each, in their order.</returns>
    protected async Task<IReadOnlyList<DeliveryOutcome>> OperateAsync(DeliveryOperation operation, IReadOnlyList<FoundDelivery> known, string? to = null, byte[]? content = null)
    {
        DeliveryOrder order = new() { Operation = operation, Deliveries = [.. known.Select(found => found.Delivery.Delivery)], Reason = PostedReason, To = to, Content = content };
        foreach (AuditNote note in AuditNote.Of(order, known, Hub.Journal, Hub.Compare))
            await AuditAsync(note);
        return await Hub.OperateAsync(new(operation, order.Deliveries, By) { Reason = order.Reason, To = to, Content = content });
    }

    /// <summary>A delivery of a message that was read.</summary>
    protected static FoundDelivery Found(StoredMessage message, StoredDelivery delivery) => new(message.Channel, message.Id, message.Header.Type, message.ReceivedAt, delivery);

    /// <summary>Keeps that who asks is about to see what a message says; to be awaited before it is shown.</summary>
    /// <returns>Null when it is kept; else why it is not shown, in words.</returns>
    protected async Task<string?> SeeAsync(StoredMessage message, string text)
    {
        if (Hub.AsksForReason(Context.User) && PostedReason is null)
            return Words["content.reason-wanted"];
        await AuditAsync(AuditAct.SawContent, message.Channel, message.Id, text, PostedReason);
        return null;
    }

    /// <summary>The exact time in the zone of the site.</summary>
    protected string Exact(DateTimeOffset time) => Times.Exact(time, Hub.Clock);

    /// <summary>The same to the millisecond, for what follows one another.</summary>
    protected string Clocked(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Hub.Clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>How long something takes.</summary>
    protected string Span(TimeSpan span) => Times.Span(Words, span);

    /// <summary>How long ago or how soon.</summary>
    protected string Ago(DateTimeOffset time) => Times.Ago(Words, time, Hub.Clock.GetUtcNow());

    /// <summary>Says that this is not for who asks; for forms that were sent all the same.</summary>
    protected void Refuse() => Context.Response.StatusCode = StatusCodes.Status403Forbidden;
}
