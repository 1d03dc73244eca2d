namespace Hub.Channels.Tests.Config;

/// <summary>Numbers that no channel can work with are problems of its file, not of its messages.</summary>
public sealed class RangeTests
{
    [Theory]
    [InlineData("\"lane\": \"PID-3.1\", \"maxConnections\": 0", 1405, "maxConnections")]
    [InlineData("\"lane\": \"PID-3.1\", \"maxConnections\": 1001", 1405, "maxConnections")]
    [InlineData("\"maxConnections\": 4", 1406, "maxConnections")]
    [InlineData("\"retry\": { \"firstDelaySeconds\": -1 }", 1407, "retry.firstDelaySeconds")]
    [InlineData("\"retry\": { \"firstDelaySeconds\": 0 }", 1407, "retry.firstDelaySeconds")]
    [InlineData("\"retry\": { \"maxDelaySeconds\": 86401 }", 1407, "retry.maxDelaySeconds")]
    [InlineData("\"retry\": { \"firstDelaySeconds\": 120 }", 1407, "retry.maxDelaySeconds")]
    [InlineData("\"retry\": { \"maxAttempts\": 0 }", 1408, "retry.maxAttempts")]
    public void A_destination_with_a_number_out_of_bounds_is_refused(string member, int code, string path) =>
        Assert.Equal([(code, $"$.destinations[0].{path}")], Problems(member));

    [Theory]
    [InlineData("\"lane\": \"PID-3.1\", \"maxConnections\": 1000")]
    [InlineData("\"retry\": { \"firstDelaySeconds\": 0.01, \"maxDelaySeconds\": 86400, \"maxAttempts\": 1 }")]
    public void A_destination_at_its_bounds_is_taken(string member) => Assert.Empty(Problems(member));

    private static IEnumerable<(int Code, string Path)> Problems(string member) => ProblemsOfFile.Of($$"""
        { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "out", "type": "file", "folder": "out", {{member}} }] }
        """).Select(problem => (problem.Code, problem.Path));
}
