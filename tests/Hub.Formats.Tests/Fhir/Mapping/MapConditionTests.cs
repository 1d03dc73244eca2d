using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>The guide's conditions, each form as it stands there.</summary>
public sealed class MapConditionTests
{
    [Theory]
    [InlineData("IF PID-8 VALUED", true)]
    [InlineData("IF PID-9 IS VALUED", false)]
    [InlineData("IF PID-9 NOT VALUED", true)]
    [InlineData("IF PID-8 EQUALS \"F\"", true)]
    [InlineData("IF PID-8 = \"F\"", true)]
    [InlineData("IF PID-8=\"M\"", false)]
    [InlineData("IF PID-8 IS NOT 'M'", true)]
    [InlineData("IF PID-8 IN (\"M\", \"F\")", true)]
    [InlineData("IF PID-8 NOT IN (\"M\",\"F\")", false)]
    [InlineData("IF PID-7 LENGTH GREATER THAN 8", false)]
    [InlineData("IF PID-3 LST.COUNT EQUALS 2", true)]
    [InlineData("IF PID-3 COUNT>1", true)]
    [InlineData("IF PID-3 COUNT=1", false)]
    [InlineData("IF PID-3 LST.count LESS THAN OR EQUALS 1 OR PID-8 IS \"F\"", true)]
    [InlineData("IF PID-8 AND PID-9 VALUED", false)]
    [InlineData("IF PID-8 OR PID-9 IS VALUED", true)]
    [InlineData("IF PID-9 AND PID-10 AREA NOT VALUED", true)]
    [InlineData("IF PID-8 VALUED AND NOT \"M\"", true)]
    [InlineData("IF PID-8 VALUED AND (IF PID-9 VALUED OR IF PID-5.2 VALUED)", true)]
    [InlineData("IF PID-9 DOES NOT EXIST AND IF PID-10 DOES NOT EXIST", true)]
    [InlineData("IF PID-5.1 IS VALUED NOT EQUAL PID-8", true)]
    [InlineData("IF EVN VALUED", true)]
    [InlineData("IF PV2 NOT VALUED", true)]
    [InlineData("IF EVN-2 VALUED", true)]
    public void A_condition_holds(string text, bool expected)
    {
        Hl7Message message = Bundles.Message(Bundles.Header, "EVN||20260301", "PID|1||1~2||Mole^Mary||19800214|F");
        MapPlaceNode root = new("ROOT", true, false, null);
        MapGroup group = new(root, null);
        MapSegment[] segments = [.. Enumerable.Range(0, 3).Select(i => new MapSegment(message, i, message.SegmentName(i), 1))];
        foreach (MapSegment segment in segments)
        {
            MapGroup leaf = new(new(segment.Name, false, false, root), group) { Segment = segment };
            group.Children.Add(leaf);
            segment.Group = leaf;
        }

        Assert.True(MapConditionText.TryRead(text, new("PID", false), out MapCondition? condition, out string? error), error);
        Assert.Equal(expected, condition.Holds(new(segments[2], null, 0)));
    }

    [Theory]
    [InlineData("IF PID-8 LIKES \"F\"", "no test")]
    [InlineData("IF PID-8 IN \"F\"", "list in parentheses")]
    [InlineData("IF (PID-8 VALUED", "parenthesis")]
    [InlineData("IF PID-8 EQUALS F2", "quotation marks")]
    public void What_is_no_condition_is_told(string text, string expected)
    {
        Assert.False(MapConditionText.TryRead(text, new("PID", false), out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
