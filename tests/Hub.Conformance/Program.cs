using Hub.Conformance;

// Hub.Conformance RESULTS PAGE [--check]: writes the page from a folder of test results, or says what differs from the one that is there.
if (args.Length < 2)
{
    Console.Error.WriteLine("Give the folder of the test results and the page: artifacts/test-results docs/conformance.md, and --check to compare only.");
    return 2;
}

IReadOnlyList<RuleTest> tests = TestResults.Read(args[0]);
string page = Page.Write(tests);
string[] missing = [.. Page.NotShown(tests)];
string[] strange = [.. Page.NamesNoRule(tests)];
foreach (string id in missing)
    Console.Error.WriteLine($"Rule {id} is shown by no test through a socket. Write one whose name begins with {id}_.");
foreach (string test in strange)
    Console.Error.WriteLine($"{test} names a rule that tests/Hub.Conformance/Rules.cs does not have.");
if (args.Contains("--check"))
{
    HashSet<string> said = Page.Statements(File.Exists(args[1]) ? File.ReadAllText(args[1]) : ""), found = Page.Statements(page);
    string[] untrue = [.. said.Except(found)], unsaid = [.. found.Except(said)];
    foreach (string statement in untrue)
        Console.Error.WriteLine($"{args[1]} says what the tests do not: {statement}");
    foreach (string statement in unsaid)
        Console.Error.WriteLine($"{args[1]} does not say: {statement}");
    if (untrue.Length + unsaid.Length > 0)
        Console.Error.WriteLine($"Write it anew: dotnet run --project tests/Hub.Conformance -c Release -- {args[0]} {args[1]}");
    // A test more than the page names makes nothing on it wrong.
    return untrue.Length == 0 && missing.Length == 0 && strange.Length == 0 ? 0 : 1;
}

File.WriteAllText(args[1], page);
Console.WriteLine($"{args[1]}: {Rules.All.Count} rules, {tests.Count} tests.");
return missing.Length == 0 && strange.Length == 0 ? 0 : 1;
