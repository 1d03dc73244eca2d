using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>A mail, or a call of a webhook, about an incident.</summary>
/// <param name="Id">Its number.</param>
/// <param name="At">When it was made.</param>
/// <param name="To">Whom it goes to.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">How many tries it has had.</param>
/// <param name="Reason">Why the last one failed.</param>
public sealed record MailInfo(long Id, DateTimeOffset At, IReadOnlyList<string> To, string Subject, MailState State, int Attempts, string? Reason)
{
    internal static MailInfo Of(OutgoingMail mail) => new(mail.Id, mail.At, mail.To, mail.Subject, mail.State, mail.Attempts, mail.Reason);
}
