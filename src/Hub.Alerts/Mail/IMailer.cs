using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Alerts.Mail;

/// <summary>Brings a mail to a server.</summary>
internal interface IMailer
{
    /// <summary>Tries the servers in their order until one takes the mail.</summary>
    /// <param name="config">The servers.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <returns>Null when a server took it; else why none did, in words of ours and of servers.</returns>
    Task<string?> SendAsync(MailConfig config, OutgoingMail mail, CancellationToken stopping);
}
