using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hub.Formats.Fhir.Validation;
using Hub.Testing;
using static Hub.Formats.Tests.Fhir.Validation.Resources;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>No input throws, hangs or takes more than its share.</summary>
public sealed class FhirHostileTests
{
    [Fact]
    public void Depth_is_told_and_nothing_more()
    {
        string nested = string.Concat(Enumerable.Repeat("{\"extension\":[", 200_000));
        Assert.Equal("3232 ", Told("{\"resourceType\":\"Patient\",\"extension\":[" + nested));
    }

    [Fact]
    public void The_number_of_values_is_bounded() =>
        Assert.Equal("3232 ", Told(new FhirValidator(new() { MaxValues = 100 }).Validate(Encoding.UTF8.GetBytes(Patient($"\"name\":[{string.Join(',', Enumerable.Repeat("{}", 200))}]")))));

    [Fact]
    public void The_number_of_bytes_is_bounded() =>
        Assert.Equal("3232 ", Told(new FhirValidator(new() { MaxBytes = 10 }).Validate(Encoding.UTF8.GetBytes(Patient("\"active\":true")))));

    [Fact]
    public void A_flood_of_problems_is_counted_and_warnings_hide_no_error()
    {
        string members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"x{i}\":1"));
        IReadOnlyList<FhirProblem> problems = Check(Patient(members));
        Assert.Equal(201, problems.Count);
        Assert.Equal((3260, "There are 99800 more errors than are told."), (problems[^1].Rule, problems[^1].Text));
    }

    [Fact]
    public void A_name_that_is_there_many_times_costs_no_more()
    {
        string members = string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"x{i}\":1").Concat(Enumerable.Repeat("\"active\":true", 100_000)));
        Assert.Equal(201, Check(Patient(members)).Count);
    }

    /// <summary>Each contained resource is looked for among all references: what is made to be costly is cut off and told.</summary>
    [Fact]
    public void Rules_that_cost_too_much_are_cut_off()
    {
        string contained = string.Join(',', Enumerable.Range(0, 9_000).Select(i => $$$$"""{"resourceType":"Basic","id":"b{{{{i}}}}","code":{"text":"x"}}"""));
        string links = string.Join(',', Enumerable.Range(0, 9_000).Select(i => $$$$"""{"url":"http://a.example/b","valueReference":{"reference":"#b{{{{i}}}}"}}"""));
        Assert.Equal("3232", Told(Patient($"\"contained\":[{contained}],\"extension\":[{links}]")).Split(' ')[0]);
    }

    [Fact]
    public void A_bundle_of_thousands_of_resources_costs_not_too_much()
    {
        string entries = string.Join(',', Enumerable.Range(0, 4_000).Select(i => $$$$"""{"fullUrl":"http://a.example/Patient/p{{{{i}}}}","resource":{"resourceType":"Patient","id":"p{{{{i}}}}","contained":[{"resourceType":"Organization","id":"o","name":"x"}],"managingOrganization":{"reference":"#o"}}}"""));
        Assert.Equal("", Told($$$$"""{"resourceType":"Bundle","type":"collection","entry":[{{{{entries}}}}]}"""));
    }

    [SkippableFact]
    public void Valid_resources_with_random_changes_never_throw()
    {
        byte[][] bundles = [.. Directory.EnumerateFiles(Corpus.Need("v2-to-fhir/microsoft-fhir-converter"), "*.fhir.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(12).Select(File.ReadAllBytes)];
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "\"\"", "{}", "[]", "\\ud800", "_", "#", "urn:uuid:", "\"resourceType\":\"Bundle\"", "\"contained\":[{}]", "\0", "é"];
        FhirValidator validator = new();
        Gen<(int Bundle, double At, double Length, string Piece)> changes =
            from bundle in Gen.Choose(0, bundles.Length - 1)
            from at in Gen.Choose(0, 10_000)
            from length in Gen.Choose(0, 12)
            from piece in Gen.Elements(pieces)
            select (bundle, at / 10_000.0, (double)length, piece);
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Arb.From(changes), change =>
        {
            byte[] bytes = bundles[change.Bundle];
            int at = (int)(change.At * (bytes.Length - 1));
            int end = Math.Min(bytes.Length, at + (int)change.Length);
            _ = validator.Validate((byte[])[.. bytes[..at], .. Encoding.UTF8.GetBytes(change.Piece), .. bytes[end..]]);
        }));
    }
}
