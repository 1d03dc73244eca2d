namespace Hub.Channels.Tests;

/// <summary>Keeps what conditions and steps tell.</summary>
internal sealed class Trace : IStepTrace
{
    public List<string> Lines { get; } = [];

    public void Begin(string step) => Lines.Add($"# {step}");

    public void Note(string text) => Lines.Add(text);
}
