namespace Hub.Channels;

/// <summary>What steps keep under names for later steps of the same message. Each part of a split message, and each destination with steps of its own, has a copy.</summary>
public sealed class StepVariables
{
    private Dictionary<string, string>? _values;

    /// <summary>What was kept.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The text; empty when it was not set.</returns>
    public string Get(string name) => _values?.GetValueOrDefault(name) ?? "";

    /// <summary>Keeps a text, in place of what was kept under the name before.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The text.</param>
    public void Set(string name, string value) => (_values ??= [])[name] = value;

    /// <summary>A copy; a change in one is not seen in the other.</summary>
    /// <returns>The copy.</returns>
    public StepVariables Clone() => new() { _values = _values is null ? null : new(_values) };
}
