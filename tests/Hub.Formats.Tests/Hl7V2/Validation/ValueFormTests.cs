using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>What the primitive types look like.</summary>
public sealed class ValueFormTests
{
    [Theory]
    [InlineData("2026", true)]
    [InlineData("202602", true)]
    [InlineData("20260228", true)]
    [InlineData("20240229", true)]
    [InlineData("20260229", false)]
    [InlineData("20261301", false)]
    [InlineData("20260100", false)]
    [InlineData("00000101", false)]
    [InlineData("202", false)]
    [InlineData("2026-01-02", false)]
    [InlineData("202601021", false)]
    [InlineData("", false)]
    public void A_date_is_a_day_of_the_calendar_a_month_or_a_year(string text, bool isRight) =>
        Assert.Equal(isRight, ValueForms.IsDate(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("23", true, 0)]
    [InlineData("2359", true, 0)]
    [InlineData("235959", true, 0)]
    [InlineData("235959.1234+0100", true, 4)]
    [InlineData("0800-0500", true, 0)]
    [InlineData("24", false, 0)]
    [InlineData("2360", false, 0)]
    [InlineData("11:30:05", false, 0)]
    [InlineData("235", false, 0)]
    [InlineData("235959.", false, 0)]
    [InlineData("2359+01", false, 0)]
    [InlineData("2359+1500", false, 0)]
    public void A_time_is_written_to_the_hour_minute_second_or_finer(string text, bool isRight, int fraction)
    {
        Assert.Equal(isRight, ValueForms.IsTime(Encoding.ASCII.GetBytes(text), out int digits));
        Assert.Equal(fraction, digits);
    }

    [Theory]
    [InlineData("2026", true)]
    [InlineData("2026010203", true)]
    [InlineData("20260102030405", true)]
    [InlineData("20260102030405.123+0100", true)]
    [InlineData("20260102+0100", true)]
    [InlineData("20260102030405.1234567", true)]
    [InlineData("2026010203040", false)]
    [InlineData("20260102030460", false)]
    [InlineData("20260102243000", false)]
    [InlineData("20260102030405.", false)]
    [InlineData("20260102030405+", false)]
    [InlineData("20260102030405+01000", false)]
    [InlineData("2026-01-02 03:04:05", false)]
    [InlineData("20260102030405123", false)]
    [InlineData("+0100", false)]
    public void A_timestamp_is_as_precise_as_it_is_long(string text, bool isRight) =>
        Assert.Equal(isRight, ValueForms.IsTimestamp(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("0", true)]
    [InlineData("-1.50", true)]
    [InlineData("+.5", true)]
    [InlineData("5.", true)]
    [InlineData("<5", false)]
    [InlineData("1e3", false)]
    [InlineData("1,5", false)]
    [InlineData("1.2.3", false)]
    [InlineData("-", false)]
    [InlineData(".", false)]
    [InlineData("1 2", false)]
    public void A_number_has_digits_a_sign_and_a_point(string text, bool isRight) =>
        Assert.Equal(isRight, ValueForms.IsNumber(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("9999", 9999)]
    [InlineData("10000", -1)]
    [InlineData("-1", -1)]
    [InlineData("1.0", -1)]
    [InlineData("", -1)]
    public void A_sequence_id_has_one_to_four_digits(string text, int number) =>
        Assert.Equal(number, ValueForms.Sequence(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_real_moment_is_a_timestamp_at_every_precision() =>
        Generated.ForAll(Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(2, 7), (seconds, parts) => (seconds, parts)), made =>
        {
            DateTime moment = new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddSeconds(made.seconds);
            string text = moment.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)[..(made.parts * 2)];
            Assert.True(ValueForms.IsTimestamp(Encoding.ASCII.GetBytes(text), out _), text);
        });

    [Fact]
    public void What_the_timestamps_of_the_house_cannot_read_is_none_here_either() =>
        Generated.ForAll(Gen.Elements("2026", "0", "13", "31", "02", "29", "24", "59", "60", ".", "5", "+", "-", "0100", "1500", " ").ListOf().Select(string.Concat), text =>
        {
            bool isHere = ValueForms.IsTimestamp(Encoding.ASCII.GetBytes(text), out int fraction);
            bool isThere = Hl7Timestamp.TryParse(text, out _);
            // The house keeps seven digits of a second, validation tells them and goes on.
            if (fraction <= 7)
                Assert.True(isHere == isThere, text);
        });
}
