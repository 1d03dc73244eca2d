using System.Text;
using Hub.Channels.Config;

namespace Hub.Channels.Tests.Config;

/// <summary>Whatever a file holds, loading it ends with a channel or with problems.</summary>
public sealed class RandomFileTests
{
    private static readonly string[] s_pieces = ["{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\n", " ", "/*", "*/", "//", "null", "-", "007", "1e999", "${", "$${", "${env:", "${secret:", "}", "\"type\"", "\u00e9", "\0"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bytes_never_throw(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 1000; i++)
        {
            byte[] content = new byte[random.Next(200)];
            random.NextBytes(content);
            Load(content);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_pieces_of_json_never_throw(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 1000; i++)
            Load(Encoding.UTF8.GetBytes(string.Concat(random.GetItems(s_pieces, random.Next(60)))));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Random_changes_of_a_good_file_never_throw(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 1000; i++)
        {
            StringBuilder text = new(ChannelFolder.Good);
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                int at = random.Next(text.Length);
                text.Remove(at, Math.Min(random.Next(4), text.Length - at)).Insert(Math.Min(at, text.Length), random.GetItems(s_pieces, 1)[0]);
            }

            Load(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    [Fact]
    public void Every_beginning_of_a_good_file_is_told_and_never_throws()
    {
        for (int length = 0; length < ChannelFolder.Good.Length; length++)
            Assert.NotEmpty(Load(Encoding.UTF8.GetBytes(ChannelFolder.Good[..length])));
    }

    private static IReadOnlyList<ChannelProblem> Load(byte[] content)
    {
        ChannelFile file = ChannelFile.Decode("a.json", content, TestRecords.Catalog, new Settings("no-secrets", _ => null));
        ChannelChecks.Check(file);
        FolderChecks.Check([file, file]);
        LoadedChannel channel = file.Finish();
        Assert.All(channel.Problems, problem => Assert.InRange(problem.Line, 1, 1 + content.Count(letter => letter == '\n')));
        Assert.All(channel.Problems, problem => Assert.DoesNotContain("\n", problem.ToString(), StringComparison.Ordinal));
        return channel.Problems;
    }
}
