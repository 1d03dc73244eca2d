using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>Who asks.</summary>
internal sealed class ApiCaller(HttpContext context)
{
    /// <summary>The header in which a command of this machine says for whom it asks, percent-encoded. Of others it is not looked at.</summary>
    public const string ByHeader = "Hub-By";

    /// <summary>The header that says why somebody wants to see content, percent-encoded.</summary>
    public const string ReasonHeader = "Hub-Reason";

    /// <summary>How who asks with the token beside the journal is let in.</summary>
    private const string LocalScheme = "AdminToken";

    private const int LongestName = 200;

    /// <summary>How long a reason may be, in characters: it stays in the audit for ever.</summary>
    private const int LongestReason = 500;

    /// <summary>The name that what is done is kept under.</summary>
    public string By => context.User.Identity?.AuthenticationType == LocalScheme && Header(ByHeader) is { Length: > 0 and <= LongestName } person ? person : context.User.Name();

    /// <summary>Why, as the header says; empty when it says nothing.</summary>
    public string Reason => Header(ReasonHeader);

    /// <summary>Whether reasons and problems are shown in words: they may repeat what a receiver answered, which may repeat what the message says.</summary>
    public bool ReadsReasons => context.User.ReadsReasons();

    public bool May(Permission permission) => context.User.May(permission);

    /// <summary>Whether anything of a channel may be seen and done: all, or those that the account or token is limited to.</summary>
    public bool Sees(string channel) => context.User.MayChannel(channel);

    /// <summary>Requires a permission beyond that of the address.</summary>
    /// <exception cref="ApiException">It is not there.</exception>
    public void Require(Permission permission, string what)
    {
        if (!May(permission))
            throw new ApiException(StatusCodes.Status403Forbidden, ApiCodes.Forbidden, $"Your account or token may not {what}. Ask an administrator of this Hub for a role that may.");
    }

    /// <summary>Keeps that what a message says is about to be seen.</summary>
    /// <exception cref="ApiException">A reason is wanted and none was given.</exception>
    public Task SeeAsync(string text, string channel, MessageId message, string? reason)
    {
        RequireReason(reason);
        return AuditAsync(AuditAct.SawContent, text, channel, message, reason);
    }

    /// <summary>Requires of who says why content is looked at that it is said.</summary>
    /// <exception cref="ApiException">A reason is wanted and none was given.</exception>
    public void RequireReason(string? reason)
    {
        if (context.RequestServices.GetRequiredService<IHub>().AsksForReason(context.User) && string.IsNullOrWhiteSpace(reason ?? Reason))
            throw new ApiException(StatusCodes.Status403Forbidden, ApiCodes.ReasonWanted, "Who has your role says why content is looked at. Say it in the header Hub-Reason (percent-encoded), or as \"reason\" in the query.");
    }

    /// <summary>Keeps what is about to be done.</summary>
    /// <exception cref="ApiException">The reason is too long.</exception>
    public Task AuditAsync(AuditNote note) => AuditAsync(note.Act, note.Text, note.Channel, note.Message, note.Reason);

    /// <summary>Keeps what is about to be shown or done.</summary>
    /// <exception cref="ApiException">The reason is too long.</exception>
    public Task AuditAsync(AuditAct act, string text, string channel = "", MessageId? message = null, string? reason = null)
    {
        IHub hub = context.RequestServices.GetRequiredService<IHub>();
        // Who was let in, and beside it for whom a command of this machine asks.
        string name = context.User.Name();
        string person = By == name ? "" : $", by {By}";
        if ((reason ?? Reason).Length > LongestReason)
            throw ApiException.Wrong([new("reason", $"This has {(reason ?? Reason).Length} characters. Give a reason of at most {LongestReason}.")]);
        return hub.AuditAsync(new AuditNote(act, $"{text}{person}", channel, message, reason ?? Reason).ToRecord(name, context.From(), hub.Clock));
    }

    private string Header(string name) => Uri.UnescapeDataString(context.Request.Headers[name].ToString()).Trim();
}
