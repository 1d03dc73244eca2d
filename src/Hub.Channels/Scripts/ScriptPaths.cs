using System.Diagnostics.CodeAnalysis;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Scripts;

/// <summary>Reads the paths that scripts give.</summary>
internal static class ScriptPaths
{
    /// <summary>Reads a path while a script runs. The text is not shown: a script may have made it of content.</summary>
    /// <exception cref="StepException">It is none.</exception>
    public static FieldPath Read(string path) =>
        FieldPath.TryParse(path ?? "", out FieldPath? read, out _) ? read : throw new StepException("A path is not one of those that messages have, such as PID-3.1 or OBX[2]-5.");

    /// <summary>Says what is wrong with a path that stands in a script.</summary>
    public static bool Check(string path, [NotNullWhen(false)] out string? error) => FieldPath.TryParse(path, out _, out error);
}
