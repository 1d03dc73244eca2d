using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests.Config;

public sealed class RecordComparisonTests
{
    [Fact]
    public void Records_that_say_the_same_are_alike_whichever_load_made_their_lists() =>
        Assert.True(RecordComparison.SayTheSame(Listener(["ADT^A01", "ADT^A08"]), Listener(["ADT^A01", "ADT^A08"])));

    [Theory]
    [InlineData("ADT^A01")]
    [InlineData("ADT^A08,ADT^A01")]
    [InlineData("ADT^A01,ADT^A08,ADT^A40")]
    [InlineData("")]
    public void Another_list_in_a_record_within_a_record_is_a_difference(string messages) =>
        Assert.False(RecordComparison.SayTheSame(Listener(["ADT^A01", "ADT^A08"]), Listener(messages.Split(',', StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void A_missing_record_is_a_difference() =>
        Assert.False(RecordComparison.SayTheSame(Listener(["ADT^A01"]), Listener(["ADT^A01"]) with { Accept = null }));

    private static TestListenerConfig Listener(string[] messages) => new() { Type = "test", Accept = new AcceptConfig { Messages = [.. messages] } };
}
