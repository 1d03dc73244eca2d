using System.Text;
using Hub.Channels.Validation;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Channels.Tests;

/// <summary>What <c>hub profile learn</c> writes: a file that can be read again and that refuses none of its messages.</summary>
public sealed class LearnedProfileTests
{
    private static readonly string[] s_values = ["A", "B", "F", "M", "MR", "\"\"", "", "1", "20260101", "19991399", "long and wide", "A&B", "&B", "\\T\\", "${x}", "${env:HOME}", "\u00e9"];

    private static readonly string[] s_names = ["PID", "PV1", "OBX", "OBR", "NK1", "EVN", "ZZ1", "XYZ", "no segment"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Made_up_messages_pass_what_was_learned_from_them(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 40; round++)
            AssertPass([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Hl7Message.Parse(Encoding.Latin1.GetBytes(Message(random)), out Hl7Fault? _)!)], $"seed {seed}, round {round}");
    }

    [SkippableFact]
    public void Published_messages_pass_what_was_learned_from_all_of_their_folder()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        foreach (IGrouping<string?, string> folder in Corpus.Hl7Files().GroupBy(Path.GetDirectoryName))
            AssertPass([.. folder.Select(file => Hl7Message.Parse(File.ReadAllBytes(file), out _)).OfType<Hl7Message>()], folder.Key!);
    }

    private static void AssertPass(Hl7Message[] messages, string where)
    {
        using TestFolder folder = new();
        Hl7Profile learned = ProfileLoosening.For(ProfileLearner.Learn(messages), messages);
        ProfileFile file = ProfileFile.Load(folder.Write("learned.json", ProfileJson.Write(learned)));
        Assert.True(file.Problems.Count == 0, $"{where}: {string.Join(" ", file.Problems)}");
        Hl7Validator validator = new(ValidationLevel.Profile, file.Profile);
        // What the profile itself asks for is there; what the standard asks for and they have not is a warning. Bytes that are no text can pass no rule about text.
        Hl7Problem[] wrong = [.. messages.SelectMany(validator.Check).Where(problem => problem.Severity == Hl7Severity.Error || problem.Rule is >= 3150 and < 3168)];
        Assert.True(wrong.Length == 0, $"{where}: {string.Join(" ", wrong.Take(5))}");
    }

    private static string Message(Random random)
    {
        string version = Any(random, "2.1", "2.3", "2.5", "2.5.1", "2.7", "2.8", "x", "");
        string type = Any(random, "ADT^A01^ADT_A01", "ADT^A01", "ADT", "ORU^R01", "zzz", "");
        return $"MSH|{Any(random, "^~\\&", "^~", "^")}|PAS||||20260102||{type}|1|P|{version}\r{string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => $"{Any(random, s_names)}|{Fields(random)}\r"))}";
    }

    private static string Fields(Random random) => string.Join('|', Enumerable.Range(0, random.Next(12)).Select(_ =>
        string.Join('~', Enumerable.Range(0, random.Next(4)).Select(_ => string.Join('^', Enumerable.Range(0, random.Next(7)).Select(_ => Any(random, s_values)))))));

    private static string Any(Random random, params string[] values) => values[random.Next(values.Length)];
}
