using System.CommandLine;
using System.Globalization;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>A message as people name it: a file, the number of a message in the journal, or <c>5:mpi</c>, of a divided one <c>5:mpi:2</c>, for what message 5 was sent as.</summary>
internal static class ShownSource
{
    /// <summary>An argument that names one.</summary>
    /// <param name="name">Its name in the help.</param>
    /// <param name="description">What it is.</param>
    public static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    /// <summary>Whether a word is the number of a message. A file of such a name is written <c>./17</c>.</summary>
    public static bool IsId(string word, out MessageId id)
    {
        bool isId = long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0;
        id = new(number);
        return isId;
    }

    /// <summary>The messages that a word names.</summary>
    /// <param name="word">The word.</param>
    /// <param name="data">The folder of the journal.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <exception cref="IOException">The file is not there or empty.</exception>
    /// <exception cref="JournalException">The message, or its delivery, is not there, or the audit cannot keep that it is seen.</exception>
    public static async Task<IReadOnlyList<ShownBlock>> ReadAsync(string word, string data, CancellationToken stopping)
    {
        (string number, string? destination, int? part) = SplitDelivery(word);
        if (!IsId(number, out MessageId id))
        {
            if (word != "-" && !Path.Exists(word))
                throw new IOException($"\"{word}\" is neither a file nor the number of a message. Find messages with: hub messages");
            return [.. MessageFiles.Read([word], whole: true).SelectMany(file => ShownBlock.Of(file.Name, file.Content))];
        }

        await using IJournalReader journal = Wiring.JournalReader(data);
        StoredMessage message = journal.Read(id) ?? throw new JournalException($"There is no message {id}. Find it with: hub messages");
        return ShownBlock.Of($"message {word}", await SeeAsync(journal, data, message, destination, part, null, stopping));
    }

    /// <summary>The bytes of a message, or of one of its deliveries, once the audit has it that they are seen.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="data">Its folder.</param>
    /// <param name="message">The message.</param>
    /// <param name="destination">The destination of the delivery; null for the message as it was received.</param>
    /// <param name="part">The part of a divided message; null where it has none.</param>
    /// <param name="before">The operation, an edit, before which the delivery had the bytes; null for those it has.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <exception cref="JournalException">They are not there, or the audit cannot keep that they are seen; the text says which.</exception>
    public static async Task<ReadOnlyMemory<byte>> SeeAsync(IJournalReader journal, string data, StoredMessage message, string? destination, int? part, int? before, CancellationToken stopping)
    {
        ReadOnlyMemory<byte> content = ContentOf(journal, message, destination, part, before);
        string what = $"message {message.Id}{(destination is null ? "" : $":{destination}")}{(part is null ? "" : $":{part}")}{(before is null ? "" : $" before operation {before}")}";
        await AccessDesk.NoteAsync(data, AuditAct.SawContent, what, message.Channel, message.Id, stopping);
        return content;
    }

    private static ReadOnlyMemory<byte> ContentOf(IJournalReader journal, StoredMessage message, string? destination, int? part, int? before)
    {
        if (destination is null)
            return journal.ReadContent(message.Id) ?? throw Gone($"Message {message.Id}");
        // Of a message of a batch that was not divided any further, one is all.
        StoredDelivery[] sent = [.. message.Deliveries.Where(candidate => candidate.Destination == destination)];
        if (part is null && sent.DistinctBy(candidate => candidate.Part).Count() > 1 && sent.Max(candidate => candidate.Part.Of) is var parts)
            throw new JournalException($"Message {message.Id} went to {destination} in parts 1 to {parts}; name one with --part, or as {message.Id}:{destination}:1 in hub diff.");
        StoredDelivery delivery = message.Deliveries.LastOrDefault(candidate => candidate.Destination == destination && (part is null || candidate.Part.Number == part))
            ?? throw new JournalException($"Message {message.Id} has no delivery{(part is null ? "" : $" of part {part}")} to {destination}. {DestinationsOf(message)}");
        if (before is { } operation)
        {
            return journal.ReadContentBefore(delivery.Delivery, operation)
                ?? throw new JournalException($"Operation {operation} of delivery {delivery.Delivery} is no edit, so nothing is kept of before it. See its operations with: hub show {message.Id}");
        }

        return journal.ReadDeliveryContent(delivery.Delivery) ?? throw Gone($"What message {message.Id} was sent to {destination} as");
    }

    private static JournalException Gone(string what) => new($"{what} is not kept any more: its content is older than the retention of its channel says. Its record is still there: leave --content, --raw and --sent out.");

    private static string DestinationsOf(StoredMessage message)
    {
        string[] names = [.. message.Deliveries.GroupBy(delivery => delivery.Destination, (name, deliveries) => deliveries.Max(delivery => delivery.Part.IsWhole ? 0 : delivery.Part.Of) is > 0 and var parts ? $"{name} (parts 1 to {parts})" : name)];
        return names.Length == 0
            ? $"It went to no destination: it is {message.State}."
            : $"Its destinations: {string.Join(", ", names)}.";
    }

    private static (string Number, string? Destination, int? Part) SplitDelivery(string word)
    {
        string[] parts = word.Split(':');
        if (parts.Length < 2 || !IsId(parts[0], out _) || File.Exists(word))
            return (word, null, null);
        return parts.Length == 3 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int part)
            ? (parts[0], parts[1], part)
            : (parts[0], word[(parts[0].Length + 1)..], null);
    }
}
