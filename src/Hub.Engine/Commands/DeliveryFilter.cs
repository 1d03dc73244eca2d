using System.CommandLine;
using System.CommandLine.Parsing;
using Hub.Contracts;
using Hub.Engine.Delivery;

namespace Hub.Engine.Commands;

/// <summary>The options that say which deliveries are meant. Made anew for each command.</summary>
internal sealed class DeliveryFilter
{
    private readonly Option<string?> _channel = new("--channel") { Description = "Of this channel", HelpName = "ID" };
    private readonly Option<string?> _destination = new("--destination") { Description = "To this destination", HelpName = "ID" };
    private readonly Option<bool> _parked = new("--parked") { Description = "Those set aside with a reason" };
    private readonly Option<bool> _queued = new("--queued") { Description = "Those that wait" };
    private readonly Option<bool> _held = new("--held") { Description = "Those that hold a paused lane" };
    private readonly Option<bool> _maybe = new("--maybe") { Description = "Those that the receiver may have without having said so" };
    private readonly Option<long?> _message = new("--message") { Description = "Those of this message", HelpName = "ID" };

    /// <summary>Gives a command the options.</summary>
    public DeliveryFilter(Command command)
    {
        foreach (Option option in new Option[] { _channel, _destination, _parked, _queued, _held, _maybe, _message })
            command.Options.Add(option);
    }

    /// <summary>Whether any of them was given.</summary>
    public bool IsGiven(CommandResult given) =>
        new Option[] { _channel, _destination, _parked, _queued, _held, _maybe, _message }.Any(option => given.GetResult(option) is { Implicit: false });

    /// <summary>What was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">The states that are meant when none is named.</param>
    public DeliveryQuery Read(ParseResult parsed, params DeliveryState[] otherwise)
    {
        List<DeliveryState> states = [];
        if (parsed.GetValue(_queued))
            states.Add(DeliveryState.Queued);
        if (parsed.GetValue(_parked))
            states.Add(DeliveryState.Parked);
        return new()
        {
            Channel = parsed.GetValue(_channel),
            Destination = parsed.GetValue(_destination),
            States = states.Count > 0 ? states : otherwise,
            HoldsLane = parsed.GetValue(_held),
            MaybeDelivered = parsed.GetValue(_maybe),
            Message = parsed.GetValue(_message) is { } message ? new MessageId(message) : null,
            Limit = DeliveryOperator.Most,
        };
    }
}
