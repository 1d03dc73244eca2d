using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests.Config;

/// <summary>Secrets are named, never written; and never stand where they would be shown.</summary>
public sealed class SecretRulesTests
{
    private const string Http = "\"type\": \"http\", \"endpoint\": \"https://lab.example/in\"";
    private const string Mllp = "\"type\": \"mllp\", \"endpoint\": \"lab.example:2575\"";

    [Theory]
    [InlineData(Http + ", \"authentication\": { \"basic\": { \"user\": \"u\", \"password\": \"plain\" } }", "$.authentication.basic.password")]
    [InlineData(Http + ", \"authentication\": { \"basic\": { \"user\": \"u\", \"password\": \"$${env:PASSWORD}\" } }", "$.authentication.basic.password")]
    [InlineData(Http + ", \"authentication\": { \"bearer\": \"plain\" }", "$.authentication.bearer")]
    [InlineData(Http + ", \"authentication\": { \"header\": { \"name\": \"X-Key\", \"value\": \"plain\" } }", "$.authentication.header.value")]
    [InlineData(Http + ", \"proxy\": { \"endpoint\": \"http://proxy.example:3128\", \"user\": \"u\", \"password\": \"plain\" }", "$.proxy.password")]
    [InlineData(Mllp + ", \"tls\": { \"certificate\": \"hub.pfx\", \"password\": \"plain\" }", "$.tls.password")]
    public void A_secret_that_is_written_openly_is_refused_with_what_to_do(string members, string path)
    {
        (int Code, string Path, string Text) problem = Problems(members)[0];
        Assert.Equal((1430, path), (problem.Code, problem.Path));
        Assert.Contains("\"${secret:NAME}\" and put the value into secrets/NAME (mode 0600)", problem.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("plain", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"type\": \"mllp\", \"endpoint\": \"${secret:key}.invalid:2575\"", "$.endpoint")]
    [InlineData("\"type\": \"tcp\", \"framing\": { \"type\": \"endOfConnection\" }, \"endpoint\": \"lab.example:${secret:key}\"", "$.endpoint")]
    [InlineData("\"type\": \"http\", \"endpoint\": \"https://${secret:key}.invalid/in\"", "$.endpoint")]
    [InlineData("\"type\": \"http\", \"endpoint\": \"${secret:key}/in\"", "$.endpoint")]
    [InlineData("\"type\": \"http\", \"endpoint\": \"${env:SCHEME}//${secret:key}/in\"", "$.endpoint")]
    [InlineData("\"type\": \"http\", \"endpoint\": \"https://lab.example\\\\${secret:key}\"", "$.endpoint")]
    [InlineData("\"type\": \"file\", \"folder\": \"blocked/${secret:key}\"", "$.folder")]
    [InlineData("\"type\": \"file\", \"folder\": \"out\", \"name\": \"${MSH-10}-${secret:key}.hl7\"", "$.name")]
    [InlineData(Mllp + ", \"tls\": { \"serverName\": \"${secret:key}\" }", "$.tls.serverName")]
    public void A_secret_where_it_would_be_shown_is_refused_with_what_to_do(string members, string path)
    {
        (int Code, string Path, string Text) problem = Assert.Single(Problems(members));
        Assert.Equal((1431, path), (problem.Code, problem.Path));
        Assert.Contains("${env:NAME} is for addresses and folders", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://lab.example/in/${secret:key}")]
    [InlineData("https://lab.example?key=${secret:key}")]
    [InlineData("${env:PORTAL}?key=${secret:key}")]
    public void A_secret_after_the_host_of_a_request_is_looked_up(string endpoint) =>
        Assert.Equal(ProblemCodes.SecretMissing, Assert.Single(Problems($"\"type\": \"http\", \"endpoint\": \"{endpoint}\"")).Code);

    [Theory]
    [InlineData("\"tls\": { },", 1432)]
    [InlineData("", null)]
    public void F15_messages_that_end_with_the_connection_do_not_go_over_TLS(string tls, int? code)
    {
        (int Code, string Path, string Text)[] problems = [.. Problems($"\"type\": \"tcp\", \"endpoint\": \"lab.example:2600\", {tls} \"framing\": {{ \"type\": \"endOfConnection\" }}")];
        Assert.Equal(code is { } wanted ? [(wanted, "$.framing.type")] : [], problems.Select(problem => (problem.Code, problem.Path)));
    }

    private static IReadOnlyList<(int Code, string Path, string Text)> Problems(string members) =>
        TestChannels.Problems($$"""{ "id": "lab", {{members}} }""", out DestinationConfig? _);
}
