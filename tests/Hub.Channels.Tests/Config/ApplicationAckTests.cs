namespace Hub.Channels.Tests.Config;

/// <summary>What must hold of the destination that gets application answers (protocol A10), told when the file is loaded.</summary>
public sealed class ApplicationAckTests
{
    private const string Acks = """{ "id": "acks", "type": "mllp", "endpoint": "sender.example:2575" }""";

    [Fact]
    public void A_destination_beside_that_of_the_messages_is_taken() =>
        Assert.Empty(Problems(""", "applicationAck": "acks", "applicationAckWantsAnswer": true""", Acks));

    [Fact]
    public void A_destination_that_waits_for_no_answer_is_taken() =>
        Assert.DoesNotContain(Problems(""", "applicationAck": "acks" """, Acks.Replace(" }", """, "waitForAnswer": false }""", StringComparison.Ordinal)), problem => problem.Contains("HUB1363", StringComparison.Ordinal));

    [Fact]
    public void The_senders_connection_is_taken() => Assert.Empty(Problems(""", "applicationAck": "sameConnection" """, Acks));

    [Theory]
    [InlineData(""", "applicationAck": "aks", "applicationAckWantsAnswer": true""", Acks, "$.source.applicationAck: No destination has the id \"aks\". Did you mean \"acks\"?")]
    [InlineData(""", "applicationAck": "acks" """, Acks, "$.destinations[1]: Application answers say that they want none themselves")]
    [InlineData(""", "applicationAck": "acks", "applicationAckWantsAnswer": true, "acknowledge": "delivered" """, Acks, "Leave \"applicationAck\" out: the application answer then tells of the delivery")]
    [InlineData(""", "applicationAck": "acks", "applicationAckWantsAnswer": true, "acknowledgeBy": "acks" """, Acks, "$.source.acknowledgeBy: This destination gets application answers")]
    [InlineData(""", "applicationAck": "lab", "applicationAckWantsAnswer": true""", "", "the channel's only destination")]
    [InlineData(""", "applicationAck": "acks", "applicationAckWantsAnswer": true""", """{ "id": "acks", "type": "mllp", "endpoint": "sender.example:2575", "when": { "path": "PID-8", "exists": true } }""", "so \"when\" means nothing here")]
    [InlineData(""", "applicationAck": "acks", "dataType": "json" """, """{ "id": "acks", "type": "mllp", "endpoint": "sender.example:2575", "waitForAnswer": false }""", "HUB1364")]
    [InlineData(""", "sequenceNumbers": true, "dataType": "json" """, Acks, "HUB1364")]
    [InlineData(""", "fallbackCharacterSet": "LATIN-1" """, Acks, "HUB1368")]
    public void What_cannot_be_is_told_with_what_to_do(string source, string destination, string expected) =>
        Assert.Contains(Problems(source, destination), problem => problem.Contains(expected, StringComparison.Ordinal));

    private static string[] Problems(string source, string destination)
    {
        string text = ChannelFolder.With(""", "acknowledge": "processed" """.TrimEnd(), source.Contains("\"acknowledge\"", StringComparison.Ordinal) ? "" : """, "acknowledge": "processed" """.TrimEnd())
            .Replace("127.0.0.1:2575\"", $"127.0.0.1:2575\"{source}", StringComparison.Ordinal)
            .Replace("\"ackTimeoutSeconds\": 30 }", destination.Length == 0 ? "\"ackTimeoutSeconds\": 30 }" : $"\"ackTimeoutSeconds\": 30 }}, {destination}", StringComparison.Ordinal);
        return ChannelFolder.ProblemsOf(text);
    }
}
