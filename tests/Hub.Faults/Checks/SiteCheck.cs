using Hub.Faults.Traffic;

namespace Hub.Faults.Checks;

/// <summary>All checks of a site's traffic.</summary>
/// <param name="verdict">Where it writes.</param>
/// <param name="ledger">What senders sent and were told.</param>
/// <param name="journal">What the journal says, oldest first.</param>
/// <param name="shape">How the site differs from others.</param>
internal sealed class SiteCheck(Verdict verdict, Ledger ledger, IReadOnlyList<JournalMessage> journal, SiteShape shape)
{
    /// <summary>What one connection of the Hub may have under way when the Hub ends: 32 outcomes on their way to the disk, and one message in hand.</summary>
    private const int UnderWay = 33;

    /// <summary>Does them.</summary>
    /// <param name="all">What came to the destination <c>all</c>.</param>
    /// <param name="patients">What came to <c>patients</c>.</param>
    /// <param name="web">What came to <c>web</c>.</param>
    /// <param name="handed">What came by way of the channel that is handed messages.</param>
    /// <param name="files">What was written to files.</param>
    public void Run(IReadOnlyList<Arrival> all, IReadOnlyList<Arrival> patients, IReadOnlyList<Arrival> web, IReadOnlyList<Arrival> handed, IReadOnlyList<Arrival> files)
    {
        bool onlyHubsEnd = !(shape.Repeats ?? shape.Before is not null);
        Checker checker = Of("adt");
        checker.CheckIntake();
        checker.Check(new("all", _ => "", onlyHubsEnd ? UnderWay : null, all));
        checker.Check(new("patients", message => message.Patient, onlyHubsEnd ? SiteChannels.PatientConnections * UnderWay : null, patients));
        if (shape.HasWeb)
            checker.Check(new("web", _ => "", onlyHubsEnd ? UnderWay : null, web));
        if (shape.HasFiles)
            checker.Check(new("files", null, null, files));
        if (!shape.HandsOver)
            return;
        Checker next = Of("next");
        next.CheckMessages();
        next.Check(new("handed", _ => "", onlyHubsEnd ? UnderWay : null, handed));
    }

    private Checker Of(string channel) => new(verdict, ledger, [.. journal.Where(message => message.Channel == channel)]);
}
