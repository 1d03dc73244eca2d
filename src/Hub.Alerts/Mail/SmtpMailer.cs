using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Alerts.Mail;

/// <summary>
/// Sends mails over SMTP with the platform's client: STARTTLS or a plain connection to this machine, with or without a login. The platform checks the
/// server's certificate by the machine's trusted issuers and its name.
/// </summary>
internal sealed class SmtpMailer : IMailer
{
    /// <summary>Longest piece of a server's words that is kept.</summary>
    private const int MostWords = 200;

    /// <summary>How long a server that has a whole mail may take to say so, at the least.</summary>
    private const int LongestEndSeconds = 100;

    /// <inheritdoc/>
    public async Task<NotSent?> SendAsync(MailConfig config, OutgoingMail mail, CancellationToken stopping)
    {
        List<string> reasons = [];
        IReadOnlyList<string> left = mail.To;
        foreach (MailServerConfig server in config.Servers)
        {
            if (await TrySendAsync(config, server, mail with { To = left }, stopping) is not { } refused)
                return null;
            left = refused.Left;
            reasons.Add($"{server.Host}:{server.UsedPort}: {refused.Reason}");
        }

        return new(string.Join("; ", reasons), left);
    }

    private static async Task<NotSent?> TrySendAsync(MailConfig config, MailServerConfig server, OutgoingMail mail, CancellationToken stopping)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // A server answers in the time of the world, not of a test's clock.
        patience.CancelAfter(TimeSpan.FromSeconds(server.TimeoutSeconds));
        try
        {
            await Send(config, server, mail, patience.Token).WaitAsync(stopping);
            return null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new($"It did not take the mail within {server.TimeoutSeconds} s.", mail.To);
        }
        catch (SmtpFailedRecipientException exception)
        {
            // The server took it for the others, if there are any.
            return new(Words(exception), Refused(exception, mail.To));
        }
        catch (Exception exception) when (exception is SmtpException or IOException or InvalidOperationException or System.Security.Authentication.AuthenticationException or FormatException)
        {
            return new(Words(exception), mail.To);
        }
    }

    // The platform's client does not look at its token while it waits for the answer to a mail's end, and says good-bye and waits for the answer to that when
    // it is disposed. Neither may hold up a Hub that stops: it does both by itself. What a stop gives up so may have gone, and is sent again. Else the answer
    // to a mail's end is waited for as long as the client does, and longer than for any other: the server has the mail (RFC 5321 §4.5.3.2.6).
    private static Task Send(MailConfig config, MailServerConfig server, OutgoingMail mail, CancellationToken stopping)
    {
        SmtpClient client = new(server.Host, server.UsedPort) { EnableSsl = server.UsesTls, DeliveryFormat = SmtpDeliveryFormat.International, Timeout = Math.Max(server.TimeoutSeconds, LongestEndSeconds) * 1_000 };
        if (server.User is not null)
            client.Credentials = new NetworkCredential(server.User, server.Password);
        MailMessage message = Message(config, mail);
        Task sent = Task.Run(() => client.SendMailAsync(message, stopping), CancellationToken.None);
        _ = sent.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                message.Dispose();
                client.Dispose();
            },
            TaskScheduler.Default);
        return sent;
    }

    private static string Words(Exception exception)
    {
        string words = exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message;
        return words.Length > MostWords ? words[..MostWords] : words;
    }

    // Whom the platform does not name as it was given to it cannot be told from the others, and nobody is to be left out.
    private static IReadOnlyList<string> Refused(SmtpFailedRecipientException exception, IReadOnlyList<string> to)
    {
        SmtpFailedRecipientException[] each = exception is SmtpFailedRecipientsException several ? several.InnerExceptions : [exception];
        HashSet<string> refused = new(each.Select(one => one.FailedRecipient?.Trim('<', '>') ?? ""), StringComparer.OrdinalIgnoreCase);
        string[] left = [.. to.Where(refused.Contains)];
        return left.Length == refused.Count ? left : to;
    }

    private static MailMessage Message(MailConfig config, OutgoingMail mail)
    {
        string host = Addresses.HostOf(config.From);
        MailMessage message = new()
        {
            From = new(config.From, config.Name),
            Subject = OneLine(mail.Subject),
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
        };
        foreach (string address in mail.To)
            message.To.Add(address);
        // RFC 5322 §3.6.4: what a thread is known by.
        message.Headers.Add("Message-ID", $"<{mail.MessageId}@{host}>");
        if (mail.Thread.Length > 0)
        {
            message.Headers.Add("In-Reply-To", $"<{mail.Thread}@{host}>");
            message.Headers.Add("References", $"<{mail.Thread}@{host}>");
        }

        // RFC 3834 §5: no out-of-office answers, please.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.Html.Length > 0)
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html));
        return message;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
