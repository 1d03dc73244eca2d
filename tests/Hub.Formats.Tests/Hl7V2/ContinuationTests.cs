using System.Text;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Rules C01 to C03 and A01 on any input, also such as no sender should send.</summary>
public sealed class ContinuationTests
{
    private const string Header = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|";

    [Theory]
    [InlineData("", false, "", "")]
    [InlineData("DSC|p\r", true, "", "p")]
    [InlineData("DSC|p", true, "", "p")]
    [InlineData("DSC|p\r\n\r\n", true, "", "p")]
    [InlineData("DSC|p|F\r", true, "", "p")]
    [InlineData("DSC|p|I\r", false, "", "")]
    [InlineData("DSC|\r", false, "", "")]
    [InlineData("DSC\r", false, "", "")]
    [InlineData("DSC|p\rZZ1|1\r", false, "", "")]
    [InlineData("DSCX|p\r", false, "", "")]
    public void C02_a_message_that_ends_in_DSC_with_a_pointer_is_a_fragment(string end, bool isFragment, string from, string to)
    {
        Assert.Equal(isFragment, Hl7Continuation.IsFragment(Hl7Samples.Bytes($"{Header}1|P|2.5\rPID|1\r{end}"), out string continues, out string pointer));
        Assert.Equal((from, to), (continues, pointer));
    }

    [Fact]
    public void C02_a_message_with_MSH_14_is_a_fragment()
    {
        Assert.True(Hl7Continuation.IsFragment(Hl7Samples.Bytes($"{Header}1|P|2.5||p1\rPID|1\r"), out string continues, out string pointer));
        Assert.Equal(("p1", ""), (continues, pointer));
    }

    [Fact]
    public void C02_other_character_sets_do_not_make_one_message() =>
        Assert.Null(Hl7Continuation.Join([Hl7Samples.Bytes($"{Header}1|P|2.5\rDSC|p\r"), Hl7Samples.Bytes($"{Header}2|P|2.5||p||||8859/1\r")]));

    [Fact]
    public void C03_whatever_the_place_a_message_that_was_cut_is_whole_again()
    {
        string body = "PID|||1^^^N||PRAWF^Gwen\rOBX|1|TX|N||a\\F\\b\rNTE|1||\u00e9\u00ff\r";
        string whole = $"{Header}1|P|2.5\r{body}";
        for (int cut = 0; cut < body.Length; cut++)
        {
            // A segment that is cut goes on in an ADD; one that is whole does not.
            bool isInside = cut > 0 && body[cut - 1] != '\r';
            string first = $"{Header}1|P|2.5\r{body[..cut]}{(isInside ? "\rADD|\r" : "")}DSC|p\r";
            string second = $"{Header}2|P|2.5||p\r{(isInside ? "ADD|" : "")}{body[cut..]}";
            // A name that is cut is no segment any more.
            if (isInside && body[..cut].Split('\r')[^1].Length < 4)
                continue;
            Assert.Equal(whole, Text(Hl7Continuation.Join([Hl7Samples.Bytes(first), Hl7Samples.Bytes(second)])!));
        }
    }

    [Fact]
    public void C01_a_message_without_ADD_is_the_same_bytes()
    {
        ReadOnlyMemory<byte> message = Hl7Samples.Bytes($"{Header}1|P|2.5\rPID|ADD|\\ADD|\rZAD|ADD|\r");
        Assert.True(Hl7Continuation.JoinAdditions(message).Equals(message));
    }

    [Fact]
    public void C01_time_grows_with_the_bytes_and_not_with_their_square()
    {
        byte[] many = Hl7Samples.Bytes($"{Header}1|P|2.5|{new string('x', 100_000)}\rPID|1\r{string.Concat(Enumerable.Repeat("ADD|x\r", 200_000))}");
        Assert.Equal(many.Length - (200_000 * 5), Hl7Continuation.JoinAdditions(many).Length);
    }

    [Fact]
    public void C01_no_input_makes_it_fail() => Generated.ForAll(Generated.AnyBytes, bytes =>
    {
        Hl7Continuation.IsFragment(bytes, out _, out _);
        Hl7Continuation.JoinAdditions(bytes);
        Hl7Continuation.Join([bytes, bytes]);
    });

    [Fact]
    public void A01_no_input_makes_it_fail() => Generated.ForAll(Generated.AnyBytes, bytes => _ = AcknowledgmentRequest.Read(bytes));

    [Fact]
    public void A01_the_header_of_a_batch_asks_for_nothing() =>
        Assert.Equal(AcknowledgmentRequest.Original, AcknowledgmentRequest.Read(Hl7Samples.Bytes($"{Header}1|P|2.5|||AL|AL\rPID|1\r{Header}2|P|2.5|||AL|AL\rPID|1\r")));

    [Theory]
    [InlineData("AL", "NE", AcknowledgmentCode.CA, "MSA|CA|M")]
    [InlineData("AL", "NE", AcknowledgmentCode.CE, "MSA|CE|M|Data type error")]
    public void A09_an_accept_answer_has_the_codes_of_enhanced_mode(string accept, string application, AcknowledgmentCode code, string msa)
    {
        byte[] answer = Acknowledgment.Build(Hl7Samples.Bytes($"{Header}M|P|2.5|||{accept}|{application}\r"), code, code == AcknowledgmentCode.CA ? [] : [new(102, FieldPath.Parse("OBX[2]-5[1].3.2"))], DateTimeOffset.UnixEpoch, "ID");
        Assert.Contains($"\r{msa}\r", Text(answer), StringComparison.Ordinal);
        Assert.Contains("|ID|P|2.5\r", Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public void A05_a_path_down_to_the_subcomponent_becomes_ERR_2()
    {
        byte[] answer = Acknowledgment.Build(Hl7Samples.Bytes($"{Header}M|P|2.5\r"), AcknowledgmentCode.AE, [new(102, FieldPath.Parse("OBX[2]-5[1].3.2"))], DateTimeOffset.UnixEpoch, "ID");
        Assert.EndsWith("\rERR||OBX^2^5^1^3^2|102^Data type error^HL70357|E\r", Text(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.5", AcknowledgmentCode.AA, "MSA|AA|M||7\r")]
    [InlineData("2.5", AcknowledgmentCode.AE, "MSA|AE|M|Data type error|7\r")]
    [InlineData("2.7", AcknowledgmentCode.AE, "MSA|AE|M||7\r")]
    public void Q02_the_number_stands_in_MSA_4(string version, AcknowledgmentCode code, string msa)
    {
        byte[] answer = Acknowledgment.Build(Hl7Samples.Bytes($"{Header}M|P|{version}\r"), code, code == AcknowledgmentCode.AA ? [] : [new(102, null)], DateTimeOffset.UnixEpoch, "ID", new(7));
        Assert.Contains(msa, Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public void A10_an_application_answer_keeps_the_character_set_in_its_place()
    {
        byte[] answer = Acknowledgment.Build(Hl7Samples.Bytes($"{Header}M|P|2.5|||AL|AL||8859/1\r"), AcknowledgmentCode.AA, [], DateTimeOffset.UnixEpoch, "ID", new(null, "AL"));
        Assert.Contains("|ID|P|2.5|||AL|NE||8859/1\r", Text(answer), StringComparison.Ordinal);
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
