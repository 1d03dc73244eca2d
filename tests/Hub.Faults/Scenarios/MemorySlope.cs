namespace Hub.Faults.Scenarios;

/// <summary>How memory goes over time: the straight line with the least squares through what was seen.</summary>
internal sealed class MemorySlope
{
    private readonly List<(double Hours, double Megabytes)> _seen = [];

    /// <summary>What was seen first.</summary>
    public double First => _seen.Count == 0 ? 0 : _seen[0].Megabytes;

    /// <summary>What was seen last.</summary>
    public double Last => _seen.Count == 0 ? 0 : _seen[^1].Megabytes;

    /// <summary>By how much it grows.</summary>
    public double MegabytesAnHour
    {
        get
        {
            if (_seen.Count < 2)
                return 0;
            double hours = _seen.Average(point => point.Hours);
            double megabytes = _seen.Average(point => point.Megabytes);
            return _seen.Sum(point => (point.Hours - hours) * (point.Megabytes - megabytes)) / _seen.Sum(point => (point.Hours - hours) * (point.Hours - hours));
        }
    }

    /// <summary>Adds what is seen now.</summary>
    /// <param name="isWarm">Whether it counts.</param>
    /// <param name="at">When, from the start.</param>
    /// <param name="megabytes">How much there is; null when nobody knows.</param>
    public void Add(bool isWarm, TimeSpan at, double? megabytes)
    {
        if (isWarm && megabytes is { } known)
            _seen.Add((at.TotalHours, known));
    }
}
