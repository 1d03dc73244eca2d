using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Tests.Config;

/// <summary>What is loaded from a folder, and what files must not share.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly ChannelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_decoded_into_its_records()
    {
        LoadedChannel channel = Assert.Single(_folder.Add("a.json", ChannelFolder.Good).Load().Channels);
        ChannelConfig config = channel.Config!;
        Assert.Equal("adt-to-lab", config.Id);
        Assert.Equal("127.0.0.1:2575", Assert.IsType<TestListenerConfig>(config.Source).Listen);
        Assert.Equal(["A01", "A08"], config.Steps[0].When!.In!);
        Assert.Equal(FieldPath.Parse("MSH-5"), Assert.IsType<TestSetFieldConfig>(config.Steps[1]).Path);
        Assert.Equal(30, Assert.IsType<TestMllpConfig>(Assert.Single(config.Destinations)).AckTimeoutSeconds);
        Assert.Equal(1, config.Destinations[0].Retry.FirstDelaySeconds);
    }

    [Fact]
    public void Files_come_in_the_order_of_their_names_without_schema_other_files_and_folders()
    {
        _folder.Add("b.json", ChannelFolder.With("adt-to-lab", "b").Replace(":2575\",", ":1\",", StringComparison.Ordinal)).Add("a.json", ChannelFolder.Good)
            .Add("channel.schema.json", "{").Add("notes.txt", "{").Add("tests/c.json", "{");
        Assert.Equal(["adt-to-lab", "b"], _folder.Load().Channels.Select(channel => channel.Config?.Id));
    }

    [Fact]
    public void Another_content_has_another_hash()
    {
        string first = Assert.Single(_folder.Add("a.json", ChannelFolder.Good).Load().Channels).Hash;
        Assert.Equal(first, Assert.Single(_folder.Load().Channels).Hash);
        Assert.NotEqual(first, Assert.Single(_folder.Add("a.json", ChannelFolder.Good + "\n").Load().Channels).Hash);
    }

    [Fact]
    public void A_file_that_did_not_change_is_decoded_once_and_judged_anew_beside_the_others()
    {
        string other = ChannelFolder.With("adt-to-lab", "other").Replace(":2575\",", ":2576\",", StringComparison.Ordinal);
        ChannelConfig first = _folder.Add("a.json", ChannelFolder.Good).Add("b.json", other).Load().Channels[1].Config!;
        Assert.Same(first, _folder.Load().Channels[1].Config);

        _folder.Add("a.json", ChannelFolder.With(":2575\",", ":2576\","));
        Assert.Contains("HUB1102", Assert.Single(_folder.Problems()), StringComparison.Ordinal);
        Assert.Contains("HUB1102", Assert.Single(_folder.Problems()), StringComparison.Ordinal);

        _folder.Add("a.json", ChannelFolder.Good);
        Assert.Same(first, _folder.Load().Channels[1].Config);
    }

    [Fact]
    public void A_file_that_a_setting_is_filled_into_is_decoded_anew()
    {
        _folder.Environment["LAB"] = "lab.example";
        _folder.Add("a.json", ChannelFolder.With("lab.example:", "${env:LAB}:"));
        LoadedChannel before = Assert.Single(_folder.Load().Channels);
        _folder.Environment["LAB"] = "new.example";
        LoadedChannel after = Assert.Single(_folder.Load().Channels);
        Assert.NotEqual(before.Hash, after.Hash);
        Assert.Equal("new.example:2575", ((TestMllpConfig)after.Config!.Destinations[0]).Endpoint);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told() =>
        Assert.Equal("channels: HUB1002: There is no such folder. Make it and put one *.json file a channel into it, or name another folder.", Assert.Single(_folder.Problems()));

    [Fact]
    public void A_folder_without_channels_is_told()
    {
        _folder.Add("README.md", "");
        Assert.Equal("channels: HUB1003: The folder holds no channel file. Put one *.json file a channel into it.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        ChannelProblem problem = Assert.Single(_folder.Loader.LoadFile("no-such.json").Problems);
        Assert.Equal((1001, "no-such.json"), (problem.Code, problem.File));
    }

    [Fact]
    public void An_id_used_twice_is_told_at_the_later_file_and_the_earlier_stays_usable()
    {
        _folder.Add("a.json", ChannelFolder.Good).Add("b.json", ChannelFolder.With(":2575", ":2576"));
        LoadedChannels loaded = _folder.Load();
        Assert.NotNull(loaded.Channels[0].Config);
        Assert.Null(loaded.Channels[1].Config);
        Assert.EndsWith("/b.json(2): HUB1101 channel adt-to-lab $.id: " + loaded.Channels[0].File + " has the id \"adt-to-lab\" already. Give one of the two channels another id.", Assert.Single(loaded.Problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:2575", true)]
    [InlineData("localhost:2575", true)]
    [InlineData("0.0.0.0:2575", true)]
    [InlineData("*:2575", true)]
    [InlineData("[::]:2575", true)]
    [InlineData("127.0.0.1:2576", false)]
    [InlineData("127.0.0.2:2575", false)]
    public void A_port_used_twice_is_told_at_the_later_file(string listen, bool clashes)
    {
        _folder.Add("a.json", ChannelFolder.Good).Add("b.json", ChannelFolder.With("adt-to-lab", "b").Replace("127.0.0.1:2575", listen, StringComparison.Ordinal));
        string[] expected = ["channels/b.json(3): HUB1102 channel b $.source.listen: channels/a.json listens at this port already (\"127.0.0.1:2575\"). Choose another port."];
        Assert.Equal(clashes ? expected : [], _folder.Problems().Select(problem => problem.Replace(Path.GetDirectoryName(_folder.Channels) + "/", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Port_0_and_a_channel_that_is_switched_off_clash_with_nobody()
    {
        _folder.Add("a.json", ChannelFolder.With(":2575", ":0")).Add("b.json", ChannelFolder.With(":2575", ":0").Replace("adt-to-lab", "b", StringComparison.Ordinal))
            .Add("c.json", ChannelFolder.With("adt-to-lab\"", "c\"")).Add("d.json", ChannelFolder.With("adt-to-lab\"", "d\", \"enabled\": false"));
        Assert.Empty(_folder.Problems());
    }

    [Fact]
    public void A_port_used_twice_is_told_even_when_the_rest_of_the_source_is_wrong()
    {
        _folder.Add("a.json", ChannelFolder.Good).Add("b.json", ChannelFolder.With("adt-to-lab", "b").Replace("\"acknowledge\": \"processed\"", "\"maxMessageBytes\": \"1\"", StringComparison.Ordinal));
        Assert.Equal([ProblemCodes.WrongType, ProblemCodes.AddressDoubled], _folder.Load().Problems.Select(problem => problem.Code).Order());
    }
}
