using Hub.Channels.Filters;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Tests;

public sealed class ConditionTests
{
    private const string Input = "MSH|^~\\&|APP|B|C|D|20260301||ADT^A08|1|P|2.5\nPID|1||a^^^X~b^^^Y||Jones^Siân||19800214|F|||||37.5\nOBX|1|NM|T|\"\"|";

    [Theory]
    [InlineData("\"path\": \"PID-8\", \"exists\": true", true)]
    [InlineData("\"path\": \"PID-9\", \"exists\": true", false)]
    [InlineData("\"path\": \"PID-9\", \"exists\": false", true)]
    [InlineData("\"path\": \"OBX-4\", \"exists\": true", true)]
    [InlineData("\"path\": \"OBX\", \"exists\": true", true)]
    [InlineData("\"path\": \"ZZZ\", \"exists\": true", false)]
    [InlineData("\"path\": \"PID-8\", \"equals\": \"F\"", true)]
    [InlineData("\"path\": \"PID-8\", \"equals\": \"f\"", false)]
    [InlineData("\"path\": \"PID-8\", \"equals\": \"f\", \"ignoreCase\": true", true)]
    [InlineData("\"path\": \"PID-9\", \"equals\": \"\"", true)]
    [InlineData("\"path\": \"MSH-9\", \"equals\": \"ADT^A08\"", true)]
    [InlineData("\"path\": \"MSH-9.2\", \"in\": [\"A28\", \"A08\"]", true)]
    [InlineData("\"path\": \"MSH-9.2\", \"in\": [\"A28\"]", false)]
    [InlineData("\"path\": \"PID-5.2\", \"contains\": \"iâ\"", true)]
    [InlineData("\"path\": \"PID-5.1\", \"startsWith\": \"Jon\"", true)]
    [InlineData("\"path\": \"PID-5.1\", \"startsWith\": \"JON\", \"ignoreCase\": true", true)]
    [InlineData("\"path\": \"PID-5.1\", \"matches\": \"^J.+s$\"", true)]
    [InlineData("\"path\": \"PID-5.1\", \"matches\": \"^o\"", false)]
    [InlineData("\"path\": \"PID-13\", \"greaterThan\": \"37.4\"", true)]
    [InlineData("\"path\": \"PID-13\", \"greaterThan\": \"37.50\"", false)]
    [InlineData("\"path\": \"PID-13\", \"atLeast\": \"37.50\"", true)]
    [InlineData("\"path\": \"PID-13\", \"lessThan\": \"100\"", true)]
    [InlineData("\"path\": \"PID-13\", \"atMost\": \"9\"", false)]
    [InlineData("\"path\": \"PID-8\", \"atMost\": \"9\"", false)]
    [InlineData("\"path\": \"PID-8\", \"greaterThan\": \"9\"", false)]
    [InlineData("\"path\": \"PID-7\", \"atLeast\": \"18000101\", \"lessThan\": \"19800215\"", true)]
    [InlineData("\"path\": \"PID-7\", \"equals\": \"19800214\", \"exists\": true", true)]
    [InlineData("\"path\": \"PID-7\", \"isDate\": \"yyyyMMdd\"", true)]
    [InlineData("\"path\": \"PID-7\", \"isDate\": \"yyyyMMddHH\"", false)]
    [InlineData("\"path\": \"PID-3[*].4\", \"equals\": \"Y\"", true)]
    [InlineData("\"path\": \"PID-3[*].4\", \"equals\": \"Z\"", false)]
    [InlineData("\"path\": \"PID-3.4\", \"equals\": \"Y\"", false)]
    [InlineData("\"path\": \"PID-99[*].4\", \"exists\": false", true)]
    [InlineData("\"all\": [{ \"path\": \"PID-8\", \"equals\": \"F\" }, { \"path\": \"PID-1\", \"equals\": \"2\" }]", false)]
    [InlineData("\"any\": [{ \"path\": \"PID-8\", \"equals\": \"M\" }, { \"path\": \"PID-1\", \"equals\": \"1\" }]", true)]
    [InlineData("\"not\": { \"any\": [{ \"path\": \"PID-8\", \"equals\": \"M\" }, { \"path\": \"PID-1\", \"equals\": \"2\" }] }", true)]
    public void Conditions_answer(string members, bool holds) => Assert.Equal(holds, Ask($"{{ {members} }}", null));

    [Theory]
    [InlineData("198002", "19800201", 0)]
    [InlineData("1980", "19791231", 1)]
    [InlineData("19800214235959", "19800214", 0)]
    [InlineData("198002141200+0100", "198002141130+0000", -1)]
    [InlineData("198002141200+0100", "198002141200", 0)]
    [InlineData("19800231", "19800214", null)]
    [InlineData("x", "19800214", null)]
    public void Dates_compare_as_precisely_as_the_less_precise_one(string value, string bound, int? order)
    {
        int? came = Bound.Parse(bound).Compare(value);
        Assert.Equal(value == "19800231" ? 1 : order, came is { } number ? Math.Sign(number) : null);
    }

    [Theory]
    [InlineData("{ \"path\": \"PID-8\", \"equals\": \"M\" }", "PID-8 was \"F\", wanted \"M\"")]
    [InlineData("{ \"path\": \"MSH-9.2\", \"in\": [\"A28\", \"A31\"] }", "MSH-9.2 was \"A08\", wanted one of \"A28\", \"A31\"")]
    [InlineData("{ \"path\": \"PID-9\", \"exists\": true }", "PID-9 was not populated, wanted a value")]
    [InlineData("{ \"not\": { \"path\": \"PID-8\", \"equals\": \"F\" } }", "PID-8 was \"F\", wanted not \"F\"")]
    [InlineData("{ \"path\": \"PID-8\", \"atLeast\": \"3\" }", "PID-8 was \"F\", wanted at least the number 3")]
    [InlineData("{ \"path\": \"PID-8\", \"isDate\": \"yyyyMMdd\" }", "PID-8 was \"F\", wanted a date written yyyyMMdd")]
    public void Conditions_explain_themselves(string condition, string explanation)
    {
        Trace trace = new();
        Ask(condition, trace);
        Assert.Equal([explanation], trace.Lines);
    }

    [Theory]
    [InlineData("{ }", "$", 1200)]
    [InlineData("{ \"path\": \"PID-8\" }", "$", 1200)]
    [InlineData("{ \"path\": \"PID\", \"equals\": \"M\" }", "$.path", 1200)]
    [InlineData("{ \"path\": \"PID-8\", \"exists\": true, \"not\": { \"path\": \"PID-8\", \"exists\": true } }", "$", 1200)]
    [InlineData("{ \"equals\": \"M\", \"not\": { \"path\": \"PID-8\", \"exists\": true } }", "$", 1200)]
    [InlineData("{ \"all\": [] }", "$.all", 1202)]
    [InlineData("{ \"any\": [{ \"path\": \"PID-8\", \"matches\": \"(\" }] }", "$.any[0].matches", 1201)]
    [InlineData("{ \"not\": { \"path\": \"PID-8\", \"in\": [] } }", "$.not.in", 1202)]
    [InlineData("{ \"path\": \"PID-8\", \"atLeast\": \"soon\" }", "$.atLeast", 1203)]
    [InlineData("{ \"path\": \"PID-8\", \"isDate\": \"YYYYMMDD\" }", "$.isDate", 1021)]
    public void Nonsense_is_found_when_the_file_is_loaded(string condition, string path, int code)
    {
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems(condition, out ConditionConfig? _));
        Assert.Equal((code, path), (problem.Code, problem.Path));
    }

    private static bool Ask(string condition, IStepTrace? trace)
    {
        ConditionConfig config = TestChannels.Read<ConditionConfig>(condition);
        Hl7Message message = Hl7Message.Parse(TestChannels.Message(Input), out _)!;
        return Condition.From(config).Holds(new() { Message = message, Id = new(1), Channel = "test", Now = TestChannels.Now, Trace = trace });
    }
}
