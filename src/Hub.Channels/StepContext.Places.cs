using System.Text;
using Hub.Channels.Data;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Json;

namespace Hub.Channels;

// HL7 v2 goes straight to its message; everything else by way of Document. Which of the two a path belongs to was decided
// when the file was loaded, so nothing is looked up here.

/// <content>Places of the message, whatever its data type.</content>
public sealed partial class StepContext
{
    private Hl7Message? _message;
    private Document? _document;

    /// <summary>The message when it is not HL7 v2, changed in place; null when it is. <c>convert</c> puts another one here.</summary>
    public Document? Document
    {
        get => _document;
        set => (_document, _message) = (value, null);
    }

    /// <summary>Whether the message is HL7 v2 here.</summary>
    public bool IsHl7 => _message is not null;

    /// <summary>What a <c>forEach</c> is at in a message that is not HL7 v2; null outside.</summary>
    public object? Item { get; set; }

    /// <summary>The text at a place; of several the first.</summary>
    /// <param name="path">The place.</param>
    /// <returns>Empty when not populated.</returns>
    /// <exception cref="Hl7FormatException">It is not text in the message's character set.</exception>
    /// <exception cref="DocumentException">It cannot be read.</exception>
    public string GetText(MessagePath path) => path.Hl7 is { } field ? Message.GetText(field, Scope) : Here(path).GetText(path.Place!, Item);

    /// <summary>Whether a place is populated; of several any.</summary>
    /// <param name="path">The place.</param>
    /// <returns>Whether it is.</returns>
    public bool Exists(MessagePath path) => path.Hl7 is { } field ? Message.Exists(field, Scope) : Here(path).Exists(path.Place!, Item);

    /// <summary>One path for each place that a path stands for now.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The path itself when it stands for one place.</returns>
    public IReadOnlyList<MessagePath> Expand(MessagePath path)
    {
        if (path.Hl7 is not { } field)
            return [.. Here(path).Expand(path.Place!, Item).Select(place => (MessagePath)place)];
        if (field.Repetition != FieldPath.Every)
            return [path];
        int count = Message.CountRepetitions(field, Scope);
        return [.. Enumerable.Range(1, count).Select(repetition => (MessagePath)(field with { Repetition = repetition }))];
    }

    /// <summary>Writes text to a place, or to every place that a path stands for, and tells the trace.</summary>
    /// <param name="path">The place.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="Hl7FormatException">The place cannot be written.</exception>
    /// <exception cref="DocumentException">The place cannot be written.</exception>
    public void SetText(MessagePath path, string text)
    {
        if (path.Hl7 is { } field)
            Write(field, Message.Encode(text));
        else
            SetPlace(path, text);
    }

    /// <summary>Takes a place away, or every place that a path stands for, and tells the trace.</summary>
    /// <param name="path">The place.</param>
    /// <exception cref="Hl7FormatException">It holds the delimiters.</exception>
    /// <exception cref="DocumentException">It cannot be taken away.</exception>
    public void Delete(MessagePath path)
    {
        if (path.Hl7 is { } field)
            Delete(field);
        else
            DeletePlace(path);
    }

    /// <summary>Copies what stands at a place, with what it is made of, and tells the trace.</summary>
    /// <param name="from">The place to copy from.</param>
    /// <param name="to">The place to copy to.</param>
    public void Copy(MessagePath from, MessagePath to)
    {
        if (from.Hl7 is { } field)
            Write(to.Hl7!, Message.GetRaw(field, Scope));
        else
            CopyPlace(from, to);
    }

    /// <summary>Moves what stands at a place, with what it is made of, and tells the trace.</summary>
    /// <param name="from">The place to move from.</param>
    /// <param name="to">The place to move to.</param>
    public void Move(MessagePath from, MessagePath to)
    {
        if (from.Hl7 is not { } field)
        {
            string? before = Shown(to);
            Here(to).Move(from.Place!, to.Place!, Item);
            NoteChange(to, before);
            return;
        }

        // Taken away first: one place may lie within the other (PID-3[2] to PID-3).
        byte[] value = Message.GetRaw(field, Scope).ToArray();
        Delete(field);
        Write(to.Hl7!, value);
    }

    /// <summary>Writes what was encoded for this message to a place, and tells the trace.</summary>
    internal void SetEncoded(MessagePath path, byte[] encoded)
    {
        if (path.Hl7 is { } field)
        {
            Write(field, encoded);
            return;
        }

        string? before = Shown(path);
        ((JsonMessage)Here(path)).SetEncoded(path.Place!, encoded, Item);
        NoteChange(path, before);
    }

    /// <summary>What stands at a place as the message writes it.</summary>
    internal byte[] GetEncoded(MessagePath path) =>
        path.Hl7 is { } field ? Message.GetRaw(field, Scope).ToArray() : ((JsonMessage)Here(path)).GetEncoded(path.Place!, Item);

    /// <summary>Text as the message writes it: an escaped field, a JSON string.</summary>
    internal byte[] Encode(string text) => _document is JsonMessage ? JsonMessage.Encode(text) : Message.Encode(text);

    /// <summary>What the channel file wrote encoded: ER7 with the standard delimiters, or JSON.</summary>
    internal byte[] EncodeLiteral(string literal) => _document is JsonMessage ? Encoding.UTF8.GetBytes(literal) : Message.EncodeStandard(literal);

    /// <summary>Reads a message into this context.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="format">What they are.</param>
    /// <returns>False when they are not that.</returns>
    internal bool TryRead(ReadOnlyMemory<byte> content, MessageFormat format)
    {
        if (format.Type == Contracts.DataType.Hl7v2)
            (_message, _document) = (Hl7Message.Parse(content, out _), null);
        else
            (_message, _document) = (null, format.Read(content, out _));
        return _message is not null || _document is not null;
    }

    /// <summary>The bytes of the message.</summary>
    internal ReadOnlyMemory<byte> ToBytes() => _document?.ToBytes() ?? Message.ToBytes();

    internal StepContext With(Hl7Message message)
    {
        Message = message;
        return this;
    }

    internal StepContext With(Document document)
    {
        Document = document;
        return this;
    }

    private Document Here(MessagePath path) => _document ?? throw new StepException($"{path} is no place of HL7 v2, which the message is here.");

    private void SetPlace(MessagePath path, string text)
    {
        string? before = Shown(path);
        Here(path).SetText(path.Place!, text, Item);
        NoteChange(path, before);
    }

    private void DeletePlace(MessagePath path)
    {
        string? before = Shown(path);
        Here(path).Delete(path.Place!, Item);
        NoteChange(path, before);
    }

    private void CopyPlace(MessagePath from, MessagePath to)
    {
        string? before = Shown(to);
        Here(to).Copy(from.Place!, to.Place!, Item);
        NoteChange(to, before);
    }
}
