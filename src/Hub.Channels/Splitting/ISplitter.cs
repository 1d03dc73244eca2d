using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>
/// One way to divide a message into parts. A data type with parts of its own (items of a JSON array, XML elements, rows) adds a class that implements
/// this, a word in <see cref="SplitBy"/>, its members in <see cref="SplitMessageConfig"/> and a line in <see cref="SplitMessage"/>.
/// </summary>
internal interface ISplitter
{
    /// <summary>Divides a message.</summary>
    /// <param name="message">The message in force. It stays as it is.</param>
    /// <returns>The parts in order, each a message of its own; null when there is nothing to divide and the message goes on whole.</returns>
    /// <exception cref="StepException">It would be too many parts, or too large ones; the text says so.</exception>
    IReadOnlyList<Hl7Message>? Split(Hl7Message message);
}
