using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

public sealed class FieldPathTests
{
    [Theory]
    [InlineData("PID")]
    [InlineData("OBX[12]")]
    [InlineData("PID-3")]
    [InlineData("PID-3[*]")]
    [InlineData("PID-3[*].4")]
    [InlineData("ZA1[2]-3[4].5.6")]
    public void A_path_is_written_as_it_was_read(string text) => Assert.Equal(text, FieldPath.Parse(text).ToString());

    [Fact]
    public void Every_path_reads_back() =>
        Generated.ForAll(Generated.Path, path => Assert.Equal(path, FieldPath.Parse(path.ToString())));

    [Fact]
    public void Any_text_is_a_path_or_is_explained() =>
        Generated.ForAll(Generated.Text, text => Assert.NotEqual(FieldPath.TryParse(text, out _, out string? error), error?.Length > 0));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("PID.3", "\"PID-3\"")]
    [InlineData("PID.3[2].1", "\"PID-3[2].1\"")]
    [InlineData("PID.3-1", "\"PID-3.1\"")]
    [InlineData("pid-3", "\"PID-3\"")]
    [InlineData("PID-0", "from 1")]
    [InlineData("PID-3[0]", "from 1")]
    [InlineData("PID-3.0", "from 1")]
    [InlineData("PID-10001", "10000")]
    [InlineData("PID-3\n", "example")]
    [InlineData("PID-\u0663", "example")]
    [InlineData("PID-3 ", "example")]
    [InlineData("PIDX-3", "example")]
    public void What_is_not_a_path_is_refused_with_the_remedy(string text, string remedy)
    {
        Assert.False(FieldPath.TryParse(text, out _, out string? error));
        Assert.Contains(remedy, error, StringComparison.Ordinal);
    }
}
