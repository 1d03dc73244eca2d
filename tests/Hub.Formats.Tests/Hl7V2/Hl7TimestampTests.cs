using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

public sealed class Hl7TimestampTests
{
    [Theory]
    [InlineData("1980", 4)]
    [InlineData("198002", 6)]
    [InlineData("19800229", 8)]
    [InlineData("1980021410", 10)]
    [InlineData("198002141015", 12)]
    [InlineData("19800214101530", 14)]
    [InlineData("19800214101530.5", 15)]
    [InlineData("19800214101530.1234-0500", 18)]
    [InlineData("1980+0100", 4)]
    [InlineData("00010101", 8)]
    public void Every_precision_is_read_and_written_back(string text, int digits)
    {
        Assert.True(Hl7Timestamp.TryParse(text, out Hl7Timestamp value));
        Assert.Equal((digits, text), (value.Digits, value.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("198")]
    [InlineData("19800")]
    [InlineData("19800230")]
    [InlineData("19801301")]
    [InlineData("1980021425")]
    [InlineData("19800214101530.")]
    [InlineData("19800214101530123")]
    [InlineData("19800214+1")]
    [InlineData("19800214+0160")]
    [InlineData("1980-02-14")]
    [InlineData("+0100")]
    [InlineData("19800214101530.12345678")]
    public void Anything_else_is_no_timestamp(string text) => Assert.False(Hl7Timestamp.TryParse(text, out _));

    [Theory]
    [InlineData("19800214", "198002", 0)]
    [InlineData("198003", "19800214235959", 1)]
    [InlineData("198002141200+0100", "198002141100+0000", 0)]
    [InlineData("198002141200+0100", "198002141100", 1)]
    [InlineData("0001+1400", "00010101-1200", 0)]
    public void Comparing_is_as_precise_as_the_less_precise_one(string left, string right, int order)
    {
        Assert.True(Hl7Timestamp.TryParse(left, out Hl7Timestamp one) & Hl7Timestamp.TryParse(right, out Hl7Timestamp other));
        Assert.Equal((order, -order), (Math.Sign(Hl7Timestamp.Compare(one, other)), Math.Sign(Hl7Timestamp.Compare(other, one))));
    }
}
