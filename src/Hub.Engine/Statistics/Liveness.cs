using System.Net;
using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Statistics;

/// <summary>Finds out how each channel was in the minute that ends: as it stands, by the messages that came, and where its file asks for it by a knock at its door.</summary>
/// <param name="health">How the channels stand.</param>
/// <param name="models">The versions that run.</param>
/// <param name="addressOf">Where a channel listens.</param>
/// <param name="counts">What was counted since the Hub was started.</param>
/// <param name="log">For people.</param>
internal sealed partial class Liveness(
    Func<IReadOnlyDictionary<string, ChannelHealth>> health,
    Func<IEnumerable<ChannelModel>> models,
    Func<string, IPEndPoint?> addressOf,
    Func<IReadOnlyList<MinuteStatistics>> counts,
    ILogger<Liveness> log)
{
    private readonly HashSet<string> _unanswered = [];
    private Dictionary<string, long> _received = [];

    /// <summary>Looks. Takes as long as the slowest door, 20 s at the most.</summary>
    /// <param name="now">The time.</param>
    public async Task<MinuteLived> LookAsync(DateTimeOffset now)
    {
        IReadOnlyDictionary<string, ChannelHealth> stands = health();
        Dictionary<string, long> received = counts().Where(row => row.Destination.Length == 0).GroupBy(row => row.Channel).ToDictionary(rows => rows.Key, rows => rows.Sum(row => row.Received));
        HashSet<string> spoken = [.. received.Where(pair => pair.Value > _received.GetValueOrDefault(pair.Key)).Select(pair => pair.Key).Where(stands.ContainsKey)];
        _received = received;
        // The address is asked for once: a channel may stop meanwhile.
        (ChannelModel Model, IPEndPoint Address)[] asked =
        [
            .. models().Where(model => model.Config.Probe is not null && stands.GetValueOrDefault(model.Id, ChannelHealth.Off) == ChannelHealth.Up)
                .Select(model => (model, addressOf(model.Id))).Where(one => one.Item2 is not null).Select(one => (one.model, one.Item2!)),
        ];
        Forget([.. asked.Select(one => one.Model.Id)]);
        bool[] answered = await Task.WhenAll(asked.Select(one => AnswersAsync(one.Model, one.Address)));
        HashSet<string> probed = [.. asked.Where((_, i) => answered[i]).Select(one => one.Model.Id)];
        HashSet<string> silent = [.. asked.Select(one => one.Model.Id).Except(probed).Except(spoken)];
        return new(now, stands.ToDictionary(pair => pair.Key, pair => silent.Contains(pair.Key) ? ChannelHealth.Down : pair.Value)) { Probed = probed, Spoken = spoken };
    }

    // One that is stopped, or asks for no probe any more, is not said to be in trouble for ever.
    private void Forget(string[] asked)
    {
        foreach (string gone in _unanswered.Except(asked).ToList())
        {
            _unanswered.Remove(gone);
            Log.AnswersAgain(log, gone);
        }
    }

    private async Task<bool> AnswersAsync(ChannelModel model, IPEndPoint address)
    {
        string? problem = await Probe.TryAsync(address, model.Config.Source, TimeSpan.FromSeconds(model.Config.Probe!.TimeoutSeconds));
        lock (_unanswered)
        {
            if (problem is not null && _unanswered.Add(model.Id))
                Log.DoesNotAnswer(log, model.Id, problem);
            else if (problem is null && _unanswered.Remove(model.Id))
                Log.AnswersAgain(log, model.Id);
        }

        return problem is null;
    }

    private static partial class Log
    {
        [LoggerMessage(7121, LogLevel.Warning, "Channel {Channel}: the probe is not let in as a sender would be. {Reason} Look how many are connected (maxConnections) and whether the machine has its address")]
        public static partial void DoesNotAnswer(ILogger log, string channel, string reason);

        [LoggerMessage(7122, LogLevel.Information, "Channel {Channel}: the probe is let in again, or is not asked for any more")]
        public static partial void AnswersAgain(ILogger log, string channel);
    }
}
