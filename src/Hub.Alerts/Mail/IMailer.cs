using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Alerts.Mail;

/// <summary>Brings a mail to a server.</summary>
internal interface IMailer
{
    /// <summary>Tries the servers in their order until all have got the mail; of several, each gets it once.</summary>
    /// <param name="config">The servers.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <returns>Null when servers took it for all; else for whom none did.</returns>
    Task<NotSent?> SendAsync(MailConfig config, OutgoingMail mail, CancellationToken stopping);
}
