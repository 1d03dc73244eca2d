using System.Diagnostics;
using System.Text.Json;
using Hub.Formats.Fhir.Definitions;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Definitions;

/// <summary>What is embedded is what R4 says, read here by other means than the generator's.</summary>
public sealed class FhirDefinitionTests
{
    private static readonly string[] s_leftOut = ["MetadataResource", "SubscriptionStatus"];

    [Fact]
    public void Every_resource_of_R4_is_there()
    {
        Assert.Equal(146, FhirDefinitions.Shared.Resources.Count);
        Assert.Null(FhirDefinitions.Shared.Resource("DomainResource"));
        Assert.Null(FhirDefinitions.Shared.Resource("HumanName"));
        Assert.All(FhirDefinitions.Shared.TypeNames, name => Assert.NotEmpty(FhirDefinitions.Shared.Type(name)!.Elements));
    }

    [SkippableTheory]
    [InlineData("resources.json")]
    [InlineData("datatypes.json")]
    public void Every_element_is_as_the_definitions_have_it(string file)
    {
        using JsonDocument definitions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Corpus.Need("fhir-r4"), file)));
        List<string> differences = [];
        foreach (JsonElement definition in definitions.RootElement.GetProperty("structureDefinitions").EnumerateArray())
        {
            string name = definition.GetProperty("name").GetString()!;
            if (s_leftOut.Contains(name) || definition.GetProperty("kind").GetString() == "primitive-type")
                continue;
            foreach (JsonElement element in definition.GetProperty("elements").EnumerateArray().Skip(1))
            {
                string path = element.GetProperty("path").GetString()!;
                string parent = path[..path.LastIndexOf('.')];
                FhirType type = FhirDefinitions.Shared.Type(parent.Contains('.', StringComparison.Ordinal) ? parent : name)!;
                FhirElementDefinition? own = type.Elements.SingleOrDefault(known => (known.IsChoice ? known.Name + "[x]" : known.Name) == path[(parent.Length + 1)..]);
                string expected = $"{element.GetProperty("min").GetInt32()}..{element.GetProperty("max").GetString()}";
                if (own is null || expected != $"{own.Cardinality.Min}..{(own.Cardinality.Max == int.MaxValue ? "*" : own.Cardinality.Max)}" || !HasTypes(element, own) || !HasRules(element, own, path))
                    differences.Add(path);
            }
        }

        Assert.Equal([], differences);
    }

    [SkippableFact]
    public void Every_code_of_a_set_whose_codes_are_known_is_there()
    {
        using JsonDocument sets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Corpus.Need("fhir-r4"), "valuesets-bound.json")));
        foreach (JsonProperty set in sets.RootElement.EnumerateObject())
        {
            FhirValueSet own = FhirDefinitions.Shared.ValueSet(set.Name.Replace("http://hl7.org/fhir/ValueSet/", "", StringComparison.Ordinal));
            Assert.Equal(set.Value.GetProperty("complete").GetBoolean() && set.Value.TryGetProperty("systems", out _), own.IsComplete);
            if (own.IsComplete)
                Assert.All(set.Value.GetProperty("systems").EnumerateObject(), system => Assert.All(system.Value.EnumerateObject(), code => Assert.True(own.Has(system.Name, code.Name))));
        }
    }

    [SkippableFact]
    public void The_files_are_what_the_generator_writes()
    {
        string folder = Path.Combine(Repository.Root, "src", "Hub.Formats", "Fhir", "Definitions");
        string definitions = Corpus.Need("fhir-r4");
        Skip.IfNot(File.Exists("/usr/bin/node"), "node is not installed; tests/run.sh installs it as root");
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "generate.mjs"), definitions, "--check"]) { RedirectStandardError = true })!;
        string errors = node.StandardError.ReadToEnd();
        node.WaitForExit();
        Assert.Equal((0, ""), (node.ExitCode, errors));
    }

    private static bool HasTypes(JsonElement element, FhirElementDefinition own)
    {
        if (!element.TryGetProperty("type", out JsonElement types))
            return element.TryGetProperty("contentReference", out JsonElement content) && own.Types.Single() == content.GetString()![1..];
        string[] expected = [.. types.EnumerateArray().Select(type => type.TryGetProperty("fhirType", out JsonElement real) ? real.GetString()! : type.GetProperty("code").GetString()!)];
        string[] actual = [.. own.Types.Select(type => FhirDefinitions.Shared.Type(type)!).Select(type => type.Kind == FhirKind.Nested ? type.Base!.Name : type.TypeName)];
        return expected.SequenceEqual(actual) || (own.Name == "id" && actual is ["id"]);
    }

    private static bool HasRules(JsonElement element, FhirElementDefinition own, string path)
    {
        string[] expected = element.TryGetProperty("constraint", out JsonElement rules) ? [.. rules.EnumerateArray().Select(rule => rule.GetProperty("key").GetString()!)] : [];
        IEnumerable<FhirInvariant> actual = FhirDefinitions.Shared.Type(path) is { } nested ? nested.Invariants : own.Invariants;
        return expected.All(key => actual.Any(rule => rule.Key == key));
    }
}
