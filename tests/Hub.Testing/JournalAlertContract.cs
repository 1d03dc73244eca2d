using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about events, incidents and mails.</summary>
public abstract class JournalAlertContract : JournalContractBase
{
    private static readonly MessageProblem s_version = new(203, "MSH-12[2].1", "Version PRAWF^Gwen is not taken here.");

    [Fact]
    public async Task An_event_is_there_exactly_when_the_rejected_message_is_and_says_no_content()
    {
        MessageArrived rejected = Rejected("A");
        await Journal.AppendAsync(rejected);

        HubEvent happened = Assert.Single(Journal.ReadEvents(0, 10)).Event;
        Assert.Equal((EventKind.Rejected, "adt", "", "203 MSH-12.1", 1), (happened.Kind, happened.Channel, happened.Destination, happened.Fingerprint, happened.Count));
        Assert.Equal((rejected.Id, rejected.ReceivedAt), (happened.Message!.Value, happened.At));
        Assert.DoesNotContain("PRAWF", happened.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_goes_well_makes_no_event()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 2, DeliveryState.Sent));
        Assert.Empty(Journal.ReadEvents(0, 10));
    }

    [Fact]
    public async Task An_entry_that_is_refused_makes_no_event()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(JournalSamples.Attempted(1, 7, DeliveryState.Parked)));
        Assert.Empty(Journal.ReadEvents(0, 10));
    }

    [Fact]
    public async Task Parked_deliveries_are_events_whether_they_were_tried_or_not()
    {
        MessageArrived accepted = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab", "pas");
        await Journal.AppendAsync(accepted with { Deliveries = [accepted.Deliveries[0], accepted.Deliveries[1] with { ParkedFor = "PRAWF^Gwen" }] });
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Parked));

        Assert.Equal(
            [(EventKind.Parked, "pas", "", 2L), (EventKind.Parked, "lab", "AE", 1L)],
            Journal.ReadEvents(0, 10).Select(stored => (stored.Event.Kind, stored.Event.Destination, stored.Event.Fingerprint, stored.Event.Delivery!.Value)));
    }

    [Fact]
    public async Task A_message_that_is_rejected_after_it_was_stored_is_an_event()
    {
        MessageArrived received = JournalSamples.Accepted(Journal.NextMessageId(), "A") with { State = MessageState.Received };
        await Journal.AppendAsync(received);
        Assert.Empty(Journal.ReadEvents(0, 10));
        await Journal.AppendAsync(new MessageProcessed { Id = received.Id, State = MessageState.Rejected, Problems = [new(207, null, "The script failed on PRAWF^Gwen.")] });

        HubEvent happened = Assert.Single(Journal.ReadEvents(0, 10)).Event;
        Assert.Equal((EventKind.ScriptFailed, received.Id), (happened.Kind, happened.Message!.Value));
        Assert.DoesNotContain("PRAWF", happened.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_pause_of_a_rule_is_an_event_and_its_end_ends_it()
    {
        await Journal.AppendAsync(new DestinationPaused("adt", "lab", JournalSamples.Time, "ward.admin", null));
        Assert.Empty(Journal.ReadEvents(0, 10));
        await Journal.AppendAsync(new DestinationResumed("adt", "lab", JournalSamples.Time, "ward.admin", null));
        await Journal.AppendAsync(new DestinationPaused("adt", "lab", JournalSamples.Time, "replies[2]", "PRAWF^Gwen"));
        await Journal.AppendAsync(new DestinationResumed("adt", "lab", JournalSamples.Time, "ward.admin", null));

        Assert.Equal([(EventKind.Paused, true), (EventKind.Paused, false), (EventKind.Paused, true)], Journal.ReadEvents(0, 10).Select(stored => (stored.Event.Kind, stored.Event.IsEnd)));
    }

    [Fact]
    public async Task Failures_of_one_cause_that_are_committed_together_are_one_event_with_a_count()
    {
        Task<AppendResult>[] all = [.. Enumerable.Range(0, 200).Select(i => Journal.AppendAsync(Rejected($"R{i}")))];
        await Task.WhenAll(all);

        IReadOnlyList<StoredEvent> events = Journal.ReadEvents(0, 1_000);
        Assert.Equal(200, events.Sum(stored => stored.Event.Count));
        Assert.InRange(events.Count, 1, 199);
        Assert.Equal(200, events[^1].Event.Message!.Value.Value);
    }

    [Fact]
    public async Task Who_waits_for_events_is_told_after_their_commit()
    {
        List<int> seen = [];
        Journal.EventsCommitted = () => seen.Add(Journal.ReadEvents(0, 10).Count);
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"), waits: true);
        await Journal.AppendAsync(Rejected("B"), waits: true);
        await Journal.AppendAsync(new EventRaised(Raised()), waits: true);
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C", "lab"), waits: true);
        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public async Task Events_incidents_and_mails_survive_a_restart_as_they_were()
    {
        Incident incident = Sample(1);
        OutgoingMail mail = Mail();
        await Journal.AppendAsync(new EventRaised(Raised()));
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Incidents = [incident], Mails = [mail] });
        await RestartAsync();

        Assert.Equal(Raised(), Assert.Single(Journal.ReadEvents(0, 10)).Event);
        Assert.Equal(1, Journal.ReadAlertsThrough());
        Assert.Equal(incident, Assert.Single(Journal.FindIncidents(new() { IsOpen = true })));
        OutgoingMail stored = Assert.Single(Journal.ReadMails(MailState.Queued, null, 10));
        Assert.Equal(mail.To, stored.To);
        Assert.Equal(mail with { Id = 1 }, stored with { To = mail.To });
    }

    [Fact]
    public async Task An_incident_changes_in_place_and_is_found_while_it_lasts()
    {
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Incidents = [Sample(1), Sample(2) with { Channel = "lab" }] });
        Incident closed = Sample(1) with { ClosedAt = JournalSamples.Time.AddHours(1), Count = 700, Mails = 2 };
        await Journal.AppendAsync(new IncidentsChanged { Through = 2, Incidents = [closed] });

        Assert.Equal([2L], Journal.FindIncidents(new() { IsOpen = true }).Select(incident => incident.Id));
        Assert.Equal(closed, Assert.Single(Journal.FindIncidents(new() { Channel = "adt" })));
        Assert.Equal([2L, 1L], Journal.FindIncidents(new()).Select(incident => incident.Id));
        Assert.Empty(Journal.FindIncidents(new() { Id = 3 }));
        Assert.Equal([2L, 1L], Journal.FindIncidents(new() { Channels = ["adt", "lab"] }).Select(incident => incident.Id));
        Assert.Equal([2L], Journal.FindIncidents(new() { Channels = ["lab", "o'ru"] }).Select(incident => incident.Id));
        Assert.Empty(Journal.FindIncidents(new() { Channels = ["adt"], IsOpen = true }));
        Assert.Empty(Journal.FindIncidents(new() { Channels = ["adt"], Channel = "lab" }));
    }

    [Fact]
    public async Task People_take_on_and_mute_what_lasts_and_nothing_else()
    {
        DateTimeOffset until = JournalSamples.Time.AddHours(4);
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Incidents = [Sample(1), Sample(2) with { Fingerprint = "B", ClosedAt = JournalSamples.Time }] });
        await Journal.AppendAsync(new IncidentOperated(1, IncidentOperation.Acknowledge, "ward.admin", JournalSamples.Time));
        await Journal.AppendAsync(new IncidentOperated(1, IncidentOperation.Mute, "night.shift", JournalSamples.Time, until));
        Incident incident = Assert.Single(Journal.FindIncidents(new() { Id = 1 }));
        Assert.Equal(("ward.admin", JournalSamples.Time, "night.shift", until), (incident.AcknowledgedBy, incident.AcknowledgedAt!.Value, incident.MutedBy, incident.MutedUntil!.Value));
        await Journal.AppendAsync(new IncidentOperated(1, IncidentOperation.Unmute, "night.shift", JournalSamples.Time));
        Assert.Null(Assert.Single(Journal.FindIncidents(new() { Id = 1 })).MutedUntil);

        Assert.Contains("is over", (await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(new IncidentOperated(2, IncidentOperation.Acknowledge, "a", JournalSamples.Time)))).Message, StringComparison.Ordinal);
        Assert.Contains("There is no incident 3", (await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(new IncidentOperated(3, IncidentOperation.Mute, "a", JournalSamples.Time, until)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_was_tried_waits_or_is_done()
    {
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Mails = [Mail(), Mail() with { MessageId = "b" }] });
        await Journal.AppendAsync(new MailAttempted(1, MailState.Sent, JournalSamples.Time, null));
        await Journal.AppendAsync(new MailAttempted(2, MailState.Queued, JournalSamples.Time.AddMinutes(1), "Connection refused"));

        OutgoingMail waiting = Assert.Single(Journal.ReadMails(MailState.Queued, null, 10));
        Assert.Equal((2L, 1, "Connection refused", JournalSamples.Time.AddMinutes(1)), (waiting.Id, waiting.Attempts, waiting.Reason, waiting.DueAt));
        Assert.Equal([1L], Journal.ReadMails(MailState.Sent, 1, 10).Select(mail => mail.Id));
        Assert.Equal(2, Journal.ReadMails(null, 1, 10).Count);
    }

    [Fact]
    public async Task A_mail_that_some_got_waits_for_the_others_alone()
    {
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Mails = [Mail() with { To = ["mair@hospital.example", "sian@hospital.example", "rhys@hospital.example"] }] });
        await Journal.AppendAsync(new MailAttempted(1, MailState.Queued, JournalSamples.Time.AddMinutes(1), "Mailbox full", ["sian@hospital.example", "rhys@hospital.example"]));
        Assert.Equal(["sian@hospital.example", "rhys@hospital.example"], Assert.Single(Journal.ReadMails(MailState.Queued, null, 10)).To);

        await Journal.AppendAsync(new MailAttempted(1, MailState.Queued, JournalSamples.Time.AddMinutes(2), "Connection refused"));
        Assert.Equal(["sian@hospital.example", "rhys@hospital.example"], Assert.Single(Journal.ReadMails(MailState.Queued, null, 10)).To);
        await Journal.AppendAsync(new MailAttempted(1, MailState.Queued, JournalSamples.Time.AddMinutes(3), "Mailbox full", ["rhys@hospital.example"]));

        OutgoingMail waiting = Assert.Single(Journal.ReadMails(MailState.Queued, null, 10));
        Assert.Equal(["rhys@hospital.example"], waiting.To);
        Assert.Equal(3, waiting.Attempts);
    }

    [Fact]
    public async Task The_last_mail_of_a_kind_is_found_by_how_its_id_begins_and_how_long_it_is()
    {
        Assert.Null(Journal.FindLastMailId("hub-daily-", 3));
        await Journal.AppendAsync(new IncidentsChanged { Through = 1, Mails = [.. new[] { "hub-daily-002", "hub-daily-001", "hub-daily-0031", "hub-daily", "hub-dead-003", "hub_daily-009", "HUB-DAILY-005" }.Select(id => Mail() with { MessageId = id })] });

        Assert.Equal("hub-daily-002", Journal.FindLastMailId("hub-daily-", 3));
        Assert.Equal("hub-daily-0031", Journal.FindLastMailId("hub-daily-", 4));
        Assert.Equal("hub-dead-003", Journal.FindLastMailId("hub-dead-", 3));
        Assert.Equal("hub-daily", Journal.FindLastMailId("hub-daily", 0));
        Assert.Null(Journal.FindLastMailId("hub-weekly-", 3));
        Assert.Null(Journal.FindLastMailId("hub-daily-", 5));
    }

    [Fact]
    public async Task What_is_past_its_time_goes_and_what_waits_stays()
    {
        DateTimeOffset later = JournalSamples.Time.AddDays(500);
        for (int i = 0; i < 3; i++)
            await Journal.AppendAsync(new EventRaised(Raised()));
        await Journal.AppendAsync(new IncidentsChanged
        {
            Through = 3,
            Incidents = [Sample(1) with { ClosedAt = JournalSamples.Time }, Sample(2), Sample(3) with { Fingerprint = "C", ClosedAt = later }],
            Mails = [Mail(), Mail(), Mail() with { At = later }],
        });
        await Journal.AppendAsync(new MailAttempted(1, MailState.Sent, JournalSamples.Time, null));
        await Journal.AppendAsync(new IncidentsChanged { Through = 3, RemovesBefore = later.AddDays(-400) });

        Assert.Equal([3L], Journal.ReadEvents(0, 10).Select(stored => stored.Id));
        Assert.Equal([3L, 2L], Journal.FindIncidents(new()).Select(incident => incident.Id));
        Assert.Equal([3L, 2L], Journal.ReadMails(null, null, 10).Select(mail => mail.Id));
    }

    private MessageArrived Rejected(string controlId) => JournalSamples.Accepted(Journal.NextMessageId(), controlId) with { State = MessageState.Rejected, Answer = ReceiptKind.Rejected, Problems = [s_version] };

    private static HubEvent Raised() => new() { Kind = EventKind.Disk, Fingerprint = "x", At = JournalSamples.Time, Text = "Make room.", Lasts = true, Count = 2, Message = new(4), Delivery = 5, Channel = "adt", Destination = "lab" };

    private static Incident Sample(long id) => new()
    {
        Id = id,
        Kind = EventKind.Parked,
        Channel = "adt",
        Destination = "lab",
        Fingerprint = "AE",
        Text = "Look at it.",
        OpenedAt = JournalSamples.Time,
        LastAt = JournalSamples.Time.AddMinutes(1),
        Count = 3,
        FirstMessage = new(1),
        LastMessage = new(3),
        Lasts = true,
        Rule = "default",
        Thread = "t",
        Mails = 1,
        CountMailed = 2,
        MailedAt = JournalSamples.Time,
        EscalatedAt = JournalSamples.Time,
    };

    private static OutgoingMail Mail() => new()
    {
        Incident = 1,
        To = ["a@hospital.example", "b@hospital.example"],
        Subject = "s",
        Text = "t",
        Html = "<p>t</p>",
        MessageId = "a",
        Thread = "t",
        At = JournalSamples.Time,
        DueAt = JournalSamples.Time,
    };
}
