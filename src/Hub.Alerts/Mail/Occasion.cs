namespace Hub.Alerts.Mail;

/// <summary>Why something is mailed about an incident.</summary>
internal enum Occasion
{
    /// <summary>It begins.</summary>
    Begins,

    /// <summary>It goes on.</summary>
    GoesOn,

    /// <summary>Nobody has taken it on.</summary>
    Escalates,

    /// <summary>It is over.</summary>
    Ends,
}
