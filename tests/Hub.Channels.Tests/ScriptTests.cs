using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests;

public sealed class ScriptTests
{
    private const string Input = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\nPID|1||77~78||Jones^Ann\nOBX|1\nOBX|2";

    [Theory]
    [InlineData("Message.Set(\"PID-4\", Message.Get(\"PID-5.1\") + \"|\" + Message.Get(\"PID-3[2]\"));", "PID|1||77~78|Jones\\F\\78|Jones^Ann")]
    [InlineData("Message.Delete(\"PID-3[1]\"); Message.Set(\"PID-5.2\", \"\");", "PID|1||78||Jones^")]
    [InlineData("Message.Set(\"PID-4\", $\"{Message.Count(\"OBX\")}{Message.Count(\"PID-3\")}{Message.Exists(\"PID-8\")}{Message.Exists(\"OBX\")}\");", "PID|1||77~78|22FalseTrue|Jones^Ann")]
    [InlineData("Message.Set(\"PID-4\", $\"{Now:yyyyMMddHHmm} {Id} {Variables[\"none\"]}.\");", "PID|1||77~78|202603011015 7 .|Jones^Ann")]
    [InlineData("if (Message.Exists(\"PID-5\")) return; Message.Set(\"PID-4\", \"x\");", "PID|1||77~78||Jones^Ann")]
    [InlineData("int Twice(int n) => n * 2; class P { public int X { get; set; } = 4; public int Y => X + 1; }\nvar p = new P(); Func<int, int> f = x => x + p.Y; Action g = () => p.X = 9; g(); Message.Set(\"PID-4\", $\"{Twice(f(1))}\");", "PID|1||77~78|22|Jones^Ann")]
    [InlineData("var all = new Dictionary<string, List<int>> { [\"a\"] = [1, 2] }; foreach (var (key, list) in all) Message.Set(\"PID-4\", new StringBuilder(key).Append(string.Join('+', list.Where(n => n > 0).OrderDescending())).ToString());", "PID|1||77~78|a2+1|Jones^Ann")]
    [InlineData("int i = 0; again: if (i < 3) { i++; goto again; } do { i++; } while (i < 10); for (; i < 20; i++) ; while (i < 30) i++; Message.Set(\"PID-4\", i.ToString());", "PID|1||77~78|30|Jones^Ann")]
    [InlineData("IEnumerable<int> Some() { yield return 1; yield return 2; } void Add(int n) => Message.Set(\"PID-4\", Message.Get(\"PID-4\") + n); foreach (int n in Some()) Add(n);", "PID|1||77~78|12|Jones^Ann")]
    [InlineData("string Kind(string s) => s switch { \"77\" => \"seven\", _ => throw new InvalidOperationException() }; Message.Set(\"PID-4\", Kind(Message.Get(\"PID-3[1]\")));", "PID|1||77~78|seven|Jones^Ann")]
    public void A_script_reads_and_changes_the_message(string code, string pid)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(Step(code)), Input);
        Assert.Equal("", string.Concat(outcome.Problems.Select(problem => problem.Text)));
        Assert.Equal(Input.Replace("PID|1||77~78||Jones^Ann", pid, StringComparison.Ordinal), TestChannels.Text(outcome, Input));
    }

    [Fact]
    public void Scripts_and_other_steps_share_variables_and_groups()
    {
        string steps = $$"""
            { "type": "setVariable", "name": "a", "value": "${PID-1}" }, {{Step("Variables[\"b\"] = Variables[\"a\"] + \"!\";")}},
            { "type": "forEach", "segment": "OBX", "steps": [{{Step("Message.Set(\"OBX-3\", Message.Get(\"OBX-1\") + Message.Count(\"OBX\"));")}}] },
            { "type": "setField", "path": "PID-4", "value": "${var:b}" }
            """;
        Assert.EndsWith("PID|1||77~78|1!|Jones^Ann\nOBX|1||11\nOBX|2||21", TestChannels.Text(TestChannels.Run(TestChannels.WithSteps(steps), Input), Input), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Reject(\"no ward\"); Filter();", MessageState.Rejected, "steps[0] script: no ward")]
    [InlineData("Filter(); return;", MessageState.Filtered, null)]
    [InlineData("int n = 1;\nint.Parse(Message.Get(\"PID-5.1\"));", MessageState.Rejected, "steps[0] script: code(2): FormatException.")]
    [InlineData("void F(int n)\n    => throw\n       new ArgumentException(Message.Get(\"PID-5\"));\n\nF(1);", MessageState.Rejected, "steps[0] script: code(2): ArgumentException.")]
    [InlineData("string p = \"PID.\" + 3;\nMessage.Get(p);", MessageState.Rejected, "steps[0] script: code(2): A path is not one")]
    [InlineData("Message.Set(\"PID-3.1\", \"x\");\nMessage.Set(\"OBX[9]-1\", \"x\");", MessageState.Rejected, "steps[0] script: code(2): OBX[9]-1")]
    [InlineData("int F(int n) => F(n + 1) + 1;\nF(0);", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    public void What_a_script_does_not_want_or_cannot_do_is_told_without_content(string code, MessageState state, string? text)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(Step(code)), Input);
        Assert.Equal(state, outcome.State);
        Assert.Equal(text is null ? 0 : 1, outcome.Problems.Count);
        Assert.All(outcome.Problems, problem => Assert.StartsWith(text!, problem.Text, StringComparison.Ordinal));
        Assert.All(outcome.Problems, problem => Assert.DoesNotContain("Jones", problem.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("while (true) ;")]
    [InlineData("for (;;) { }")]
    [InlineData("do { } while (true);")]
    [InlineData("again: goto again;")]
    [InlineData("foreach (int n in Endless()) ; IEnumerable<int> Endless() { while (true) yield return 1; }")]
    [InlineData("while (true) { try { while (true) ; } catch { } finally { } }")]
    [InlineData("try { while (true) ; } catch (Exception) { }")]
    [InlineData("Func<int, bool> f = n => true; Enumerable.Range(0, int.MaxValue).SelectMany(n => Enumerable.Repeat(n, 100)).All(n => f(n));")]
    [InlineData("int F(int n) => n == 0 ? 0 : F(n - 1) + F(n - 1); F(60);")]
    public void A_script_that_does_not_end_is_stopped(string code)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(Step(code, ", \"timeLimitSeconds\": 0.2")), Input);
        Assert.Equal(MessageState.Rejected, outcome.State);
        Assert.StartsWith("steps[0] script: code: it took longer than 0.2 seconds and was stopped.", outcome.Problems[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.IO.File.ReadAllText(\"/etc/passwd\");", "System.IO")]
    [InlineData("using System.IO; File.Exists(\"x\");", "System.IO")]
    [InlineData("using F = System.IO.File; F.Exists(\"x\");", "System.IO")]
    [InlineData("new System.Net.Sockets.Socket(null);", "System.Net")]
    [InlineData("System.Diagnostics.Process.Start(\"sh\");", "System.Diagnostics")]
    [InlineData("typeof(string).ToString();", "System.Type")]
    [InlineData("var t = \"\".GetType();", "System.Type")]
    [InlineData("Func<int> f = () => 1; var m = f.Method;", "System.Reflection.MethodInfo")]
    [InlineData("Environment.Exit(1);", "System.Environment")]
    [InlineData("var e = Environment.GetEnvironmentVariable(\"HOME\");", "System.Environment")]
    [InlineData("Activator.CreateInstance<object>();", "System.Activator")]
    [InlineData("AppDomain.CurrentDomain.ToString();", "System.AppDomain")]
    [InlineData("System.Threading.Thread.Sleep(1);", "System.Threading")]
    [InlineData("System.Threading.Tasks.Task.Run(() => 1);", "System.Threading")]
    [InlineData("lock (Variables) { }", "lock")]
    [InlineData("async void F() { }", "async")]
    [InlineData("await F(); object F() => null;", "await")]
    [InlineData("unsafe { int* p = null; }", "unsafe")]
    [InlineData("Span<byte> s = stackalloc byte[9];", "stackalloc")]
    [InlineData("#r \"x.dll\"", "#r and #load")]
    [InlineData("#load \"x.csx\"", "#r and #load")]
    [InlineData("dynamic d = 1; d.Foo();", "dynamic")]
    [InlineData("static int n = 0;", "static")]
    [InlineData("class C { ~C() { } }", "Finalizers")]
    [InlineData("[Obsolete] void F() { }", "Attributes")]
    [InlineData("var q = from n in new[] { 1 } select n;", "Query")]
    [InlineData("var n = DateTime.Now;", "Write Now")]
    [InlineData("CultureInfo.CurrentCulture = null;", "InvariantCulture")]
    [InlineData("Hub.Channels.Scripts.ScriptWatch.Check();", "Hub")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern int getpid();", "not allowed")]
    [InlineData("Message.Get(\"PID.3\");", "\"PID-3\"")]
    public void What_scripts_may_not_do_is_refused_when_the_channel_is_loaded(string code, string text)
    {
        (int Code, string Path, string Text)[] problems = [.. TestChannels.Problems(Step(code), out StepConfig? _)];
        Assert.Contains(problems, problem => problem.Code == ProblemCodes.ScriptForbidden && problem.Path == "$.code" && problem.Text.Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"code\": \"int n = x;\"", "$.code", ProblemCodes.Script, "Line 1, column 9 of the script: CS0103")]
    [InlineData("\"code\": \"int n = 1\"", "$.code", ProblemCodes.Script, "CS1002")]
    [InlineData("\"code\": \"\", \"file\": \"x.csx\"", "$", ProblemCodes.StepMembers, "exactly one of \"file\"")]
    [InlineData("\"timeLimitSeconds\": 2", "$", ProblemCodes.StepMembers, "exactly one of \"file\"")]
    [InlineData("\"code\": \"\", \"timeLimitSeconds\": 61", "$.timeLimitSeconds", ProblemCodes.ScriptTimeLimit, "at most 60")]
    [InlineData("\"file\": \"scripts/none.csx\"", "$.file", ProblemCodes.ScriptUnreadable, "does not exist")]
    public void Mistakes_are_told_with_their_place_and_remedy(string members, string path, int code, string text)
    {
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems($$"""{ "type": "script", {{members}} }""", out StepConfig? _, "/nowhere"));
        Assert.Equal((code, path), (problem.Code, problem.Path));
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_in_a_file_name_it_with_line_and_column_as_editors_read_them()
    {
        using TestFolder folder = new();
        folder.Write("channels/scripts/x.csx", "// first\nMesage.Get(\"PID-3\");\n\nSystem.IO.File.Delete(\"x\");\n");
        folder.Write("channels/test.json", """
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "steps": [{ "type": "script", "file": "scripts/x.csx" }], "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
            """);
        LoadedChannel loaded = Assert.Single(ProblemsOfFile.Load(folder).Channels);
        Assert.Null(loaded.Config);
        Assert.Collection(
            loaded.Problems.Select(problem => problem.ToString().Replace(folder.Root + "/", "", StringComparison.Ordinal)),
            first => Assert.StartsWith("channels/scripts/x.csx(2,1): HUB1280 channel test $.steps[0].file: CS0103: ", first, StringComparison.Ordinal),
            second => Assert.StartsWith("channels/scripts/x.csx(4,1): HUB1281 channel test $.steps[0].file: System.IO", second, StringComparison.Ordinal));
    }

    [Fact]
    public void Another_script_is_another_version_of_the_channel()
    {
        using TestFolder folder = new();
        folder.Write("channels/test.json", """
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "steps": [{ "type": "script", "file": "x.csx" }], "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
            """);
        folder.Write("channels/x.csx", "Filter();");
        string first = ProblemsOfFile.Load(folder).Channels[0].Hash;
        Assert.Equal(first, ProblemsOfFile.Load(folder).Channels[0].Hash);
        folder.Write("channels/x.csx", "Filter() ;");
        Assert.NotEqual(first, ProblemsOfFile.Load(folder).Channels[0].Hash);
    }

    [Fact]
    public void A_variable_that_a_script_names_counts_as_set() =>
        Assert.Empty(ProblemsOfFile.Of($$"""
            { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "steps": [{{Step("Variables[\"ward\"] = \"1\";")}}, { "type": "setField", "path": "MSH-5", "value": "${var:ward}" }], "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
            """));

    private static string Step(string code, string members = "") => $$"""{ "type": "script", "code": {{System.Text.Json.JsonSerializer.Serialize(code)}} {{members}} }""";
}
