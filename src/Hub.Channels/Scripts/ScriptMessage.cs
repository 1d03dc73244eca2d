using Hub.Formats.Hl7V2;

namespace Hub.Channels.Scripts;

// A data type other than HL7 v2 reads its own paths here and in ScriptPaths (which checks those that are written in the script).

/// <summary>The message, for a script.</summary>
public sealed class ScriptMessage
{
    private readonly StepContext _context;

    internal ScriptMessage(StepContext context) => _context = context;

    /// <summary>The text at a place, <c>PID-3.1</c>: decoded; what has components comes as it is written.</summary>
    /// <param name="path">The place.</param>
    /// <returns>Empty when not populated, two quotation marks for HL7 null.</returns>
    public string Get(string path) => _context.Message.GetText(One(path), _context.Scope);

    /// <summary>Writes text to a place; delimiters in it are escaped. Segment, field and component are made as needed.</summary>
    /// <param name="path">The place; with <c>[*]</c> every repetition.</param>
    /// <param name="value">The text; empty makes the place not populated.</param>
    public void Set(string path, string value) => _context.Write(ScriptPaths.Read(path), _context.Message.Encode(value ?? ""));

    /// <summary>Takes a place away: a segment or a repetition goes altogether, a field becomes not populated.</summary>
    /// <param name="path">The place.</param>
    public void Delete(string path) => _context.Delete(ScriptPaths.Read(path));

    /// <summary>Whether a place is populated, with a value or with HL7 null; for a segment, whether it is there.</summary>
    /// <param name="path">The place.</param>
    /// <returns>True when it is.</returns>
    public bool Exists(string path) => _context.Message.Exists(ScriptPaths.Read(path), _context.Scope);

    /// <summary>How many segments of a name there are, <c>OBX</c>, or repetitions of a field, <c>PID-3</c>.</summary>
    /// <param name="path">The segment or field.</param>
    /// <returns>0 when there is none.</returns>
    public int Count(string path)
    {
        FieldPath read = ScriptPaths.Read(path);
        return read.Field == 0 ? _context.Message.CountSegments(read.Segment, _context.Scope) : _context.Message.CountRepetitions(read, _context.Scope);
    }

    private static FieldPath One(string path) => ScriptPaths.Read(path) is var read && read.Repetition == FieldPath.Every
        ? throw new StepException("Message.Get cannot read every repetition at once. Name one, and take them one by one up to Message.Count.")
        : read;
}
