using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>
/// Which systems send to which channels, by the names that messages give them (MSH-3 and MSH-4). Learned from the newest messages, looked at in the background and
/// kept in memory: there is no index of senders, and what a page shows must not make it read a journal.
/// </summary>
public sealed class Senders(IHub hub)
{
    /// <summary>How many names of a channel are kept: the newest.</summary>
    private const int MostNames = 20;

    private const int MostLetters = 60;
    private const int AtOnce = 1_000;

    /// <summary>How many pages are looked at when the Hub was started, until all channels are known.</summary>
    private const int MostPages = 10;

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<string>> _names = [];
    private IReadOnlyDictionary<string, IReadOnlyList<string>> _made = new Dictionary<string, IReadOnlyList<string>>();
    private MessageId? _through;
    private DateTimeOffset _lookedAt;

    /// <summary>The names of the senders of each channel that any are known of, the newest first; at most ten seconds old.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Look()
    {
        lock (_lock)
        {
            DateTimeOffset now = hub.Clock.GetUtcNow();
            if (_through is not null && now - _lookedAt < s_fresh && now >= _lookedAt)
                return _made;
            Read();
            _lookedAt = now;
            return _made = _names.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)[.. pair.Value]);
        }
    }

    private void Read()
    {
        List<StoredMessage> messages = [];
        MessageId? before = null;
        for (int pages = 0; pages < (_through is null ? MostPages : 1); pages++)
        {
            MessagePage page = hub.Journal.FindPage(new() { Limit = AtOnce, Before = before }, AtOnce);
            messages.AddRange(page.Messages.Where(message => _through is not { } through || message.Id.Value > through.Value));
            before = page.Next;
            if (before is null || (_through is null && AreAllKnown(messages)))
                break;
        }

        // From old to new, so that who spoke last is first.
        foreach (StoredMessage message in messages.AsEnumerable().Reverse())
        {
            if (Clean(message.Header.Sender) is { Length: > 0 } name)
                Add(message.Channel, name);
        }

        _through = messages.Count > 0 ? messages[0].Id : _through;
    }

    private bool AreAllKnown(List<StoredMessage> messages)
    {
        HashSet<string> known = [.. messages.Select(message => message.Channel)];
        return hub.Channels.All(channel => known.Contains(channel.Id));
    }

    private void Add(string channel, string name)
    {
        if (!_names.TryGetValue(channel, out List<string>? names))
            _names[channel] = names = [];
        names.Remove(name);
        names.Insert(0, name);
        if (names.Count > MostNames)
            names.RemoveAt(MostNames);
    }

    // It stands in a picture that is XML, where control characters cannot be.
    private static string Clean(string sender)
    {
        string name = new([.. sender.Take(MostLetters).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || letter >= '\uFFFE' ? ' ' : letter)]);
        return name.Trim('^', ' ');
    }
}
