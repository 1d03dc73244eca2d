using Hub.Channels.Values;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Tests;

public sealed class ValueTemplateTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("${PID-3.1}", "123")]
    [InlineData("a${PID-3.1}b${PID-9}c", "a123bc")]
    [InlineData("${PID-5}", "O^B")]
    [InlineData("${PID-5.1}", "O")]
    [InlineData("${PID-6}", "A&B")]
    [InlineData("${now:yyyy-MM-dd}", "2026-03-01")]
    [InlineData("${now}", "20260301101530+0100")]
    [InlineData("${channel.id}/${message.id}", "test/42")]
    [InlineData("$${PID-3}", "${PID-3}")]
    [InlineData("$5 and }", "$5 and }")]
    public void Templates_give_text(string template, string text) => Assert.Equal(text, ValueTemplate.Parse(template).Evaluate(Context()));

    [Theory]
    [InlineData("${message.idd}", "did you mean ${message.id}")]
    [InlineData("${chanel.id}", "did you mean ${channel.id}")]
    [InlineData("${nwo}", "did you mean ${now}")]
    [InlineData("${whatever}", "${whatever} is not known. Allowed are")]
    [InlineData("${PID.3}", "PID-3")]
    [InlineData("${pid-3}", "PID-3")]
    [InlineData("${PID-3", "without \"}\"")]
    [InlineData("${PID-3[*].1}", "not one value")]
    [InlineData("${now:YYYYMMDD}", "small letters")]
    [InlineData("${now:yyyyNN}", "letter N")]
    [InlineData("${env:HOME}", "filled in when a channel file is loaded")]
    [InlineData("${secret:x}", "filled in when a channel file is loaded")]
    public void Mistakes_say_what_to_write(string template, string error)
    {
        Assert.False(ValueTemplate.TryParse(template, out _, out string? came));
        Assert.Contains(error, came, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID-3.1", true)]
    [InlineData("${PID-3.1}/${PID-8}", true)]
    [InlineData("PID.3", false)]
    [InlineData("all", false)]
    public void A_lane_is_a_path_or_a_template(string text, bool right) => Assert.Equal(right, LaneKey.TryParse(text, out _, out _));

    [Theory]
    [InlineData("yyyyMMddHHmmss", true)]
    [InlineData("yyyyMMdd", true)]
    [InlineData("yyyy-MM-dd", false)]
    [InlineData("yyyyMMddHHmmss.fff", true)]
    public void Date_formats_know_the_form_of_HL7(string text, bool hl7)
    {
        Assert.True(DateFormat.TryParse(text, out DateFormat? format, out _));
        Assert.Equal(hl7, format.IsHl7);
    }

    private static StepContext Context()
    {
        Hl7Message message = Hl7Message.Parse(TestChannels.Message("MSH|^~\\&|A\nPID|||123^^^X||O^B|A\\T\\B"), out _)!;
        return new() { Message = message, Id = new(42), Channel = "test", Now = TestChannels.Now };
    }
}
