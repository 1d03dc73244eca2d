using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Channels.Tests;

public sealed class GoldenPairTests
{
    private static readonly string s_examples = Path.Combine(Repository.Root, "channels", "examples");

    // Rules of validation-cases.json are named after flows; the other flows of that file have no channel.
    private static readonly Dictionary<string, string> s_flows = new()
    {
        ["pims"] = "pims-to-mpi",
        ["chemocare"] = "chemocare-to-mpi",
        ["phw"] = "phw-to-mpi",
    };

    [SkippableTheory]
    [InlineData("pims", "pims-to-mpi", 16)]
    [InlineData("chemo", "chemocare-to-mpi", 15)]
    [InlineData("phw", "phw-to-mpi", 17)]
    public void Every_golden_pair_of_the_corpus_comes_out_byte_for_byte(string folder, string channel, int least)
    {
        string pairs = Path.Combine(Corpus.Need("hl7v2/dhcw-style-flows-synthetic"), folder);
        ChannelModel model = TestChannels.Load(Path.Combine(s_examples, $"{channel}.json"));
        string[] inputs = Directory.GetFiles(pairs, "*.in.hl7");
        Assert.True(inputs.Length >= least);
        Assert.All(inputs, input => AssertPair(model, input, input.Replace(".in.", ".expected.", StringComparison.Ordinal), admit: false));
    }

    [Theory]
    [InlineData("pims-to-mpi")]
    [InlineData("chemocare-to-mpi")]
    [InlineData("phw-to-mpi")]
    public void Shipped_cases_come_out_byte_for_byte(string channel)
    {
        ChannelModel model = TestChannels.Load(Path.Combine(s_examples, $"{channel}.json"));
        string[] inputs = Directory.GetFiles(Path.Combine(Repository.Root, "channels", "tests", channel), "*.in.hl7");
        Assert.NotEmpty(inputs);
        Assert.All(inputs, input => AssertPair(model, input, input.Replace(".in.", ".mpi.", StringComparison.Ordinal), admit: true));
    }

    [SkippableFact]
    public void Validation_cases_of_the_three_flows_are_accepted_or_rejected_as_they_say()
    {
        string file = Path.Combine(Corpus.Need("hl7v2/dhcw-style-flows-synthetic"), "validation-cases.json");
        int tried = 0;
        foreach (JsonElement test in JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray())
        {
            if (!s_flows.TryGetValue(test.GetProperty("flow").GetString()!, out string? channel))
                continue;
            ChannelModel model = TestChannels.Load(Path.Combine(s_examples, $"{channel}.json"));
            PipelineOutcome outcome = model.Pipeline.Run(new(1), Encoding.UTF8.GetBytes(test.GetProperty("message").GetString()!), TestChannels.Now);
            string came = outcome.State == MessageState.Accepted ? "accept" : "reject";
            Assert.Equal($"{test.GetProperty("id")} {test.GetProperty("expect")}", $"{test.GetProperty("id")} {came}");
            tried++;
        }

        Assert.True(tried >= 15);
    }

    [Theory]
    [InlineData("20260705102826-0500", "20260705102826")]
    [InlineData("20260705102826+", "20260705102826")]
    [InlineData("20260705", "20260705")]
    public void Pims_cuts_any_zone(string time, string cut)
    {
        string input = $"MSH|^~\\&|PIMS|A|B|C|{time}||ADT^A47^ADT_A30|1|P|2.3.1\nEVN||{time}||||{time}\nPID|||N1^^^^PI~N2^^^^PI||A||{time}^D||||||||||||||||||||||{time}\nMRG|9";
        ChannelModel model = TestChannels.Load(Path.Combine(s_examples, "pims-to-mpi.json"));
        Assert.Equal(
            $"MSH|^~\\&|103|103|200|200|{cut}||ADT^A40^ADT_A39|1|P|2.5|||||GBR||EN\nEVN||{cut}||||{cut}\nPID|||N2^^^103^PI||A||{cut}||||||||||||||||||||||{cut}\nMRG|9^^^103^PI",
            TestChannels.Text(TestChannels.Run(model, input), input));
    }

    [Fact]
    public void Pims_without_a_time_of_death_says_delete()
    {
        const string Input = "MSH|^~\\&|PIMS|A|B|C|2026||ADT^A31^ADT_A05|1|P|2.3.1\nPID|||1^^^^NI||A";
        ChannelModel model = TestChannels.Load(Path.Combine(s_examples, "pims-to-mpi.json"));
        Assert.EndsWith("\nPID|||1^^^NHS^NH||A||||||||||||||||||||||||\"\"", TestChannels.Text(TestChannels.Run(model, Input), Input), StringComparison.Ordinal);
    }

    private static void AssertPair(ChannelModel model, string input, string expected, bool admit)
    {
        byte[] raw = File.ReadAllBytes(input);
        PipelineOutcome outcome = model.Pipeline.Run(new(1), raw, TestChannels.Now, admit: admit);
        NewDelivery delivery = Assert.Single(outcome.Deliveries);
        Assert.Equal(File.ReadAllText(expected), Encoding.UTF8.GetString((delivery.Content ?? raw).Span));
        Assert.Equal(File.ReadAllBytes(expected), (delivery.Content ?? raw).ToArray());
    }
}
