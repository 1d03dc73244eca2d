using System.Diagnostics;
using Hub.Formats.Fhir.Mapping;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Every row of the guide's tables is counted, and what is not followed has a reason.</summary>
public sealed class FhirCoverageTests
{
    [Fact]
    public void Every_row_is_done_not_applicable_or_not_done_with_a_reason()
    {
        IReadOnlyList<FhirCoverageTable> tables = FhirCoverage.Count();
        Assert.Equal((13, 75, 105, 99), (Tables("message"), Tables("segment"), Tables("type"), Tables("codes")));
        Assert.All(tables, table => Assert.Equal(table.Rows, table.Done + table.NotApplicable + table.NotDone));
        Assert.All(tables, table => Assert.True(table is { Done: >= 0, NotApplicable: >= 0, NotDone: >= 0 }, table.Name));
        Assert.All(tables.SelectMany(table => table.Reasons), row => Assert.NotEmpty(row.Reason));
        Assert.All(tables, table => Assert.Equal(table.NotDone, table.Reasons.Count(row => row.IsApplicable)));
        // A floor: rows that are followed today stay followed.
        Assert.True(tables.Where(table => table.Kind != "codes").Sum(table => table.NotDone) <= 48, string.Join('\n', tables.SelectMany(table => table.Reasons.Where(row => row.IsApplicable).Select(row => $"{table.Name} {row}"))));

        int Tables(string kind) => tables.Count(table => table.Kind == kind);
    }

    [SkippableFact]
    public void The_counted_rows_are_those_of_the_guide()
    {
        string folder = Corpus.Need("v2-to-fhir/ig-mappings");
        foreach (FhirCoverageTable table in FhirCoverage.Count())
        {
            string kind = table.Kind switch { "message" => "messages", "segment" => "segments", "type" => "datatypes", _ => "codesystems" };
            Assert.Equal((table.Name, Rows(Path.Combine(folder, kind, $"{table.Name}.csv"))), (table.Name, table.Rows));
        }
    }

    [SkippableFact]
    public void The_files_are_what_the_generator_writes()
    {
        string tables = Corpus.Need("v2-to-fhir/ig-mappings");
        Skip.IfNot(File.Exists("/usr/bin/node"), "node is not installed; tests/run.sh installs it as root");
        string generator = Path.Combine(Repository.Root, "src", "Hub.Formats", "Fhir", "Mapping", "generate.mjs");
        using Process node = Process.Start(new ProcessStartInfo("node", [generator, "--tables", tables, "--definitions", Corpus.Need("fhir-r4"), "--check"]) { RedirectStandardError = true })!;
        string errors = node.StandardError.ReadToEnd();
        node.WaitForExit();
        Assert.Equal((0, ""), (node.ExitCode, errors));
    }

    // Rows may hold line breaks in quotation marks; two lines are the head.
    private static int Rows(string file)
    {
        int rows = 0;
        bool quoted = false;
        bool any = false;
        foreach (char letter in File.ReadAllText(file).ReplaceLineEndings("\n"))
        {
            quoted ^= letter == '"';
            any = letter != '\n' || quoted || any;
            if (letter == '\n' && !quoted)
            {
                rows++;
                any = false;
            }
        }

        return rows + (any ? 1 : 0) - 2;
    }
}
