using System.Security.Cryptography;
using Hub.Contracts;

namespace Hub.Alerts.Mail;

/// <summary>A row of a notice.</summary>
/// <param name="Place">The channel, and its destination where it is about one.</param>
/// <param name="What">What happened there, in words and numbers of ours.</param>
public sealed record NoticeRow(string Place, string What);

/// <summary>A mail that is about no incident: that the Hub lives, its numbers, what a party asked to be told of.</summary>
/// <param name="Headline">Its subject.</param>
/// <param name="Lines">Sentences.</param>
/// <param name="Rows">What happened where; none for a notice that is not about channels.</param>
internal sealed record Notice(string Headline, IReadOnlyList<string> Lines, IReadOnlyList<NoticeRow> Rows)
{
    /// <summary>All names that templates may use, with invented values.</summary>
    public static IReadOnlyDictionary<string, object?> Sample { get; } =
        new Notice("Hub: numbers of 2026-03-01", ["From 2026-03-01 12:00 to 2026-03-01 12:15 UTC:"], [new("adt-to-lab → lab", "12 delivered")]).Values();

    /// <summary>How many characters <see cref="ToMails"/> puts behind an id and a dash.</summary>
    public const int RandomLength = 8;

    /// <summary>Writes a mail for each time from which some of those whom it is for want it; none for nobody.</summary>
    /// <param name="templates">The texts.</param>
    /// <param name="people">Whom it is for, each with the time.</param>
    /// <param name="id">How the left part of each Message-ID begins; what is behind it makes it the only one.</param>
    /// <param name="now">The time.</param>
    public IEnumerable<OutgoingMail> ToMails(Templates templates, IReadOnlyList<(string Address, DateTimeOffset From)> people, string id, DateTimeOffset now) =>
        people.GroupBy(one => one.From, one => one.Address).Select(group => ToMail(templates, [.. group], NewId(id), now) with { DueAt = group.Key });

    /// <summary>An id that nobody else has.</summary>
    /// <param name="beginning">How it begins.</param>
    public static string NewId(string beginning) => $"{beginning}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomLength / 2))}";

    /// <summary>Writes the mail.</summary>
    /// <param name="templates">The texts.</param>
    /// <param name="to">Whom it is for.</param>
    /// <param name="id">The left part of its Message-ID.</param>
    /// <param name="now">The time.</param>
    public OutgoingMail ToMail(Templates templates, IReadOnlyList<string> to, string id, DateTimeOffset now)
    {
        Dictionary<string, object?> values = Values();
        return new()
        {
            To = to,
            Subject = Headline,
            Text = templates.Write("notice.txt", values),
            Html = templates.Write("notice.html", values),
            MessageId = id,
            At = now,
            DueAt = now,
        };
    }

    private Dictionary<string, object?> Values() => new()
    {
        ["headline"] = Headline,
        ["lines"] = Lines,
        ["rows"] = Rows.Select(row => new Dictionary<string, object?> { ["place"] = row.Place, ["what"] = row.What }).ToList(),
    };
}
