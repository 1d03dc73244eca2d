using Hub.Channels.Validation;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Engine.Commands;

/// <summary>A message of a file, or why there is none.</summary>
/// <param name="Name">The file, with the number of the message in it when it holds several.</param>
/// <param name="Message">The message; null when the bytes are none.</param>
/// <param name="Fault">Why not; null when they are.</param>
internal sealed record ReadMessage(string Name, Hl7Message? Message, MessageProblem? Fault);

/// <summary>Reads and checks messages that lie in files: a batch message by message, what cannot be read as a problem like any other.</summary>
internal static class FileValidation
{
    // Rules of our own beside those of Hub.Formats: the bytes are no message that could be checked; a batch is not as batches are.
    private const int Unreadable = 3010;
    private const int BrokenBatch = 3011;

    // More than a file on a disk of today holds.
    private const int MostMessages = int.MaxValue;

    /// <summary>Reads the messages of files, one by one.</summary>
    /// <param name="names">Files, folders, <c>-</c>.</param>
    /// <exception cref="IOException">A file is not there; the text says which.</exception>
    public static IEnumerable<ReadMessage> Read(IEnumerable<string> names) => MessageFiles.Read(names, whole: true, takeEmpty: true).SelectMany(Split);

    /// <summary>What is wrong with a message.</summary>
    public static IReadOnlyList<MessageProblem> Check(Hl7Validator validator, ReadMessage read) => read.Message is { } message
        ? [.. validator.Check(message).Select(problem => FoundProblem.Of(problem))]
        : [read.Fault!];

    private static IEnumerable<ReadMessage> Split(FileMessage file)
    {
        if (file.Content.IsEmpty)
            return [new(file.Name, null, new(100, null, "There is nothing in it. Put a message into it, or leave it out.") { Rule = Unreadable })];
        if (!Hl7Batch.Is(file.Content.Span))
            return [Parse(file.Name, file.Content)];
        return Hl7Batch.Read(file.Content, MostMessages, out Hl7Fault? fault) is { } batch
            ? batch.Messages.Select((message, index) => Parse($"{file.Name}[{index + 1}]", message))
            : [new(file.Name, null, Of(fault!, BrokenBatch))];
    }

    private static ReadMessage Parse(string name, ReadOnlyMemory<byte> content) => Hl7Message.Parse(content, out Hl7Fault? fault) is { } message
        ? new(name, message, null)
        : new(name, null, Of(fault!, Unreadable));

    private static MessageProblem Of(Hl7Fault fault, int rule) => new(fault.Code, fault.Path, fault.Text) { Rule = rule };
}
