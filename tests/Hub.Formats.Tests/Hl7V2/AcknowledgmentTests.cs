using System.Text;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Rules A02, A03, A05, A07 and the header reading that A08 and S03 rest on.</summary>
public sealed class AcknowledgmentTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.FromHours(1));
    private static readonly AcknowledgmentError s_wrongName = new(102, FieldPath.Parse("PID[2]-5[3].1"));

    [Theory]
    [InlineData("2.5", "ADT^A01^ADT_A01", "ACK^A01^ACK")]
    [InlineData("2.4", "ADT^A01", "ACK^A01^ACK")]
    [InlineData("2.10", "ADT^A01", "ACK^A01^ACK")]
    [InlineData("2.3.1", "ADT^A01", "ACK")]
    [InlineData("2.5", "ADT", "ACK")]
    [InlineData("", "ADT^A01", "ACK^A01^ACK")]
    [InlineData("junk", "ADT^A01", "ACK^A01^ACK")]
    [InlineData("2.5.1^GBR", "ADT^A01", "ACK^A01^ACK")]
    public void A02_The_type_of_the_answer_follows_version_and_trigger(string version, string type, string expected) =>
        Assert.Equal(
            $"MSH|^~\\&|LAB^1^L|SOUTH|PAS|NORTH|20260304050607.089+0100||{expected}|ID-1|P^T|{version}\rMSA|AA|MSG1\r",
            Answer($"MSH|^~\\&|PAS|NORTH|LAB^1^L|SOUTH|20260102||{type}|MSG1|P^T|{version}\rPID|1\r", AcknowledgmentCode.AA));

    [Fact]
    public void A02_MSH_18_comes_back_as_received_with_its_bytes() =>
        Assert.Equal(
            "MSH|^~\\&|\u00e9||||20260304050607.089+0100||ACK^A01^ACK|ID-1|P|2.5||||||8859/1~UNICODE\rMSA|AA|M\u00e9\r",
            Answer("MSH|^~\\&|||\u00e9||||ADT^A01|M\u00e9|P|2.5||||||8859/1~UNICODE|x\r", AcknowledgmentCode.AA));

    [Fact]
    public void A02_The_answer_has_the_delimiters_of_the_message_and_escapes_its_own_texts()
    {
        Assert.Equal(
            "MSH#*!?%#LAB###20260304050607.089+0100##ACK*A01*ACK#ID-1#P#2.5\rMSA#AE#M|1#Data type error\rERR##PID*2*5*3*1#102*Data type error*HL70357#E\r"
                .Replace("#LAB###", "#LAB##PAS##", StringComparison.Ordinal),
            Answer("MSH#*!?%#PAS##LAB####ADT*A01#M|1#P#2.5\r", AcknowledgmentCode.AE, s_wrongName));
        Assert.StartsWith("MSH|-~+.|||||20260304050607+T+089+0100|", Answer("MSH|-~+.||||||||M|P|2.5\r", AcknowledgmentCode.AA).Replace("+E+", "+", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^~\\&", "x\\X0A\\MSA")]
    [InlineData("^~", "x MSA")]
    public void A02_A_line_feed_of_a_received_field_never_ends_a_segment_of_the_answer(string delimiters, string written)
    {
        string answer = Answer($"MSH|{delimiters}|PAS|NORTH|LAB|x\nMSA", AcknowledgmentCode.AE);
        Assert.Equal($"MSH|{delimiters}|LAB|{written}|PAS|NORTH|20260304050607.089+0100||ACK|ID-1||\rMSA|AE|\r", answer);
        Assert.True(AnswerView.TryRead(Hl7Samples.Bytes(answer), out AnswerView view) && view.Code == "AE");
    }

    [Theory]
    [InlineData("MSG0001")]
    [InlineData("  A\\F\\B^c~d&e  ")]
    [InlineData("\"\"")]
    [InlineData("")]
    [InlineData("\u00ff\u0001")]
    public void A03_MSA_2_is_MSH_10_exactly_as_received(string id)
    {
        string answer = Answer($"MSH|^~\\&|||||||ADT^A01|{id}|P|2.5\r", AcknowledgmentCode.AA);
        Assert.EndsWith($"\rMSA|AA|{id}\r", answer, StringComparison.Ordinal);
        Assert.True(AnswerView.TryRead(Hl7Samples.Bytes(answer), out AnswerView view));
        Assert.Equal(Hl7Samples.Bytes(id), view.ControlId.ToArray());
    }

    [Theory]
    [InlineData("2.6", AcknowledgmentCode.AE, "MSA|AE|M|Data type error\r")]
    [InlineData("2.7", AcknowledgmentCode.AE, "MSA|AE|M\r")]
    [InlineData("2.6", AcknowledgmentCode.AR, "MSA|AR|M|Data type error\r")]
    [InlineData("2.6", AcknowledgmentCode.AA, "MSA|AA|M\r")]
    public void A03_MSA_3_is_there_only_before_2_7_and_when_not_accepted(string version, AcknowledgmentCode code, string msa) =>
        Assert.Contains(msa, Answer($"MSH|^~\\&|||||||ADT^A01|M|P|{version}\r", code, code == AcknowledgmentCode.AA ? [] : [s_wrongName]), StringComparison.Ordinal);

    [Theory]
    [InlineData("PID[2]-5[3].1", "ERR||PID^2^5^3^1|102^Data type error^HL70357|E\r", "ERR|PID^2^5^102&Data type error&HL70357\r")]
    [InlineData("MSH-18", "ERR||MSH^1^18|102^Data type error^HL70357|E\r", "ERR|MSH^1^18^102&Data type error&HL70357\r")]
    [InlineData("PID-3.1.2", "ERR||PID^1^3^1^1^2|102^Data type error^HL70357|E\r", "ERR|PID^1^3^102&Data type error&HL70357\r")]
    [InlineData("ZZ1", "ERR||ZZ1^1|102^Data type error^HL70357|E\r", "ERR|ZZ1^1^^102&Data type error&HL70357\r")]
    [InlineData(null, "ERR|||102^Data type error^HL70357|E\r", "ERR|^^^102&Data type error&HL70357\r")]
    public void A05_ERR_tells_the_place_in_the_form_of_the_version(string? path, string from25, string before25)
    {
        AcknowledgmentError error = new(102, path is null ? null : FieldPath.Parse(path));
        Assert.EndsWith("\r" + from25, Answer("MSH|^~\\&|||||||ADT^A01|M|P|2.5\r", AcknowledgmentCode.AE, error), StringComparison.Ordinal);
        Assert.EndsWith("\r" + before25, Answer("MSH|^~\\&|||||||ADT^A01|M|P|2.4\r", AcknowledgmentCode.AE, error), StringComparison.Ordinal);
    }

    [Fact]
    public void A05_Without_a_subcomponent_separator_an_old_ERR_has_the_code_alone() =>
        Assert.EndsWith("\rERR|PID^2^5^102\r", Answer("MSH|^~|||||||ADT^A01|M|P|2.3\r", AcknowledgmentCode.AE, s_wrongName), StringComparison.Ordinal);

    [Fact]
    public void A05_At_most_ten_errors_are_told()
    {
        string answer = Answer("MSH|^~\\&|||||||ADT^A01|M|P|2.5\r", AcknowledgmentCode.AE, [.. Enumerable.Repeat(s_wrongName, 12)]);
        Assert.Equal(10, answer.Split("\rERR|").Length - 1);
    }

    [Theory]
    [InlineData("UNICODE UTF-8", "mae\u2019n \u0175|\u8868", "mae\u00e2\u0080\u0099n \u00c5\u00b5\\F\\\u00e8\u00a1\u00a8")]
    [InlineData("", "mae\u2019n \u0175 \u2013 \u201ccaf\u00e9\u201d\u2026", "mae'n w - \"cafe\"...")]
    [InlineData("KLINGON", "\u0175", "w")]
    [InlineData("8859/1", "mae\u2019n \u0175 caf\u00e9", "mae'n w caf\u00e9")]
    [InlineData("8859/14", "mae\u2019n \u0175", "mae'n \u00f0")]
    [InlineData("SHIFT_JIS", "\u8868|\u0175", "\u0095\\\\F\\w")]
    [InlineData("", "\u1e80\u1ef3\u00f8\u010d", "Wyoc")]
    [InlineData("8859/1", "\u8868 \ud83d\ude00", "? ?")]
    public void A02_ERR_8_is_written_in_the_set_of_the_message_and_what_the_set_has_not_is_readable(string set, string text, string written) =>
        Assert.Contains($"|E||||{written}\r", Answer($"MSH|^~\\&|||||||ADT^A01|M|P|2.5||||||{set}\r", AcknowledgmentCode.AE, s_wrongName with { UserText = text }), StringComparison.Ordinal);

    [Theory]
    [InlineData(249, 249)]
    [InlineData(250, 250)]
    [InlineData(260, 250)]
    public void A02_ERR_8_is_cut_between_characters(int letters, int kept) =>
        Assert.Contains($"|E||||{new string('a', kept)}\r", Answer("MSH|^~\\&|||||||ADT^A01|M|P|2.5||||||UNICODE UTF-8\r", AcknowledgmentCode.AE, s_wrongName with { UserText = new string('a', letters) + "\ud83d\ude00" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("MSH|^^\\&|||||||ADT^A01|M^1|P|2.3\rPID|1", "M^1")]
    [InlineData("MSHA^~\\&AAAAAAAADT^A01AM1APA2.3", "DT^")]
    [InlineData("MSH|||||||||M1", "M1")]
    [InlineData("MSH\r1234567", "")]
    public void E05_With_delimiters_that_cannot_be_used_the_answer_has_its_own(string block, string id)
    {
        string answer = Answer(block, AcknowledgmentCode.AE, new AcknowledgmentError(102, FieldPath.Parse("MSH-2")));
        Assert.StartsWith("MSH|^~\\&|||||20260304050607.089+0100||ACK|ID-1|P|2.5\rMSA|AE|", answer, StringComparison.Ordinal);
        Assert.EndsWith("|Data type error\rERR||MSH^1^2|102^Data type error^HL70357|E\r", answer, StringComparison.Ordinal);
        Assert.True(id == "DT^" || answer.Contains($"MSA|AE|{id}|", StringComparison.Ordinal));
    }

    [Fact]
    public void A07_What_is_no_message_gets_the_answer_for_that()
    {
        const string Expected = "MSH|^~\\&|||||20260304050607.089+0100||ACK|ID-1|P|2.5\rMSA|AR|\rERR|||100^Segment sequence error^HL70357|E\r";
        Assert.Equal(Expected, Encoding.ASCII.GetString(Acknowledgment.BuildUndecodable(s_now, "ID-1")));
    }

    [Theory]
    [InlineData(AcknowledgmentCode.AA, "MSA|AA|\r")]
    [InlineData(AcknowledgmentCode.AE, "MSA|AE||Data type error\rERR|||102^Data type error^HL70357|E\r")]
    public void A07_What_is_taken_or_refused_without_being_HL7_gets_a_header_of_our_own(AcknowledgmentCode code, string rest)
    {
        AcknowledgmentError[] errors = code == AcknowledgmentCode.AA ? [] : [new(102, null)];
        string answer = Encoding.ASCII.GetString(Acknowledgment.Build("{ \"a\": 1 }"u8, code, errors, s_now, "ID-1"));
        Assert.Equal($"MSH|^~\\&|||||20260102040506.789+0100||ACK|ID-1|P|2.5\r{rest}".Split('|')[9..], answer.Split('|')[9..]);
        Assert.StartsWith("MSH|^~\\&|||||2026", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MSH|^~\\&|||||||ADT^A01||P", 10, "")]
    [InlineData("MSH|^~\\&|||||||ADT^A01|M 1|P", 10, "M 1")]
    [InlineData(" \r\nMSH|^~\\&|||||||ADT^A01|M1|P", 10, "M1")]
    [InlineData("MSH|^~\\&||a\nb|||||ADT^A01|M1|P\nPID|1", 10, "M1")]
    [InlineData("MSH|^~\\&||||||||M1\rPID|1|2|3", 12, "")]
    [InlineData("nothing", 10, "")]
    [InlineData("MSH|^~\\&|||||||ADT^A01|M1\nPID|1", 10, "M1")]
    public void A08_A_field_of_the_header_is_read_without_the_rest(string block, int field, string value) =>
        Assert.Equal(value, Encoding.Latin1.GetString(Hl7Header.Field(Hl7Samples.Bytes(block), field)));

    [Theory]
    [InlineData("MSH|^~\\&|A\rMSA|AA|ID1\r", "AA", "ID1")]
    [InlineData("MSH|^~\\&|A\r\nSFT|1\r\nMSA|CR| ID1|text\r\n", "CR", " ID1")]
    [InlineData("MSH#*!?%#A\nMSA#AE#I|D", "AE", "I|D")]
    [InlineData("MSH|^~\\&|A\rMSA|AA", "AA", "")]
    [InlineData("MSH|^|1\0|\rMSA|AA|ID1", "AA", "ID1")]
    [InlineData("MSH|^~\\&|A\rMSA\r", "", "")]
    public void S03_An_answer_gives_its_code_and_the_id_as_it_stands(string answer, string code, string id)
    {
        Assert.True(AnswerView.TryRead(Hl7Samples.Bytes(answer), out AnswerView view));
        Assert.Equal((code, id), (view.Code, Encoding.Latin1.GetString(view.ControlId.Span)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ACK")]
    [InlineData("MSA|AA|ID1\r")]
    [InlineData("MSH|^~\\&|A\rPID|1\r")]
    [InlineData("MSH|^~\\&|A\rNTE|MSA|AA|ID1\r")]
    [InlineData("MSH|^~\\&|A\rMSAX|AA|ID1\r")]
    public void S03_What_has_no_MSA_is_no_answer(string answer) =>
        Assert.False(AnswerView.TryRead(Hl7Samples.Bytes(answer), out _));

    private static string Answer(string inbound, AcknowledgmentCode code, params AcknowledgmentError[] errors) =>
        Encoding.Latin1.GetString(Acknowledgment.Build(Hl7Samples.Bytes(inbound), code, errors, s_now, "ID-1"));
}
