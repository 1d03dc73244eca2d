namespace Hub.Dashboard.Tests;

/// <summary>Two texts are compared line by line.</summary>
public sealed class LineDiffTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a\nb\n", "a\r\nb", "")]
    [InlineData("a\n", "", "--- l\n+++ r\n@@ -1,1 +0,0 @@\n-a\n")]
    [InlineData("", "a\n", "--- l\n+++ r\n@@ -0,0 +1,1 @@\n+a\n")]
    [InlineData("a\nb\nc\n", "a\nx\nc\n", "--- l\n+++ r\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n", "--- l\n+++ r\n@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n")]
    [InlineData("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n", "--- l\n+++ r\n@@ -1,4 +1,4 @@\n-a\n+x\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+y\n")]
    [InlineData("a\n1\n2\n3\n4\n5\nb\n", "x\n1\n2\n3\n4\n5\ny\n", "--- l\n+++ r\n@@ -1,7 +1,7 @@\n-a\n+x\n 1\n 2\n 3\n 4\n 5\n-b\n+y\n")]
    public void The_difference_is_told_in_the_unified_format(string left, string right, string diff) => Assert.Equal(diff, LineDiff.Unified(left, right, "l", "r"));

    [Fact]
    public void What_is_too_much_to_be_compared_counts_as_changed()
    {
        string left = string.Join('\n', Enumerable.Range(0, 3_000));
        string right = string.Join('\n', Enumerable.Range(0, 3_000).Reverse());

        Assert.Equal(6_000, LineDiff.Compare(left, right).Count);
    }
}
