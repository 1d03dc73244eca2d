using Hub.Channels.Config;

namespace Hub.Channels.Tests.Config;

/// <summary>Environment variables and secrets in channel files; and that nothing shows a secret.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly ChannelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Environment_and_secrets_are_filled_into_texts()
    {
        _folder.Environment["LAB"] = "lab.test";
        _folder.AddSecret("lab-password", "open sesame\n");
        TestMllpConfig destination = Destination("\"endpoint\": \"${env:LAB}:1${env:LAB_PORT}\", \"password\": \"${secret:lab-password}!\"", ("LAB_PORT", "234"));
        Assert.Equal("lab.test:1234", destination.Endpoint);
        Assert.Equal("open sesame!", destination.Password);
    }

    [Fact]
    public void A_secret_without_a_file_comes_from_the_environment() =>
        Assert.Equal("sesame", Destination("\"endpoint\": \"a:1\", \"password\": \"${secret:lab-pass.word}\"", ("HUB_SECRET_LAB_PASS_WORD", "sesame")).Password);

    [Fact]
    public void What_a_value_holds_is_not_filled_in_again() =>
        Assert.Equal("${env:OTHER}$${x}", Destination("\"endpoint\": \"a:1\", \"password\": \"${env:TRICKY}\"", ("TRICKY", "${env:OTHER}$${x}"), ("OTHER", "no")).Password);

    [Fact]
    public void Dollar_dollar_brace_is_text() =>
        Assert.Equal("${env:X}", Destination("\"endpoint\": \"a:1\", \"password\": \"$${env:X}\"").Password);

    [Theory]
    [InlineData("${PID-3.1} ${env:HERE} $${x}", "${PID-3.1} here $${x}")]
    [InlineData("${env:TRICKY}", "a$${PID-5}b")]
    [InlineData("${env:DOLLAR}{x}", "$${x}")]
    [InlineData("${env:DOLLAR}${env:BRACE}", "$${")]
    [InlineData("${unclosed", "${unclosed")]
    public void A_text_that_is_read_further_keeps_its_own_placeholders_and_gets_none_from_values(string written, string read)
    {
        _folder.Environment["HERE"] = "here";
        _folder.Environment["TRICKY"] = "a${PID-5}b";
        _folder.Environment["DOLLAR"] = "$";
        _folder.Environment["BRACE"] = "{";
        LoadedChannel channel = Assert.Single(_folder.Add("a.json", ChannelFolder.With("\"LAB\"", $"\"{written}\"")).Load().Channels);
        Assert.Equal(read, Assert.IsType<TestSetFieldConfig>(channel.Config!.Steps[1]).Value.Text);
    }

    [Theory]
    [InlineData("${env:NOPE}", "HUB1031", "The environment variable \"NOPE\" is not set. Set it before the Hub starts, for example: export NOPE=value. Or choose an environment whose file has it, with --environment.")]
    [InlineData("${secret:nope}", "HUB1032", "The secret \"nope\" is neither in the file secrets/nope nor in the environment variable HUB_SECRET_NOPE. Write its value into one of them.")]
    [InlineData("${secret:../a}", "HUB1030", "\"../a\" is not a name of a secret. Use letters, digits, \"-\", \"_\" and \".\".")]
    [InlineData("${secret:..}", "HUB1030", "\"..\" is not a name of a secret. Use letters, digits, \"-\", \"_\" and \".\".")]
    [InlineData("${secret:empty}", "HUB1033", "The secret \"empty\" is empty. Write its value into secrets/empty.")]
    [InlineData("${PID-3}", "HUB1030", "\"${PID-3}\" cannot be used here. Allowed are ${env:NAME} and ${secret:NAME}; write $${ for the characters ${.")]
    [InlineData("${env:NOPE", "HUB1030", "\"${env:NOPE\" begins with \"${\" and has no \"}\". Close it, or write $${ for the characters ${.")]
    public void A_value_that_cannot_be_filled_in_is_told(string written, string code, string text)
    {
        _folder.AddSecret("empty", "\n");
        _folder.Add("a.json", ChannelFolder.With("lab.example:2575", written));
        Assert.Equal($"channels/a.json(9): {code} channel adt-to-lab $.destinations[0].endpoint: {text}", Assert.Single(_folder.Problems()));
    }

    [SkippableFact]
    public void A_secret_that_others_may_read_is_told_with_the_command_that_helps()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such modes.");
        string path = _folder.AddSecret("key", "open sesame", UnixFileMode.UserRead | UnixFileMode.GroupRead);
        _folder.Add("a.json", ChannelFolder.With("lab.example:2575", "${secret:key}"));
        ChannelProblem problem = Assert.Single(_folder.Load().Problems);
        Assert.Equal($"Other users may read the secret file {path}. Run: chmod 600 {path}", problem.Text);
        Assert.Equal(1033, problem.Code);
    }

    [Fact]
    public void Nothing_shows_a_secret()
    {
        const string secret = "Xq7-42Zz";
        _folder.AddSecret("key", secret);
        _folder.AddSecret("pin", "Q-");
        string file = ChannelFolder.Good
            .Replace("\"127.0.0.1:2575\"", "\"${secret:key}\"", StringComparison.Ordinal)
            .Replace("\"processed\"", "\"${secret:key}\"", StringComparison.Ordinal)
            .Replace("\"MSH-5\"", "\"${secret:key}\"", StringComparison.Ordinal)
            .Replace("\"LAB\"", "\"${oops}${secret:key}\"", StringComparison.Ordinal)
            .Replace("\"lab.example:2575\"", "\"lab:${secret:key}\", \"password\": \"${secret:pin}\"", StringComparison.Ordinal);
        LoadedChannels loaded = _folder.Add("a.json", file).Load();
        Assert.Equal(6, loaded.Problems.Count);
        string everything = string.Join('\n', loaded.Problems.Select(problem => problem.ToString())) + loaded + string.Concat(loaded.Channels);
        Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("Q-", everything, StringComparison.Ordinal);
        Assert.Contains("$.destinations[0].endpoint: This is wrong once the secret \"key\" is filled in; it is not shown.", everything, StringComparison.Ordinal);
        Assert.Contains("The password ${secret:pin} is short.", everything, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoded_channel_prints_no_secret()
    {
        _folder.AddSecret("key", "open sesame");
        string file = ChannelFolder.With("lab.example:2575\"", "a:1\", \"password\": \"${secret:key}\"").Replace("\"LAB\"", "\"${secret:key}\"", StringComparison.Ordinal);
        LoadedChannel channel = Assert.Single(_folder.Add("a.json", file).Load().Channels);
        Assert.Equal("channel adt-to-lab", channel.Config!.ToString());
        Assert.Equal("mllp listener", channel.Config.Source.ToString());
        Assert.Equal(["filter step", "setField step"], channel.Config.Steps.Select(step => step.ToString()));
        Assert.Equal("mllp destination", channel.Config.Destinations[0].ToString());
    }

    private TestMllpConfig Destination(string members, params (string Name, string Value)[] environment)
    {
        foreach ((string name, string value) in environment)
            _folder.Environment[name] = value;
        LoadedChannels loaded = _folder.Add("a.json", ChannelFolder.With("\"endpoint\": \"lab.example:2575\"", members)).Load();
        Assert.Empty(loaded.Problems);
        return Assert.IsType<TestMllpConfig>(Assert.Single(loaded.Channels).Config!.Destinations[0]);
    }
}
