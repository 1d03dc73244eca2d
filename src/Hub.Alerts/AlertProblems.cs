namespace Hub.Alerts;

/// <summary>The numbers of problems in the files of <c>alerts/</c>, shown as <c>HUB6010</c>. A number never changes its meaning. 6000 to 6009 and 6020 to 6029 are lines of the log.</summary>
public static class AlertProblems
{
    /// <summary>No mail server is named.</summary>
    public const int NoServer = 6010;

    /// <summary>A text is no mail address.</summary>
    public const int Address = 6011;

    /// <summary>Nobody is named who is told.</summary>
    public const int Nobody = 6012;

    /// <summary>A number is out of its range.</summary>
    public const int Range = 6013;

    /// <summary>Port 465 is asked for.</summary>
    public const int ImplicitTls = 6014;

    /// <summary>Mails would leave the machine unprotected.</summary>
    public const int Plaintext = 6015;

    /// <summary>A user without a password, or a password without a user.</summary>
    public const int Login = 6016;

    /// <summary>Two things have one id.</summary>
    public const int Doubled = 6017;

    /// <summary>An id names no contact, group or calendar.</summary>
    public const int Unknown = 6018;

    /// <summary>A time zone, a day or a time of day is none.</summary>
    public const int Calendar = 6019;

    /// <summary>A group names itself, by way of others.</summary>
    public const int Circle = 6030;

    /// <summary>A watch says nothing to watch for, or what belongs to another kind.</summary>
    public const int Watch = 6031;

    /// <summary>A template cannot be used.</summary>
    public const int Template = 6032;

    /// <summary>A subscription cannot work as it is.</summary>
    public const int Subscription = 6033;

    /// <summary>The folder of alerts cannot be read.</summary>
    public const int Folder = 6000;
}
