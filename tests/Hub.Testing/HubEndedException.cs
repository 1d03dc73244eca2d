namespace Hub.Testing;

/// <summary>A Hub that was started ended before it was ready.</summary>
/// <param name="exit">Its exit status.</param>
/// <param name="errors">What it wrote to standard error.</param>
public sealed class HubEndedException(int exit, string errors) : InvalidOperationException($"hub run ended with {exit}: {errors}")
{
    /// <summary>Its exit status.</summary>
    public int Exit { get; } = exit;

    /// <summary>What it wrote to standard error.</summary>
    public string Errors { get; } = errors;
}
