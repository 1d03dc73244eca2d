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

    [Theory]
    [InlineData("duplicateWindowHours", -1, 1307)]
    [InlineData("duplicateWindowHours", 87_601, 1307)]
    [InlineData("duplicateWindowHours", 2_000_000_000, 1307)]
    [InlineData("acknowledgeTimeoutSeconds", 0, 1306)]
    [InlineData("acknowledgeTimeoutSeconds", 86_401, 1306)]
    [InlineData("maxMessageSeconds", 0, 1303)]
    [InlineData("maxMessageSeconds", 86_401, 1303)]
    [InlineData("idleTimeoutSeconds", -1, 1304)]
    [InlineData("idleTimeoutSeconds", 10_000_000, 1304)]
    [InlineData("maxConnections", 0, 1305)]
    [InlineData("maxConnections", 65_536, 1305)]
    public void A_source_with_a_number_out_of_bounds_is_refused(string member, int value, int code) =>
        Assert.Equal([(code, $"$.source.{member}")], ProblemsOfSource("mllp", member, value));

    [Theory]
    [InlineData("maxRequests", 0, 1347)]
    [InlineData("maxRequests", 65_536, 1347)]
    [InlineData("duplicateWindowHours", 87_601, 1307)]
    public void An_HTTP_source_with_a_number_out_of_bounds_is_refused(string member, int value, int code) =>
        Assert.Equal([(code, $"$.source.{member}")], ProblemsOfSource("http", member, value));

    [Theory]
    [InlineData("duplicateWindowHours", 0)]
    [InlineData("duplicateWindowHours", 87_600)]
    [InlineData("acknowledgeTimeoutSeconds", 86_400)]
    [InlineData("maxMessageSeconds", 86_400)]
    [InlineData("idleTimeoutSeconds", 86_400)]
    [InlineData("maxConnections", 65_535)]
    public void A_source_at_its_bounds_is_taken(string member, int value) => Assert.Empty(ProblemsOfSource("mllp", member, value));

    private static IEnumerable<(int Code, string Path)> ProblemsOfSource(string type, string member, int value) => ProblemsOfFile.Of($$"""
        { "id": "test", "source": { "type": "{{type}}", "listen": "127.0.0.1:0", "{{member}}": {{value}} }, "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
        """).Select(problem => (problem.Code, problem.Path));

    private static IEnumerable<(int Code, string Path)> Problems(string member) => ProblemsOfFile.Of($$"""
        { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "out", "type": "file", "folder": "out", {{member}} }] }
        """).Select(problem => (problem.Code, problem.Path));
}
