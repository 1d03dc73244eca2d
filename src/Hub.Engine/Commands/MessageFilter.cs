using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>The options that say which messages of the journal are meant. Made anew for each command.</summary>
internal sealed class MessageFilter
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36_525);

    private readonly Option<string?> _channel = new("--channel") { Description = "Taken by this channel", HelpName = "ID" };
    private readonly Option<MessageState?> _state = new("--state") { Description = "In this state: Received, Rejected, Filtered, Accepted, Duplicate, Fragment, Divided" };
    private readonly Option<DeliveryState?> _delivery = new("--delivery") { Description = "With a delivery in this state: Queued, Sent, Parked, Skipped" };
    private readonly Option<string?> _destination = new("--destination") { Description = "With a delivery to this destination", HelpName = "ID" };
    private readonly Option<string?> _control = new("--control-id") { Description = "With this control id (MSH-10)", HelpName = "ID" };
    private readonly Option<string?> _type = new("--type") { Description = "Of this type: ADT, or ADT^A01", HelpName = "TYPE" };
    private readonly Option<long?> _trace = new("--trace") { Description = "This message, and all that it became in other channels", HelpName = "ID" };
    private readonly Option<long?> _batch = new("--batch") { Description = "Messages of this batch, in its order", HelpName = "ID" };
    private readonly Option<long?> _replay = new("--replay") { Description = "Made by this replay, or sent again by it", HelpName = "ID" };
    private readonly Option<bool> _quarantine = new("--quarantine") { Description = "In quarantine: blocks that are no messages at all; hub show ID --raw gives their bytes" };
    private readonly Option<DateTimeOffset?> _since = Moment("--since", "Received then or later: 2026-03-01, \"2026-03-01 14:30\", or a span back from now: 90m, 4h, 2d");
    private readonly Option<DateTimeOffset?> _until = Moment("--until", "Received before then, written as for --since");

    /// <summary>Gives a command the options.</summary>
    public MessageFilter(Command command)
    {
        _state.Validators.Add(CheckState);
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>The channel alone; for what needs it for something else.</summary>
    public string? Channel(ParseResult parsed) => parsed.GetValue(_channel);

    /// <summary>Whether any of them is given.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="besideChannel">True to leave out the channel.</param>
    public bool IsGiven(CommandResult given, bool besideChannel = false) =>
        All.Any(option => !(besideChannel && option == _channel) && given.GetResult(option) is { Implicit: false });

    /// <summary>By which kinds of thing is asked, without what was asked for; empty when by none.</summary>
    public string Words(ParseResult parsed) =>
        string.Join(", ", All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name.TrimStart('-').Replace('-', ' ')));

    /// <summary>What was given.</summary>
    public MessageQuery Read(ParseResult parsed) => new()
    {
        Channel = parsed.GetValue(_channel),
        State = parsed.GetValue(_state),
        Delivery = parsed.GetValue(_delivery),
        Destination = parsed.GetValue(_destination),
        ControlId = parsed.GetValue(_control),
        Type = parsed.GetValue(_type),
        Since = parsed.GetValue(_since),
        Until = parsed.GetValue(_until),
        Trace = parsed.GetValue(_trace) is { } first ? new MessageId(first) : null,
        Batch = parsed.GetValue(_batch) is { } batch ? new MessageId(batch) : null,
        Replay = parsed.GetValue(_replay),
        InQuarantine = parsed.GetValue(_quarantine),
    };

    private IEnumerable<Option> All => [_channel, _state, _delivery, _destination, _control, _type, _trace, _batch, _replay, _quarantine, _since, _until];

    private static void CheckState(OptionResult result)
    {
        string[] states = Enum.GetNames<MessageState>();
        foreach (Token token in result.Tokens.Where(token => !states.Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
            result.AddError($"--state: \"{token.Value}\" is not a state. Give one of {string.Join(", ", states)}.");
    }

    /// <summary>A time, or a span back from now.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Back(text) is { } span)
                return TimeProvider.System.GetUtcNow() - span;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time))
                return time;
            result.AddError($"{name}: \"{text}\" is not a time. Write 2026-03-01, \"2026-03-01 14:30\", or a span of at most a hundred years back from now: 90m, 4h, 2d.");
            return null;
        },
    };

    private static TimeSpan? Back(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return null;
        TimeSpan? unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        return unit is { } one && count <= s_longest / one ? count * one : null;
    }
}
