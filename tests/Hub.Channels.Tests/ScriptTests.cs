using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests;

public sealed class ScriptTests
{
    private const string Input = "MSH|^~\\&|A|B|C|D|20260301||ADT^A01|1|P|2.5\nPID|1||77~78||Jones^Ann\nOBX|1\nOBX|2";

    private const string Json = ", \"dataType\": \"json\"";
    private const string Xml = ", \"dataType\": \"xml\", \"xml\": { \"namespaces\": { \"v\": \"urn:v\" } }";
    private const string Rows = ", \"dataType\": \"delimited\"";

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
    [InlineData("abstract record A(int N); sealed record B(int N, string S) : A(N); record struct P(int X) { public int Y = X; }\nclass E; class C(int n) { public int N = n; }\nMessage.Set(\"PID-4\", $\"{new B(1, \"x\")}{new B(1, \"x\") == new B(1, \"x\") with { S = \"x\" }}{default(P) == new P(0)}{new C(7).N}{new E() is not null}\");", "PID|1||77~78|B { N = 1, S = x }TrueTrue7True|Jones^Ann")]
    [InlineData("string Kind(string s) => s switch { \"77\" => \"seven\", _ => throw new InvalidOperationException() }; Message.Set(\"PID-4\", Kind(Message.Get(\"PID-3[1]\")));", "PID|1||77~78|seven|Jones^Ann")]
    public void A_script_reads_and_changes_the_message(string code, string pid)
    {
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(Step(code)), Input);
        Assert.Equal("", string.Concat(outcome.Problems.Select(problem => problem.Text)));
        Assert.Equal(Input.Replace("PID|1||77~78||Jones^Ann", pid, StringComparison.Ordinal), TestChannels.Text(outcome, Input));
    }

    [Theory]
    [InlineData(Json, """{"a":[{"b":1.0},{"b":2}],"n":null}""", "Message.Set(\"c\", Message.Get(\"/a/0/b\") + Message.Get(\"a[1].b\") + Message.Count(\"a\") + Message.Exists(\"n\")); Message.Delete(\"a[*].b\");", """{"a":[{},{}],"n":null,"c":"1.022False"}""")]
    [InlineData(Json, "{}", "for (int i = 0; i < 3; i++) Message.SetEncoded($\"a[{i}]\", $\"{{ \\\"n\\\": {i} }}\");", """{"a":[{ "n": 0 },{ "n": 1 },{ "n": 2 }]}""")]
    [InlineData(Json, "\uFEFF{\"a\":1}", "Message.Text = Message.Text.Replace(\"1\", \"1e400\");", "{\"a\":1e400}")]
    [InlineData(Xml, "<v:a xmlns:v=\"urn:v\"><v:b x=\"1\" /><v:b x=\"2\" /></v:a>", "Message.Set(\"/v:a/@n\", Message.Count(\"/v:a/v:b\") + Message.Get(\"sum(//@x)\")); Message.Delete(\"/v:a/v:b[1]\");", "<v:a xmlns:v=\"urn:v\" n=\"23\"><v:b x=\"2\" /></v:a>")]
    [InlineData(Xml, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>x</a>", "Message.Text = Message.Text.Replace(\">x<\", \">yz<\");", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>yz</a>")]
    [InlineData(Rows, "id,w\n1,a\n2,b\n", "for (int i = 1; i <= Message.Count(\"[*]\"); i++) Message.Set($\"[{i}].w\", Message.Get($\"[{i}].id\") + \",\");", "id,w\n1,\"1,\"\n2,\"2,\"\n")]
    [InlineData(Rows, "id\n1\n", "Message.Text += \"2\\n\";", "id\n1\n2\n")]
    [InlineData(", \"dataType\": \"raw\"", "ab", "Message.Text = Message.Text.ToUpperInvariant();", "AB")]
    public void A_script_reads_and_changes_every_data_type(string source, string before, string code, string after)
    {
        PipelineOutcome outcome = Outcome(source, Step(code), before);
        Assert.Equal("", string.Concat(outcome.Problems.Select(problem => problem.Text)));
        Assert.Equal(after, System.Text.Encoding.UTF8.GetString(outcome.Deliveries[0].Content!.Value.Span));
    }

    [Fact]
    public void In_a_forEach_paths_begin_at_the_item_and_the_whole_text_stays()
    {
        string Each(string code) => $$"""{ "type": "forEach", "items": "a", "steps": [{{Step(code)}}] }""";
        Assert.Equal("""{"x":"0","a":[{"b":1,"c":"10"},{"b":2,"c":"20"}]}""", System.Text.Encoding.UTF8.GetString(Outcome(Json, Each("Message.Set(\"c\", Message.Get(\"b\") + Message.Get(\"/x\"));"), """{"x":"0","a":[{"b":1},{"b":2}]}""").Deliveries[0].Content!.Value.Span));
        Assert.Contains("cannot be written in a forEach", Assert.Single(Outcome(Json, Each("Message.Text = \"{}\";"), """{"a":[1]}""").Problems).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Json, "{\"a\":1}", "Message.Set(\"a.b\", \"x\");", "a.b: a single value stands on the way")]
    [InlineData(Json, "{\"a\":\"Jones\",\"Jones\":1}", "Message.Set(Message.Get(\"a\") + \".b\", \"x\");", "A place cannot be read or written")]
    [InlineData(Json, "{\"a\":1}", "Message.Text = \"{Jones\";", "The text cannot be the message. Line 1, column 2")]
    [InlineData(Json, "{\"a\":1}", "Message.SetEncoded(\"b\", \"{Jones\");", "b: the value to write is not JSON.")]
    [InlineData(Json, "{\"a\":\"b[\"}", "Message.Get(Message.Get(\"a\"));", "A path is not one of those that messages have, such as /patient/id")]
    [InlineData(Xml, "<a/>", "Message.Text = \"<!DOCTYPE a><a/>\";", "The text cannot be the message. A document type")]
    [InlineData(Xml, "<a/>", "Message.Text = \"<?xml version='1.0' encoding='ISO-8859-1'?><a/>\";", "The text cannot be the message: it declares another character set than utf-8")]
    [InlineData(Xml, "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "Message.Text = Message.Text.Replace(\"<a/>\", \"<a>€</a>\");", "The text has a character that iso-8859-1 has not")]
    [InlineData(", \"dataType\": \"raw\"", "x", "Message.Text = \"\\ud800\";", "The text has a character that utf-8 has not, or half a character")]
    public void What_cannot_be_done_is_told_with_its_line_and_without_content(string source, string message, string code, string text)
    {
        string told = Assert.Single(Outcome(source, Step($"int n = 1;\n{code}\nn++;"), message).Problems).Text;
        Assert.StartsWith($"steps[0] script: code(2): {text}", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Jones", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Json, "\nMessage.Get(\"a[\");", "Line 2, column 13 of the script: \"a[\" is not a path")]
    [InlineData(Json, "Message.Get(\"PID-3\");", "is a place of HL7 v2")]
    [InlineData(Json, "Message.Get(\"a[*]\");", "many places")]
    [InlineData(Xml, "Message.Exists(\"/w:a\");", "prefix w")]
    [InlineData(Xml, "Message.Set(\"count(//a)\", \"1\");", "no place")]
    [InlineData(Xml, "Message.Count(\"count(//a)\");", "no place")]
    [InlineData(Xml, "Message.SetEncoded(\"/a\", \"<b/>\");", "Message.Set")]
    [InlineData(Rows, "Message.Count(\"id\");", "[*]")]
    [InlineData(Rows, "Message.Set(\"[1]\", \"x\");", "column")]
    [InlineData(", \"dataType\": \"raw\"", "Message.Get(\"a\");", "raw bytes")]
    [InlineData("", "var m = Message; m.Text.ToString();", "not HL7 v2")]
    [InlineData("", "Message.Get(\"/a\");", "not a path")]
    public void What_does_not_fit_the_data_type_is_a_mistake_of_the_script(string source, string code, string text)
    {
        (int Code, string Path, string Text) problem = Assert.Single(ProblemsOfFile.Of(File(source, code)));
        Assert.Equal((ProblemCodes.ScriptForbidden, "$.steps[0].code"), (problem.Code, problem.Path));
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delegate string D(string s); D d = s => s + \"!\"; Message.Set(\"PID-4\", d(\"x\"));", "PID|1||77~78|x!|Jones^Ann")]
    [InlineData("delegate T D<T>(T s);", "PID|1||77~78||Jones^Ann")]
    [InlineData("class C { public delegate void D(); public event D E; public void F() => E?.Invoke(); } new C().F();", "PID|1||77~78||Jones^Ann")]
    [InlineData("record struct P(int Row, string Name, DateTime? At, string[] More, (int, string) Pair); var p = new P(1, \"x!\", null, null, default); if (p == p) Message.Set(\"PID-4\", p.Name);", "PID|1||77~78|x!|Jones^Ann")]
    [InlineData("struct P { public string Name; public List<object> More; public C Own; } class C { } var p = new P { Name = \"x!\" }; Message.Set(\"PID-4\", p.Name);", "PID|1||77~78|x!|Jones^Ann")]
    [InlineData("var all = new[] { 1, 2 }.Select(n => new { n, Name = \"x\" + n, In = new { n } }).ToList(); Message.Set(\"PID-4\", all[1].Name);", "PID|1||77~78|x2|Jones^Ann")]
    public void A_script_may_have_types_of_its_own(string code, string pid)
    {
        Assert.Empty(ProblemsOfFile.Of(File("", code)));
        PipelineOutcome outcome = TestChannels.Run(TestChannels.WithSteps(Step(code)), Input);
        Assert.Equal(Input.Replace("PID|1||77~78||Jones^Ann", pid, StringComparison.Ordinal), TestChannels.Text(outcome, Input));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n// later")]
    [InlineData("/* later */")]
    [InlineData("#if false\nFilter();\n#endif")]
    [InlineData("using System.Text;")]
    public void A_script_that_does_nothing_is_a_mistake(string code)
    {
        (int Code, string Path, string Text) problem = Assert.Single(ProblemsOfFile.Of(File("", code)));
        Assert.Equal((ProblemCodes.Script, "$.steps[0].code"), (problem.Code, problem.Path));
        Assert.Contains("The script has no statement.", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_script_serves_channels_of_several_data_types()
    {
        string step = Step("Message.Set(\"/a/b\", \"x\");");
        Assert.Equal("""{"a":{"b":"x"}}""", System.Text.Encoding.UTF8.GetString(Outcome(Json, step, "{}").Deliveries[0].Content!.Value.Span));
        Assert.Equal("<a><b>x</b></a>", System.Text.Encoding.UTF8.GetString(Outcome(Xml, step, "<a/>").Deliveries[0].Content!.Value.Span));
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
    [InlineData("class Node { public Node Next = new Node(); } var n = new Node();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("class Node { public Node Next { get; } = new(); } var n = new Node();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("class Node(int n) { public Node Next = new(n + 1); }\nvar n = new Node(0);", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("partial class A { int n = 1; } partial class A { object b = new A(); }\nvar a = new A();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("class B(object o); class A() : B(new A());\nvar a = new A();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("class B(object o) { } class A : B { public A() : base(new A()) { } }\nvar a = new A();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("struct S { public C Next = new(); public S() { } } class C { S s = new(); }\nvar s = new S();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("record struct S(int N) { public C Next = new(N + 1); } class C(int n) { S s = new(n); }\nvar s = new S(1);", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("record R(int N) { public R Next { get; set; } }\nvar r = new R(1); r.Next = r; r.GetHashCode();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("record R<T>(T N) { public object Next; }\nvar a = new R<int>(1); var b = new R<int>(1); a.Next = b; b.Next = a; if (a == b) return;", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("abstract record A; sealed record B : A { public A Next { get; set; } }\nvar b = new B(); b.Next = b; var all = new HashSet<A> { b };", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
    [InlineData("sealed record R { public object Next { get; set; } }\nvar r = new R(); r.Next = r; r.ToString();", MessageState.Rejected, "steps[0] script: code: a function calls itself too deeply.")]
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
    [InlineData("class Node { public Node(int n) => depth = n; int depth; } class Tree { object a = Many(); static object Many() { object o = null; while (true) o = new Node(1); } } new Tree();")]
    [InlineData("record R(R A, R B); R r = null; for (int i = 0; i < 60; i++) r = new(r, r); r.GetHashCode();")]
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
    [InlineData("IProgress<int> p = null;", "System.IProgress<int>")]
    [InlineData("var p = new Progress<int>(n => { while (true) ; });", "System.Progress<int>")]
    [InlineData("IObservable<int> o = null;", "System.IObservable<int>")]
    [InlineData("EventHandler<int> e = null; AppDomain.CurrentDomain.ProcessExit += null;", "System.AppDomain")]
    [InlineData("GC.Collect();", "System.GC")]
    [InlineData("GCMemoryInfo? g = null;", "System.GCMemoryInfo")]
    [InlineData("var w = new WeakReference<string>(\"\");", "System.WeakReference<string>")]
    [InlineData("var t = new System.Threading.Timer(o => { while (true) ; });", "System.Threading")]
    [InlineData("System.Threading.ThreadPool.QueueUserWorkItem(o => { });", "System.Threading")]
    [InlineData("Action a = () => { }; a.BeginInvoke(null, null);", "System.IAsyncResult")]
    [InlineData("Environment.SpecialFolder f = default;", "System.Environment.SpecialFolder")]
    [InlineData("int n = Enumerable.InfiniteSequence(1, 1).Last();", "Enumerable.Range")]
    [InlineData("class A { public A(object o) { } public A() : this(new A()) { } }", "Write it into the constructor's body")]
    [InlineData("struct S(object o) { public S() : this((object)new S()) { } }", "Write it into the constructor's body")]
    [InlineData("record struct S(object A, object B); object o = new S(null, null); for (int i = 0; i < 60; i++) o = new S(o, o); o.GetHashCode();", "A of S can hold another S")]
    [InlineData("struct S { public object A { get; set; } }", "A of S can hold")]
    [InlineData("struct S(object a) { public object A() => a; }", "a of S can hold")]
    [InlineData("struct S { readonly (int, object) _a; }", "_a of S can hold")]
    [InlineData("struct S<T> { T[] _a; T _b; }", "_b of S<T> can hold")]
    [InlineData("struct S { IComparable _a; }", "_a of S can hold")]
    [InlineData("class C { struct S { object _a; } }", "_a of C.S can hold")]
    [InlineData("object o = null; for (int i = 0; i < 200_000; i++) o = new { A = o };", "A of this type without a name can hold")]
    [InlineData("object F<T>(T t) => new { t }; F(1);", "t of this type without a name can hold")]
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
    [InlineData("\"code\": \"Filter();\", \"timeLimitSeconds\": 61", "$.timeLimitSeconds", ProblemCodes.ScriptTimeLimit, "at most 60")]
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

    private static string File(string source, string code) => $$"""
        { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" {{source}} }, "steps": [{{Step(code)}}], "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }
        """;

    private static PipelineOutcome Outcome(string source, string steps, string message) =>
        TestChannels.WithSteps(steps, source: source).Pipeline.Run(new(7), System.Text.Encoding.UTF8.GetBytes(message), TestChannels.Now);

    private static string Step(string code, string members = "") => $$"""{ "type": "script", "code": {{System.Text.Json.JsonSerializer.Serialize(code)}} {{members}} }""";
}
