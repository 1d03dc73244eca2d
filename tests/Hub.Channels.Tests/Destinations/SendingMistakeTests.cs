using Hub.Channels.Config;

namespace Hub.Channels.Tests.Destinations;

/// <summary>What a person hears about policies of sending that cannot be meant.</summary>
public sealed class SendingMistakeTests
{
    private const string Mllp = "\"type\": \"mllp\", \"endpoint\": \"lab.example:2575\"";
    private const string Next = "\"type\": \"channel\", \"channel\": \"other\"";

    [Theory]
    [InlineData(Mllp + ", \"maxMessagesPerMinute\": 0", "$.maxMessagesPerMinute", 1414, "1 to 1000000")]
    [InlineData(Mllp + ", \"retry\": { \"unreachableAfter\": 0 }", "$.retry.unreachableAfter", 1415, "1 to 1000")]
    [InlineData(Mllp + ", \"retry\": { \"parkAfter\": \"12\" }", "$.retry.parkAfter", 1021, "\"24h\"")]
    [InlineData(Mllp + ", \"waitForAnswer\": false, \"onMaybeDelivered\": \"hold\"", "$.onMaybeDelivered", 1412, "no answer")]
    [InlineData("\"type\": \"file\", \"folder\": \"out\", \"onMaybeDelivered\": \"hold\"", "$.onMaybeDelivered", 1412, "no answer")]
    [InlineData(Mllp + ", \"onMaybeDelivered\": \"ask\"", "$.onMaybeDelivered", 1024, "\"hold\"")]
    [InlineData(Mllp + ", \"maintenance\": [ { \"from\": \"22:00\", \"to\": \"22:00\" } ]", "$.maintenance[0].to", 1413, "two times")]
    [InlineData(Mllp + ", \"maintenance\": [ { \"days\": [], \"from\": \"22:00\", \"to\": \"23:00\" } ]", "$.maintenance[0].days", 1413, "at least one")]
    [InlineData(Mllp + ", \"maintenance\": [ { \"days\": [\"Mon\"], \"from\": \"22:00\", \"to\": \"23:00\" } ]", "$.maintenance[0].days[0]", 1024, "\"mon\"")]
    [InlineData(Mllp + ", \"maintenance\": [ { \"from\": \"10 pm\", \"to\": \"23:00\" } ]", "$.maintenance[0].from", 1021, "\"22:30\"")]
    [InlineData(Mllp + ", \"maintenance\": [ { \"from\": \"22:00\", \"to\": \"23:00\", \"timeZone\": \"London\" } ]", "$.maintenance[0].timeZone", 1413, "\"Europe/London\"")]
    [InlineData(Next + ", \"maxMessagesPerMinute\": 5", "$.maxMessagesPerMinute", 1416, "other channel")]
    [InlineData(Next + ", \"maintenance\": [ { \"from\": \"22:00\", \"to\": \"23:00\" } ]", "$.maintenance", 1416, "other channel")]
    public void A_policy_that_cannot_be_meant_is_told_with_its_place_and_remedy(string members, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems($$"""{ "id": "lab", {{members}} }""", out DestinationConfig? _));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }
}
