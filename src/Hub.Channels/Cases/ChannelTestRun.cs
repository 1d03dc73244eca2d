namespace Hub.Channels.Cases;

/// <summary>How the tests of a channel went when its file was last found changed, or when the Hub was started. It names cases and never says what stands in them.</summary>
/// <param name="At">When they ended.</param>
/// <param name="Cases">How many there are; 0 when the channel has none, or they could not be read.</param>
/// <param name="Failed">The names of those that failed or could not be run.</param>
/// <param name="Problems">What is wrong beside them: files that belong to none, a folder that cannot be read, no time left.</param>
public sealed record ChannelTestRun(DateTimeOffset At, int Cases, IReadOnlyList<string> Failed, IReadOnlyList<string> Problems);
