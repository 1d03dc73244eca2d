using System.Security.Cryptography;

namespace Hub.Dashboard.Access;

/// <summary>
/// The numbers in forms that may be sent once only: a second click, or a browser that sends again, must not do it twice. Those that were used are kept in
/// memory, at most so many, the oldest go first: the second click comes within seconds.
/// </summary>
public sealed class OnceNumbers
{
    /// <summary>The name of the field.</summary>
    public const string Field = "once";

    private const int Most = 10_000;
    private const int LongestNumber = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _used = [];
    private readonly Queue<string> _order = [];

    /// <summary>A number for a form.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Uses a number up, before what the form is for is done.</summary>
    /// <param name="number">The number that came with the form.</param>
    /// <returns>False when it was used already, or is none.</returns>
    public bool Use(string number)
    {
        if (number.Length is 0 or > LongestNumber)
            return false;
        lock (_lock)
        {
            if (!_used.Add(number))
                return false;
            _order.Enqueue(number);
            if (_order.Count > Most)
                _used.Remove(_order.Dequeue());
            return true;
        }
    }
}
