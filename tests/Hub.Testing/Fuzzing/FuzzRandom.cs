namespace Hub.Testing.Fuzzing;

/// <summary>Numbers that are the same for the same seed on every machine and runtime (xorshift64*).</summary>
public sealed class FuzzRandom
{
    private ulong _state;

    /// <param name="seed">Of the run.</param>
    /// <param name="number">Of the input.</param>
    public FuzzRandom(int seed, int number)
    {
        _state = (((ulong)(uint)seed << 32) | (uint)number) ^ 0x9E3779B97F4A7C15;
        for (int i = 0; i < 4; i++)
            Next();
    }

    /// <summary>A number from 0 up to, and not, a limit.</summary>
    public int Below(int limit) => limit <= 1 ? 0 : (int)((Next() >> 33) % (ulong)limit);

    /// <summary>True once in so many times.</summary>
    public bool Once(int times) => Below(times) == 0;

    /// <summary>One of some.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    private ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }
}
