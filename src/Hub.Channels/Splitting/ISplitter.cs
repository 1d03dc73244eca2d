namespace Hub.Channels.Splitting;

/// <summary>
/// One way to divide a message into parts. A new way adds a class that implements this, a word in <see cref="SplitBy"/>, its members in
/// <see cref="SplitMessageConfig"/> and a line in <see cref="SplitMessage"/>; a new data type only has to divide its documents.
/// </summary>
internal interface ISplitter
{
    /// <summary>Divides a message.</summary>
    /// <param name="context">The message in force. It stays as it is.</param>
    /// <returns>The parts in order, each a message of its own (<see cref="StepContext.PartOf(Formats.Hl7V2.Hl7Message)"/>), none when it is a list without items; null when there is nothing to divide by.</returns>
    /// <exception cref="StepException">It would be too many parts, or too large ones; the text says so.</exception>
    IReadOnlyList<StepContext>? Split(StepContext context);
}
