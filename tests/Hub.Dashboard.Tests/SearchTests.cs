using System.Text;
using Hub.Contracts;
using Hub.Dashboard.Content;
using Hub.Dashboard.Search;
using Hub.Testing;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Tests;

/// <summary>What is typed is understood by what each word is, and an address says all of a search.</summary>
public sealed class SearchTests
{
    private static readonly SearchWords s_words = new(
        new HashSet<string> { "adt-in", "orders" }, new HashSet<string> { "lab", "mpi" }, new Dictionary<string, Enum>(StringComparer.OrdinalIgnoreCase) { ["Gwrthodwyd"] = MessageState.Rejected });

    [Theory]
    [InlineData("ADT^A01", "/messages?type=ADT%5EA01")]
    [InlineData("adt^a01", "/messages?type=ADT%5EA01")]
    [InlineData("ORU", "/messages?type=ORU")]
    [InlineData("Parked", "/messages?delivery=Parked")]
    [InlineData("rejected", "/messages?state=Rejected")]
    [InlineData("gwrthodwyd", "/messages?state=Rejected")]
    [InlineData("adt-in", "/messages?channel=adt-in")]
    [InlineData("lab", "/messages?destination=lab")]
    [InlineData("PAS^WARD", "/messages?sender=PAS%5EWARD")]
    [InlineData("MSG00017", "/messages?control=MSG00017")]
    [InlineData("943-476-5919", "/messages?control=943-476-5919")]
    [InlineData("patient:9434765919", "/messages?patient=9434765919")]
    [InlineData("text:O'BRIEN", "/messages?text=O%27BRIEN")]
    [InlineData("control:Parked", "/messages?control=Parked")]
    [InlineData("orders parked ADT mpi X1", "/messages?channel=orders&type=ADT&delivery=Parked&destination=mpi&control=X1")]
    [InlineData("a:b", "/messages?control=a%3Ab")]
    public void A_word_is_understood_by_what_it_is(string words, string expected)
    {
        MessageSearch understood = s_words.Understand(new() { Words = words }, out _, out _, out IReadOnlyList<string> left);
        Assert.Equal(expected, (understood with { Words = "" }).ToUrl());
        Assert.Empty(left);
    }

    [Fact]
    public void A_number_is_a_control_id_and_the_number_of_a_message()
    {
        s_words.Understand(new() { Words = "17" }, out MessageId? number, out string? loose, out _);
        Assert.Equal((new MessageId(17), "17"), (number, loose));
    }

    [Fact]
    public void What_a_field_says_goes_before_what_a_word_says_and_a_word_without_use_is_told()
    {
        MessageSearch understood = s_words.Understand(new() { Words = "orders X1 X2", Channel = "adt-in" }, out _, out _, out IReadOnlyList<string> left);
        Assert.Equal(("adt-in", "X1"), (understood.Channel, understood.ControlId));
        Assert.Equal(["orders", "X2"], left);
    }

    [Fact]
    public void An_address_says_all_of_a_search()
    {
        MessageSearch search = new()
        {
            Words = "a b",
            Channel = "c&d",
            Sender = "P^W",
            Type = "ADT",
            State = MessageState.Filtered,
            Delivery = DeliveryState.Sent,
            Destination = "#",
            ControlId = "+%",
            From = "4h",
            To = "2026-03-01 14:30",
            Patient = "ŵ",
            Text = "<b>",
            Trace = new(7),
            Replay = 8,
            Before = new(9),
        };
        Assert.Equal(search, MessageSearch.Read(new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(search.ToUrl()["/messages".Length..]))));
    }

    [Theory]
    [InlineData("2026-03-01", "2026-03-01T00:00:00Z")]
    [InlineData("2026-03-01 14:30", "2026-03-01T14:30:00Z")]
    [InlineData("2026-03-01T14:30:05+01:00", "2026-03-01T13:30:05Z")]
    [InlineData("90m", "2026-03-02T06:30:00Z")]
    [InlineData("2d", "2026-02-28T08:00:00Z")]
    public void A_time_is_read_as_people_write_it(string text, string expected)
    {
        Assert.True(Moment.TryParse(text, new Utc(), out DateTimeOffset time));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), time);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("99999999d")]
    [InlineData("-4h")]
    [InlineData("m")]
    [InlineData("2026-13-01")]
    public void What_is_no_time_is_told(string text)
    {
        Assert.False(Moment.TryParse(text, new Utc(), out _));
        new MessageSearch { From = text }.ToQuery(new Utc(), out IReadOnlyList<string> wrong);
        Assert.Equal(["from"], wrong);
    }

    [Theory]
    [InlineData("9990001112", true)]
    [InlineData("999000111", false)]
    [InlineData("OLD1", true)]
    [InlineData("JONES", false)]
    [InlineData("ALT", true)]
    [InlineData("second", true)]
    public void A_patient_id_is_found_in_the_fields_that_have_one(string id, bool expected)
    {
        byte[] message = Encoding.ASCII.GetBytes("MSH|^~\\&|PAS|WARD|||20260301||ADT^A40|C1|P|2.5\rPID|1||9990001112^^^NHS~SECOND^^^H|ALT|JONES^MAIR\rMRG|OLD1&x^^^H\r");
        Assert.Equal(expected, PatientIds.Has(message, id));
    }

    [Fact]
    public async Task A_search_in_content_opens_no_more_than_it_may_and_goes_on_from_there()
    {
        using TestFolder folder = new();
        await using IJournal journal = Hub.Journal.JournalCatalog.Kinds[0].Create(new(folder.Path("data")), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        int count = ContentSearch.MostMessages + 100;
        await Task.WhenAll(Enumerable.Range(1, count).Select(i => journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), $"C{i}"))));
        MessageSearch search = new() { Text = "|c50|" };

        ContentPage first = ContentSearch.Find(journal, new() { Limit = 50 }, search, 100_000);
        ContentPage second = ContentSearch.Find(journal, new() { Limit = 50, Before = first.Page.Next }, search, 100_000);

        Assert.Equal((ContentSearch.MostMessages, true), (first.Opened, first.Page.IsCut));
        Assert.Empty(first.Page.Messages);
        Assert.Equal((100, null, false), (second.Opened, second.Page.Next, second.Page.IsCut));
        Assert.Equal("C50", second.Page.Messages.Single().Header.ControlId);
    }

    private sealed class Utc : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => JournalSamples.Time;
    }
}
