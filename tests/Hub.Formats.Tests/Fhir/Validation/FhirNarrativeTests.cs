using System.Text.Json;
using static Hub.Formats.Tests.Fhir.Validation.Resources;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>The narrative: XHTML that shows, and does nothing.</summary>
public sealed class FhirNarrativeTests
{
    private const string Start = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    [Theory]
    [InlineData("<p>Gwen &amp; &#160;<b>x</b></p><table class=\"t\"><tr><td colspan=\"2\">1</td></tr></table></div>")]
    [InlineData("<img src=\"#a\" alt=\"x\"/></div>")]
    [InlineData("<a href=\"https://a.example/\">x</a><p style=\"color:red\" xml:lang=\"cy\" id=\"x\">y</p></div>")]
    public void Formatting_is_allowed(string rest) => Assert.Equal("", Told(WithDiv(Start + rest)));

    [Theory]
    [InlineData("<div>x</div>")]
    [InlineData("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>")]
    [InlineData("plain")]
    [InlineData(Start + "</div>")]
    [InlineData(Start + "  <p> </p></div>")]
    [InlineData(Start + "<script>x</script></div>")]
    [InlineData(Start + "<p onclick=\"x\">y</p></div>")]
    [InlineData(Start + "<a href=\" JavaScript:x\">y</a></div>")]
    [InlineData(Start + "<iframe src=\"x\">y</iframe></div>")]
    [InlineData(Start + "<form>y</form></div>")]
    [InlineData(Start + "<svg xmlns=\"http://www.w3.org/2000/svg\">y</svg></div>")]
    [InlineData(Start + "x&nbsp;y</div>")]
    [InlineData(Start + "<p>x</div>")]
    [InlineData("<!DOCTYPE div [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + Start + "&b;</div>")]
    [InlineData("<!DOCTYPE div SYSTEM \"file:///etc/passwd\">" + Start + "x</div>")]
    public void What_is_active_or_broken_is_refused(string div) => Assert.Equal("3259 Patient.text.div", Told(WithDiv(div)));

    [Fact]
    public void Depth_is_bounded() => Assert.Equal("3259 Patient.text.div", Told(WithDiv(Start + string.Concat(Enumerable.Repeat("<b>", 50_000)) + "x" + string.Concat(Enumerable.Repeat("</b>", 50_000)) + "</div>")));

    private static string WithDiv(string div) => Patient($"\"text\":{{\"status\":\"generated\",\"div\":{JsonSerializer.Serialize(div)}}}");
}
