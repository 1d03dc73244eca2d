using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Published messages through a whole Hub.</summary>
public sealed class CorpusTests
{
    [SkippableFact]
    public async Task Every_published_file_is_answered_by_the_rules_and_what_is_accepted_arrives_byte_for_byte()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("all", receiver.Port, source: """, "duplicateWindowHours": 0"""));
        List<byte[]> accepted = [];
        foreach (string file in Corpus.Hl7Files())
        {
            byte[] content = await File.ReadAllBytesAsync(file);
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("all"));
            Expectation expected = Expect(content);
            await sender.PostAsync(content);
            // A13: nothing is said to an answer; that the connection goes on shows that it was taken.
            if (expected == Expectation.Silence)
                Assert.True((await sender.SendAsync(Samples.Adt("next"))).ControlId == "next", file);
            else
                Assert.True((await sender.AnswerAsync())?.Code == expected.ToString(), file);
            if (expected == Expectation.AA)
                accepted.Add(content);
            else if (expected == Expectation.Silence)
                accepted.Add(Samples.Bytes(Samples.Adt("next")));
        }

        await hub.UntilAsync(DeliveryState.Sent, accepted.Count);
        Assert.Equal(accepted.Select(Convert.ToHexString), receiver.Messages.Select(Convert.ToHexString));
    }

    private enum Expectation
    {
        AA,
        AE,
        AR,
        Silence,
    }

    // What protocol.md says to each kind of content: A07 and E03, E05, E18, E21; A13; A08; else accepted.
    private static Expectation Expect(byte[] content)
    {
        Hl7Message? message = Hl7Message.Parse(content, out Hl7Fault? fault);
        if (message is null)
            return fault!.IsUndecodable || fault.IsReject ? Expectation.AR : Expectation.AE;
        bool isAnswer = message.GetRaw(FieldPath.Parse("MSH-9.1")).SequenceEqual("ACK"u8)
            || (message.Exists(FieldPath.Parse("MSA")) && !message.Exists(FieldPath.Parse("MSH-15")));
        if (isAnswer)
            return Expectation.Silence;
        return message.Exists(FieldPath.Parse("MSH-10")) ? Expectation.AA : Expectation.AE;
    }
}
