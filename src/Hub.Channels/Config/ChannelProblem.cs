using System.Globalization;

namespace Hub.Channels.Config;

/// <summary>A mistake in a channel file, as people and editors read it.</summary>
/// <param name="File">The file or folder, relative to the current directory when it is beneath it.</param>
/// <param name="Line">The line, from 1; 0 when it is about the file as a whole.</param>
/// <param name="Code">One of <see cref="Contracts.ProblemCodes"/>.</param>
/// <param name="Channel">The channel's id; null when it is not known.</param>
/// <param name="JsonPath">The place, <c>$.destinations[0].endpoint</c>; empty when the file is not JSON or it is about the file as a whole.</param>
/// <param name="Text">What is wrong and what to do. Never a secret.</param>
public sealed record ChannelProblem(string File, int Line, int Code, string? Channel, string JsonPath, string Text)
{
    /// <summary>The column, from 1; 0 when it is not known.</summary>
    public int Column { get; init; }

    /// <summary>The problem in one line, <c>channels/adt-to-lab.json(5): HUB1021 channel adt-to-lab $.destinations[0].endpoint: …</c></summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        string line = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"({Line}{(Column > 0 ? $",{Column}" : "")})") : "";
        string channel = Channel is null ? "" : $" channel {Channel}";
        string path = JsonPath.Length == 0 ? "" : $" {JsonPath}";
        return string.Create(CultureInfo.InvariantCulture, $"{File}{line}: HUB{Code}{channel}{path}: {Text}");
    }
}
