using Hub.Formats.Hl7V2;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Every published sample is read whole or refused, and written back as it was.</summary>
public sealed class CorpusTests
{
    [SkippableFact]
    public void L2_Every_sample_parses_and_is_written_back_byte_for_byte_or_is_a_fault()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        int read = 0;
        foreach (string file in Corpus.Hl7Files())
        {
            byte[] bytes = File.ReadAllBytes(file);
            TimeSpan took = CpuTime.Of(() =>
            {
                if (Hl7Message.Parse(bytes, out Hl7Fault? fault) is { } message)
                {
                    Assert.True(message.ToBytes().Span.SequenceEqual(bytes), file);
                    AssertEditable(message, file);
                    read++;
                }
                else
                {
                    Assert.True(fault?.Text.Length > 0, file);
                }
            });
            Assert.True(took < TimeSpan.FromSeconds(1), $"{file} takes more than a second.");
        }

        Assert.True(read > 300, $"Only {read} samples were taken.");
        // What a fuzzer found to bring another parser down.
        Assert.Equal(24, Corpus.Hl7Files().Count(file => Path.GetExtension(file) == ".bin"));
    }

    [SkippableFact]
    public void A03_Every_sample_is_answered_with_its_own_control_id()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        foreach (string file in Corpus.Hl7Files())
        {
            byte[] bytes = File.ReadAllBytes(file);
            byte[] answer = Acknowledgment.Build(bytes, AcknowledgmentCode.AA, [], DateTimeOffset.UnixEpoch, "1");
            Assert.True(AnswerView.TryRead(answer, out AnswerView view), file);
            if (Hl7Message.Parse(bytes, out _) is { } message)
                Assert.True(view.ControlId.Span.SequenceEqual(message.GetRaw(FieldPath.Parse("MSH-10"))), file);
        }
    }

    private static void AssertEditable(Hl7Message message, string file)
    {
        Hl7Message copy = message.Clone();
        copy.Set("MSH-5", "LAB");
        Hl7Message again = Hl7Samples.Parse(copy.ToBytes().ToArray());
        Assert.True(again.SegmentCount == message.SegmentCount, file);
        for (int i = 1; i < message.SegmentCount; i++)
            Assert.True(again.SegmentBytes(i).Span.SequenceEqual(message.SegmentBytes(i).Span), $"{file}, segment {i}");
    }
}
