namespace Hub.Channels.Destinations.Sending;

/// <summary>What becomes of a message that was sent whole and not answered.</summary>
public enum OnMaybeDelivered
{
    /// <summary>It is sent again, the same bytes. The default.</summary>
    Resend,

    /// <summary>It is parked for a person, who asks the receiver and then releases or skips it.</summary>
    Hold,
}
