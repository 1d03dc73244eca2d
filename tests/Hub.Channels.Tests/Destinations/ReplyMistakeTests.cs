using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests.Destinations;

/// <summary>What a person hears about a table of replies that cannot be meant.</summary>
public sealed class ReplyMistakeTests
{
    private const string Mllp = "\"type\": \"mllp\", \"endpoint\": \"lab.example:2575\"";
    private const string Tcp = "\"type\": \"tcp\", \"endpoint\": \"lab.example:6000\", \"framing\": { \"type\": \"startEnd\", \"start\": \"\\u0002\", \"end\": \"\\u0003\" }";
    private const string Http = "\"type\": \"http\", \"endpoint\": \"https://lab.example/in\"";

    [Theory]
    [InlineData(Mllp, """{ "then": "retry" }""", "$.replies[0]", 1450, "none of")]
    [InlineData(Mllp, """{ "code": [], "then": "retry" }""", "$.replies[0].code", 1450, "empty")]
    [InlineData(Http, """{ "status": [], "then": "retry" }""", "$.replies[0].status", 1450, "empty")]
    [InlineData(Mllp, """{ "text": "", "then": "retry" }""", "$.replies[0].text", 1450, "every answer")]
    [InlineData(Mllp, """{ "code": ["AR"], "then": "park", "for": "24h" }""", "$.replies[0].for", 1451, "\"then\": \"retry\"")]
    [InlineData(Mllp, """{ "code": ["AR"], "then": "retry", "for": "24" }""", "$.replies[0].for", 1021, "\"24h\"")]
    [InlineData(Mllp, """{ "code": ["AR"], "then": "retry", "for": "0s" }""", "$.replies[0].for", 1021, "above 0")]
    [InlineData(Mllp, """{ "code": ["AR"], "then": "retry", "for": "9999999d" }""", "$.replies[0].for", 1021, "at most")]
    [InlineData(Mllp, """{ "code": ["AR"], "then": "forget" }""", "$.replies[0].then", 1024, "\"accept\"")]
    [InlineData(Mllp, """{ "code": ["AR"] }""", "$.replies[0].then", 1023, "missing")]
    [InlineData(Mllp, """{ "code": ["ar"], "then": "retry" }""", "$.replies[0].code[0]", 1454, "\"AR\"")]
    [InlineData(Mllp, """{ "code": ["AR "], "then": "retry" }""", "$.replies[0].code[0]", 1454, "MSA-1")]
    [InlineData(Mllp, """{ "text": "(", "then": "retry" }""", "$.replies[0].text", ProblemCodes.Pattern, "regular expression")]
    [InlineData(Mllp, """{ "status": ["503"], "then": "retry" }""", "$.replies[0].status", 1452, "\"text\" or \"code\"")]
    [InlineData(Mllp + ", \"waitForAnswer\": false", """{ "code": ["AR"], "then": "retry" }""", "$.replies[0]", 1452, "no answer")]
    [InlineData(Http, """{ "code": ["AR"], "then": "retry" }""", "$.replies[0].code", 1452, "\"answer\": \"hl7\"")]
    [InlineData(Http, """{ "text": "ok", "then": "accept" }""", "$.replies[0]", 1456, "error")]
    [InlineData(Mllp, """{ "code": ["AE"], "then": "pauseLane" }""", "$.replies[0].then", 1457, "\"lane\"")]
    [InlineData(Http, """{ "status": ["099"], "then": "retry" }""", "$.replies[0].status[0]", 1021, "\"5xx\"")]
    [InlineData(Http, """{ "status": ["6xx"], "then": "retry" }""", "$.replies[0].status[0]", 1021, "\"5xx\"")]
    [InlineData(Http, """{ "status": ["204-200"], "then": "retry" }""", "$.replies[0].status[0]", 1021, "\"200-204\"")]
    [InlineData("\"type\": \"file\", \"folder\": \"out\"", """{ "text": "x", "then": "retry" }""", "$.replies[0]", 1452, "no answer")]
    [InlineData("\"type\": \"log\"", """{ "text": "x", "then": "retry" }""", "$.replies[0]", 1452, "no answer")]
    public void A_rule_that_cannot_be_meant_is_told_with_its_place_and_remedy(string kind, string rule, string path, int code, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(Problems(kind, rule));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mllp, """{ "code": ["AR", "CR"], "then": "park" }, { "code": ["CR"], "then": "retry" }""")]
    [InlineData(Mllp, """{ "code": ["AR"], "then": "park" }, { "code": ["AR"], "text": "busy", "then": "retry" }""")]
    [InlineData(Mllp, """{ "text": "busy", "then": "park" }, { "code": ["AR"], "text": "busy", "then": "retry" }""")]
    [InlineData(Http, """{ "status": ["5xx"], "then": "park" }, { "status": ["503", "500-502"], "then": "retry" }""")]
    public void A_rule_behind_one_that_takes_everything_it_would_is_told(string kind, string rules)
    {
        (int Code, string Path, string Text) problem = Assert.Single(Problems(kind, rules));
        Assert.Equal((1453, "$.replies[1]"), (problem.Code, problem.Path));
        Assert.Contains("replies[0]", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mllp, """{ "code": ["AR"], "text": "busy", "then": "retry" }, { "code": ["AR"], "then": "park" }""")]
    [InlineData(Mllp, """{ "code": ["AE"], "text": "already (exists|known)", "then": "accept" }, { "code": ["AR", "CR"], "then": "retry", "for": "24h" }""")]
    [InlineData(Http, """{ "status": ["503"], "then": "retry" }, { "status": ["5xx"], "then": "park" }, { "status": ["409"], "text": "exists", "then": "accept" }""")]
    [InlineData(Http + ", \"answer\": \"hl7\"", """{ "code": ["AR"], "status": ["2xx"], "then": "park" }""")]
    public void Rules_that_can_be_meant_have_no_problem(string kind, string rules) => Assert.Empty(Problems(kind, rules));

    [Theory]
    [InlineData("\"endpoint\": \"lab.example/in\"", "$.endpoint", 1460, "https://lab.example")]
    [InlineData("\"endpoint\": \"ftp://lab.example/in\"", "$.endpoint", 1460, "https://lab.example")]
    [InlineData("\"endpoint\": \"http://\"", "$.endpoint", 1460, "https://lab.example")]
    [InlineData("\"endpoint\": \"http://lab.example:99999/\"", "$.endpoint", 1460, "https://lab.example")]
    [InlineData("\"endpoint\": \"http://lab.example/a#b\"", "$.endpoint", 1460, "%23")]
    [InlineData("\"endpoint\": \"http://lab.example/a/../b\"", "$.endpoint", 1460, "..")]
    [InlineData("\"endpoint\": \"http://hub:secret@lab.example/\"", "$.endpoint", 1461, "authentication")]
    [InlineData("\"endpoint\": \"http://${PID-3}/\"", "$.endpoint", 1462, "after the host")]
    [InlineData("\"endpoint\": \"http://lab${MSH-4}/\"", "$.endpoint", 1462, "after the host")]
    [InlineData("\"endpoint\": \"http://lab.example${MSH-4}\"", "$.endpoint", 1462, "after the host")]
    [InlineData("\"endpoint\": \"${PID-3}://lab.example/\"", "$.endpoint", 1460, "https://lab.example")]
    [InlineData("\"endpoint\": \"http://lab.example/${now:yyyy}\"", "$.endpoint", 1463, "${MSH-7}")]
    [InlineData("\"query\": { \"at\": \"${now}\" }", "$.query.at", 1463, "${MSH-7}")]
    [InlineData("\"headers\": { \"X A\": \"1\" }", "$.headers.X A", 1464, "hyphens")]
    [InlineData("\"headers\": { \"host\": \"1\" }", "$.headers.host", 1464, "itself")]
    [InlineData("\"headers\": { \"Content-Type\": \"1\" }", "$.headers.Content-Type", 1464, "contentType")]
    [InlineData("\"headers\": { \"X-A\": \"1\", \"x-a\": \"2\" }", "$.headers.x-a", 1464, "twice")]
    [InlineData("\"headers\": { \"authorization\": \"1\" }, \"authentication\": { \"bearer\": \"${env:TOKEN}\" }", "$.headers.authorization", 1464, "authentication")]
    [InlineData("\"headers\": { \"X-A\": \"1\\r\\nX-B: 2\" }", "$.headers.X-A", 1465, "line end")]
    [InlineData("\"method\": \"post\"", "$.method", 1466, "POST")]
    [InlineData("\"authentication\": { }", "$.authentication", 1467, "exactly one")]
    [InlineData("\"authentication\": { \"bearer\": \"${env:TOKEN}\", \"basic\": { \"user\": \"a\", \"password\": \"${env:PASSWORD}\" } }", "$.authentication", 1467, "exactly one")]
    [InlineData("\"authentication\": { \"bearer\": \"${env:TOKEN_WITH_LINE_END}\" }", "$.authentication.bearer", 1467, "line end")]
    [InlineData("\"authentication\": { \"basic\": { \"user\": \"a:b\", \"password\": \"${env:PASSWORD}\" } }", "$.authentication.basic.user", 1467, "colon")]
    [InlineData("\"authentication\": { \"header\": { \"name\": \"Host\", \"value\": \"${env:KEY}\" } }", "$.authentication.header.name", 1464, "itself")]
    [InlineData("\"proxy\": { \"endpoint\": \"proxy.example:3128\" }", "$.proxy.endpoint", 1468, "http://proxy.example:3128")]
    [InlineData("\"proxy\": { \"endpoint\": \"http://a:b@proxy.example:3128\" }", "$.proxy.endpoint", 1461, "\"user\"")]
    [InlineData("\"proxy\": { \"endpoint\": \"http://proxy.example:3128\", \"user\": \"a\" }", "$.proxy.password", 1468, "both")]
    [InlineData("\"body\": \"x\"", "$.body", 1469, "contentType")]
    [InlineData("\"method\": \"GET\", \"body\": \"x\", \"contentType\": \"text/plain\"", "$.body", 1469, "POST")]
    [InlineData("\"contentType\": \"json\"", "$.contentType", 1469, "application/json")]
    [InlineData("\"body\": \"x\", \"contentType\": \"text/plain; charset=iso-8859-1\"", "$.contentType", 1469, "UTF-8")]
    [InlineData("\"answerTimeoutSeconds\": 0", "$.answerTimeoutSeconds", 1402, "30")]
    [InlineData("\"connectTimeoutSeconds\": -1", "$.connectTimeoutSeconds", 1403, "10")]
    [InlineData("\"maxRetryAfterSeconds\": -1", "$.maxRetryAfterSeconds", 1470, "3600")]
    public void A_request_that_cannot_be_meant_is_told_with_its_place_and_remedy(string members, string path, int code, string remedy)
    {
        string endpoint = members.Contains("\"endpoint\": \"http", StringComparison.Ordinal) || members.StartsWith("\"endpoint\"", StringComparison.Ordinal) ? "" : "\"endpoint\": \"https://lab.example/in\",";
        if (members.StartsWith("\"proxy\"", StringComparison.Ordinal))
            endpoint = "\"endpoint\": \"https://lab.example/in\",";
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems($$"""{ "id": "lab", "type": "http", {{endpoint}} {{members}} }""", out DestinationConfig? _));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mllp, null)]
    [InlineData("\"type\": \"log\"", null)]
    [InlineData("\"type\": \"log\", \"showContent\": true", "patient data")]
    [InlineData(Http + ", \"authentication\": { \"bearer\": \"${env:TOKEN}\" }", null)]
    [InlineData("\"type\": \"http\", \"endpoint\": \"http://lab.example/in\", \"authentication\": { \"bearer\": \"${env:TOKEN}\" }", "in the clear")]
    [InlineData("\"type\": \"http\", \"endpoint\": \"http://127.0.0.1:8080/in\", \"authentication\": { \"bearer\": \"${env:TOKEN}\" }", null)]
    public void What_somebody_should_know_is_said(string kind, string? caution)
    {
        string? said = Caution(kind);
        Assert.Equal(caution is null, said is null);
        Assert.Contains(caution ?? "", said ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mllp)]
    [InlineData(Tcp)]
    public void S08_a_destination_that_waits_for_no_answer_is_shown_as_at_most_once(string kind)
    {
        Assert.Null(Caution(kind));
        Assert.Contains("at-most-once", Caution(kind + ", \"waitForAnswer\": false"), StringComparison.Ordinal);
    }

    private static string? Caution(string kind) => TestChannels.Read<DestinationConfig>($$"""{ "id": "lab", {{kind}} }""").FindCaution();

    private static IReadOnlyList<(int Code, string Path, string Text)> Problems(string kind, string rules) =>
        TestChannels.Problems($$"""{ "id": "lab", {{kind}}, "replies": [{{rules}}] }""", out DestinationConfig? _);
}
