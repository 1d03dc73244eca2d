namespace Hub.Alerts.Mail;

/// <summary>That a mail or a call did not get to all whom it is for.</summary>
/// <param name="Reason">Why, in words of ours and of servers.</param>
/// <param name="Left">Who did not get it: all, or some of several.</param>
public sealed record NotSent(string Reason, IReadOnlyList<string> Left)
{
    /// <summary>Whether nobody wants it any more, so that nobody has to do anything about it. Default false.</summary>
    public bool IsUnwanted { get; init; }
}
