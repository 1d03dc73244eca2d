using System.Text;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

public sealed class BatchTests
{
    private const string A = "MSH|^~\\&|A|F|B|G|2026||ADT^A01|1|P|2.5\rPID|1\r";
    private const string Ack = "MSH|^~\\&|HUB||||2026||ACK|9|P|2.5\r";
    private const string B = "MSH#*~\\&#A#F#B#G#2026##ADT*A08#2#P#2.5\rPID#2\r";

    [Theory]
    [InlineData("FHS|^~\\&|x\rBHS|^~\\&|x\r" + A + B + "BTS|2\rFTS|1\r", 2)]
    [InlineData("BHS#*~\\&#x\r" + A + "BTS#1\rBHS|^~\\&|x\r" + B + "BTS|1|c\rFTS|2\r", 2)]
    [InlineData(A + B, 2)]
    [InlineData("BHS|^~\\&|x\r" + A, 1)]
    [InlineData("FHS|^~\\&|x\r" + A + "FTS\r", 1)]
    [InlineData("FHS|^~\\&|x\rFTS|0\r", 0)]
    [InlineData("\r\nBHS|^~\\&|x\r\n\r\n" + A + B + "\r\nBTS|\r\n", 2)]
    public void B01_every_MSH_is_a_message_as_it_was_received(string batch, int count)
    {
        Assert.True(Hl7Batch.Is(Bytes(batch)));
        Hl7Batch read = Hl7Batch.Read(Bytes(batch), 10, out Hl7Fault? fault)!;
        Assert.Null(fault);
        Assert.Equal(((string[])[A, B]).Take(count), read.Messages.Select(message => Encoding.ASCII.GetString(message.Span).Replace("\r\n", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void B01_line_feeds_alone_end_segments_before_a_header_with_other_delimiters()
    {
        Hl7Batch read = Hl7Batch.Read(Bytes((A + B + A).Replace('\r', '\n')), 10, out _)!;
        Assert.Equal(3, read.Messages.Count);
        Assert.All(read.Messages, message => Assert.NotNull(Hl7Message.Parse(message, out _)));
    }

    [Theory]
    [InlineData("AA", "AA", "AA")]
    [InlineData("CA", "CA", "CA")]
    [InlineData("AA", "AR", "AR")]
    [InlineData("AR", "AE", "AE")]
    [InlineData("AE", "XX", "XX")]
    [InlineData("AA", "", "")]
    public void B04_a_batch_of_answers_is_one_answer_with_the_code_that_matters_most(string first, string second, string code)
    {
        string answer = $"BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\rMSH|^~\\&|HUB||||2026||ACK|1|P|2.5\rMSA|{first}|a\rMSH#*~\\&#HUB####2026##ACK#2#P#2.5\rMSA#{second}#b\rBTS|2\r";
        Assert.True(AnswerView.TryRead(Bytes(answer), out AnswerView view));
        Assert.Equal((code, "B77"), (view.Code, Encoding.ASCII.GetString(view.ControlId.Span)));
        Assert.Equal([("a", first), ("b", second)], AnswerView.ReadEach(Bytes(answer))!.Select(one => (Encoding.ASCII.GetString(one.ControlId.Span), one.Code)));
        Assert.True(AnswerView.TryRead(Bytes(answer.Replace("|B77", "", StringComparison.Ordinal)), out view));
        Assert.Equal("a", Encoding.ASCII.GetString(view.ControlId.Span));
    }

    [Theory]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\rBTS|0\r", true)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\r" + A + "BTS|1\r", false)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\rMSA|AA|a\r", false)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\r" + Ack + "MSA|AA|a\rBTS|1\r", true)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\r" + Ack + "MSA|AA|a\rBTS|2\r", false)]
    public void L3_a_batch_of_nothing_is_positive_and_one_with_something_that_is_no_answer_is_none(string answer, bool isAnswer)
    {
        Assert.Equal(isAnswer, AnswerView.TryRead(Bytes(answer), out AnswerView view));
        Assert.Equal(isAnswer ? "AA" : null, view.Code);
    }

    [Theory]
    [InlineData(A, "1")]
    [InlineData(A + B, "1")]
    [InlineData("BHS|^~\\&|A|F|B|G|2026||||B77\r" + A + B, "B77")]
    [InlineData("FHS|^~\\&|A|F|B|G|2026||||F9\rBHS|^~\\&|A|F|B|G|2026||||B77\r" + A, "F9")]
    [InlineData("FHS|^~\\&|A|F|B|G|2026\rBHS|^~\\&|A|F|B|G|2026||||B77\r" + A, "B77")]
    [InlineData("BHS|^~\\&|A|F|B|G|2026\r\n" + B, "2")]
    [InlineData("BHS|^~\\&|A|F|B|G|2026\r", "")]
    [InlineData("PID|1\r", "")]
    public void S03_what_is_sent_is_named_by_its_control_id_or_that_of_its_batch(string sent, string name) =>
        Assert.Equal(name, Encoding.ASCII.GetString(AnswerView.NamedBy(Bytes(sent))));

    [Theory]
    [InlineData("MSA|AA|1\r" + Ack + "MSA|AE|2\r", "AE")]
    [InlineData("MSA|AA|1\r" + Ack + "MSA|AA|2\r", "AA")]
    [InlineData("MSA|AR|1\r" + A, "AR")]
    public void L3_answers_that_stand_alone_are_judged_together_and_what_is_repeated_beside_one_is_none(string rest, string code)
    {
        Assert.True(AnswerView.TryRead(Bytes(Ack + rest), out AnswerView view));
        Assert.Equal((code, "1"), (view.Code, Encoding.ASCII.GetString(view.ControlId.Span)));
        Assert.True(view.IsFor(Bytes(A + B)));
    }

    [Theory]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\r" + Ack + "MSA|AA|1\r", true)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B78\r" + Ack + "MSA|AA|1\r", false)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN\r" + Ack + "MSA|AA|1\r", true)]
    [InlineData("BHS|^~\\&|HUB|C|PAS|H|2026||||OWN\r" + Ack + "MSA|AA|2\r", false)]
    [InlineData("FHS|^~\\&|HUB|C|PAS|H|2026||||OWN\rBHS|^~\\&|HUB|C|PAS|H|2026||||OWN|B77\r" + Ack + "MSA|AA|1\rBTS|1\rFTS|1\r", true)]
    [InlineData(Ack + "MSA|AA|1\r", false)]
    public void S03_a_batch_of_answers_names_the_batch_or_its_first_message(string answer, bool isFor)
    {
        Assert.True(AnswerView.TryRead(Bytes(answer), out AnswerView view));
        Assert.Equal(isFor, view.IsFor(Bytes("BHS|^~\\&|A|F|B|G|2026||||B77\r" + A + B)));
    }

    [Theory]
    [InlineData("BHS|^~\\&|x\r" + A + "BTS|2\r", "BTS-1")]
    [InlineData("BHS|^~\\&|x\r" + A + "BTS|one\r", "BTS-1")]
    [InlineData("FHS|^~\\&|x\rBHS|^~\\&|x\r" + A + "BTS|1\rFTS|2\r", "FTS-1")]
    [InlineData("BHS|^~\\&|x\rPID|1\r" + A, null)]
    [InlineData(A + "FTS|1\r" + B, null)]
    [InlineData(A + "FHS|^~\\&|x\r" + B, null)]
    public void B02_a_batch_that_does_not_add_up_is_refused(string batch, string? path)
    {
        Assert.Null(Hl7Batch.Read(Bytes(batch), 10, out Hl7Fault? fault));
        Assert.Equal((100, path, false), (fault!.Code, fault.Path, fault.IsReject));
    }

    [Theory]
    [InlineData(A)]
    [InlineData("MSH|^~\\&|A\rMSHX|2\r")]
    [InlineData("hello")]
    public void A_lone_message_is_no_batch(string content) => Assert.False(Hl7Batch.Is(Bytes(content)));

    [Fact]
    public void More_messages_than_allowed_are_refused() => Assert.Equal(207, Refused(A + B + A, 2).Code);

    [Fact]
    public void B04_the_answer_is_a_batch_with_an_acknowledgment_for_each_message()
    {
        byte[] answer = BatchAcknowledgment.Build(Bytes("BHS|^~\\&|S|SF|R|RF|2026||name||B77\r" + A + B + "BTS|2\r"), AcknowledgmentCode.AA, [], new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), "H123456789ABCDEFGHIJ")!;
        Assert.Equal(
            "BHS|^~\\&|R|RF|S|SF|20260301000000.000+0000||||H123456789ABCDEFGHIJ|B77\r"
            + "MSH|^~\\&|B|G|A|F|20260301000000.000+0000||ACK^A01^ACK|23456789ABCDEFGHIJ.1|P|2.5\rMSA|AA|1\r"
            + "MSH#*~\\&#B#G#A#F#20260301000000.000+0000##ACK*A08*ACK#23456789ABCDEFGHIJ.2#P#2.5\rMSA#AA#2\rBTS|2\r",
            Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public void B02_a_batch_that_cannot_be_read_is_answered_by_its_control_id()
    {
        string answer = Encoding.ASCII.GetString(BatchAcknowledgment.Build(Bytes("BHS|^~\\&|S|SF|R|RF|2026||name|comment|B77\rBTS|2\r"), AcknowledgmentCode.AE, [new(100, FieldPath.Parse("BTS-1"))], new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), "H1")!);
        Assert.Contains("\rMSA|AE|B77|", answer, StringComparison.Ordinal);
        Assert.Contains("\rERR||BTS^1^1|100^", answer, StringComparison.Ordinal);
    }

    private static Hl7Fault Refused(string batch, int most)
    {
        Assert.Null(Hl7Batch.Read(Bytes(batch), most, out Hl7Fault? fault));
        return fault!;
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
