namespace Hub.Faults.Traffic;

/// <summary>What a proxy does next: by chance, from a seed, and so that the cuts of answers come after each byte in turn. For several connections at once.</summary>
/// <param name="seed">The seed.</param>
internal sealed class ChaosPlan(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<Chaos, int> _counts = [];
    private (NumberedMessage? Message, byte[] Answer) _other = (null, Recorder.Answer("S99-0000001"));
    private (NumberedMessage? Message, byte[] Answer) _last;
    private int _cutAt;

    /// <summary>From now on all goes well.</summary>
    public bool IsCalm { get; set; }

    /// <summary>While it is, every message is refused.</summary>
    public bool IsDown { get; set; }

    /// <summary>How often each thing was done.</summary>
    public IReadOnlyDictionary<Chaos, int> Counts
    {
        get
        {
            lock (_lock)
                return new Dictionary<Chaos, int>(_counts);
        }
    }

    /// <summary>Two messages in three go well; long waits are rare, because they hold up the lane.</summary>
    public Chaos Choose()
    {
        lock (_lock)
        {
            int roll = IsCalm ? 0 : _random.Next(100);
            Chaos chaos = IsDown ? Chaos.Refuse : roll switch
            {
                < 70 => Chaos.Pass,
                < 74 => Chaos.Slow,
                < 77 => Chaos.Refuse,
                < 80 => Chaos.HalfOpen,
                < 83 => Chaos.CutMessage,
                < 93 => Chaos.CutAnswer,
                < 96 => Chaos.SwappedFirst,
                96 => Chaos.Junk,
                97 => Chaos.Late,
                98 => Chaos.Swapped,
                _ => _random.Next(2) == 0 ? Chaos.Hang : Chaos.HangAfter,
            };
            _counts[chaos] = _counts.GetValueOrDefault(chaos) + 1;
            return chaos;
        }
    }

    /// <summary>The last answer to another message than this one, which may be here for the second time.</summary>
    public byte[] ChangeOther(NumberedMessage? message, byte[] answer)
    {
        lock (_lock)
        {
            if (_last.Message is not null && _last.Message != message)
                _other = _last;
            _last = (message, answer);
            return _other.Answer;
        }
    }

    /// <summary>Where to cut a message.</summary>
    public int NextBelow(int limit)
    {
        lock (_lock)
            return _random.Next(limit);
    }

    /// <summary>After how many bytes to cut an answer.</summary>
    public int NextCut(int length)
    {
        lock (_lock)
            return _cutAt++ % length;
    }
}
