using System.Collections.Concurrent;
using Hub.Channels.Data;
using Hub.Channels.Transforms;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Tables;

namespace Hub.Channels.Scripts;

/// <summary>Reads the paths that a script gives, as the data type that the message has where the script stands. Used by many connections at once.</summary>
/// <param name="format">What the message is there.</param>
/// <param name="uses">What the script writes out.</param>
internal sealed class ScriptPaths(MessageFormat format, IReadOnlyList<ScriptUse> uses)
{
    // Those that a script makes of numbers come again, those that it makes of content do not.
    private const int MostKept = 1_000;

    private readonly HashSet<string> _written = [.. uses.Select(use => use.Path).OfType<string>()];
    private readonly ConcurrentDictionary<string, MessagePath> _read = new();

    /// <summary>What the message is.</summary>
    public MessageFormat Format => format;

    /// <summary>Whether a path stands in the script; one that the script made may hold content, and is not shown.</summary>
    public bool IsWritten(string path) => _written.Contains(path);

    /// <summary>Reads a path while a script runs. The text is not shown: a script may have made it of content.</summary>
    /// <exception cref="StepException">It is none.</exception>
    public MessagePath Read(string path)
    {
        if (_read.TryGetValue(path ?? "", out MessagePath? known))
            return known;
        if (!MessagePath.TryParse(path ?? "", format, out MessagePath? read, out _))
            throw new StepException($"A path is not one of those that messages have, such as {Example}.");
        if (_read.Count >= MostKept)
            _read.Clear();
        return _read[path!] = read;
    }

    /// <summary>Says what is wrong with a use of the message that stands in a script; null when nothing is.</summary>
    public static string? Explain(ScriptUse use, MessageFormat format)
    {
        if (format.IsUnknown)
            return null;
        if (use.Member == nameof(ScriptMessage.Text))
            return format.Type == DataType.Hl7v2 ? "Message.Text is for messages that are not HL7 v2. Read and write fields with Message.Get and Message.Set." : null;
        if (use.Member == nameof(ScriptMessage.SetEncoded) && format.Type is not (DataType.Hl7v2 or DataType.Json))
            return $"Message.SetEncoded writes structure of HL7 v2 and JSON, and the message is {format.Name} here. Write text with Message.Set.";
        if (use.Path is null)
            return null;
        return MessagePath.TryParse(use.Path, format, out MessagePath? path, out string? error) ? Explain(use, path) : error;
    }

    private static string? Explain(ScriptUse use, MessagePath path) => use.Member switch
    {
        nameof(ScriptMessage.Get) when path.IsMany => Many,
        nameof(ScriptMessage.Set) or nameof(ScriptMessage.SetEncoded) when path.Place is not null => Places.CheckField(path, "").FirstOrDefault()?.Text,
        nameof(ScriptMessage.Count) when path.Place is TablePath { IsRow: false } => $"{path} is a column. Count rows: \"[*]\".",
        nameof(ScriptMessage.Count) or nameof(ScriptMessage.Delete) when path.Place is DocumentPath { IsPlace: false } => $"{path} gives a value and no place. Name an element or attribute.",
        _ => null,
    };

    /// <summary>Why one value cannot be read.</summary>
    public const string Many = "Message.Get cannot read many places at once. Name one, and take them one by one up to Message.Count.";

    private string Example => format.Type switch
    {
        DataType.Hl7v2 => "PID-3.1 or OBX[2]-5",
        DataType.Json => "/patient/id or orders[0].id",
        DataType.Xml => "/order/line[2]/@id, with prefixes that the source names",
        DataType.Raw => "none, as raw bytes have no places",
        _ => "ward or [2].ward",
    };
}
