using Hub.Channels.Data;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Scripts;

// Paths are those of what the message is where the script stands; ScriptPaths reads them, and checks those that are written in the script.

/// <summary>The message, for a script.</summary>
public sealed class ScriptMessage
{
    private readonly StepContext _context;
    private readonly ScriptPaths _paths;

    internal ScriptMessage(StepContext context, ScriptPaths paths)
    {
        _context = context;
        _paths = paths;
    }

    /// <summary>The whole message as text, of what is not HL7 v2. What is written has to be of the same data type; raw bytes are read and written as UTF-8. Not to be written in a <c>forEach</c>.</summary>
    public string Text
    {
        get => Document.ToText();
        set
        {
            if (_context.Item is not null)
                throw new StepException("Message.Text cannot be written in a forEach, which goes through the message that it would replace. Put the script before or after.");
            _context.Document = Document.WithText(value ?? "");
            _context.Trace?.Note("another text");
        }
    }

    private Document Document => _context.Document ?? throw new StepException("Message.Text is for messages that are not HL7 v2.");

    /// <summary>The text at a place, <c>PID-3.1</c>, <c>/patient/id</c>: decoded; what has parts comes as it is written.</summary>
    /// <param name="path">The place.</param>
    /// <returns>Empty when not populated, two quotation marks for HL7 null.</returns>
    public string Get(string path) => At(path, place => place.IsMany ? throw new StepException(ScriptPaths.Many) : _context.GetText(place));

    /// <summary>Writes text to a place; what means something in the data type is escaped. What leads there is made as needed.</summary>
    /// <param name="path">The place; with <c>[*]</c> every one.</param>
    /// <param name="value">The text; empty makes the place not populated.</param>
    public void Set(string path, string value) => At(path, place =>
    {
        _context.SetText(place, value ?? "");
        return true;
    });

    /// <summary>Writes structure to a place: JSON (<c>12</c>, <c>true</c>, <c>{ "id": 1 }</c>), or in HL7 v2 a field with <c>^</c> and <c>&amp;</c>.</summary>
    /// <param name="path">The place; with <c>[*]</c> every one.</param>
    /// <param name="value">What to write.</param>
    public void SetEncoded(string path, string value) => At(path, place =>
    {
        _context.SetEncoded(place, _context.EncodeLiteral(value ?? ""));
        return true;
    });

    /// <summary>Takes a place away: a segment, repetition, member, item, element or row goes altogether, a field or column becomes not populated.</summary>
    /// <param name="path">The place.</param>
    public void Delete(string path) => At(path, place =>
    {
        _context.Delete(place);
        return true;
    });

    /// <summary>Whether a place is populated, with a value or with HL7 null; for a segment or row, whether it is there.</summary>
    /// <param name="path">The place.</param>
    /// <returns>True when it is.</returns>
    public bool Exists(string path) => At(path, _context.Exists);

    /// <summary>How many segments of a name there are, <c>OBX</c>, or repetitions of a field, <c>PID-3</c>; items of a list of JSON, elements that an XPath selects, rows (<c>[*]</c>).</summary>
    /// <param name="path">The place.</param>
    /// <returns>0 when there is none.</returns>
    public int Count(string path) => At(path, place => place.Hl7 is { } field ? Count(field) : Document.Items(place.Place!, _context.Item).Count);

    private int Count(FieldPath field) =>
        field.Field == 0 ? _context.Message.CountSegments(field.Segment, _context.Scope) : _context.Message.CountRepetitions(field, _context.Scope);

    // What goes wrong names the place, which the script may have made of content.
    private T At<T>(string path, Func<MessagePath, T> use)
    {
        MessagePath place = _paths.Read(path);
        try
        {
            return use(place);
        }
        catch (DocumentException) when (!_paths.IsWritten(path))
        {
            throw new StepException("A place cannot be read or written as the script wants. Look at that line with hub try.");
        }
    }
}
