using Hub.Channels.Config;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Destinations.File;

/// <summary>How messages are laid down.</summary>
public enum FileMode
{
    /// <summary>A file for each message. The default.</summary>
    EachMessage,

    /// <summary>One after another in the file of that name, each followed by a line feed. After a crash a message can stand there twice; half of one is cut off when the next is written.</summary>
    Append,
}

/// <summary>What becomes of a message whose file name is taken by a file with other content.</summary>
public enum OnExisting
{
    /// <summary>A number is added to the name: <c>17-2.hl7</c>. Nothing is ever overwritten. The default.</summary>
    Number,

    /// <summary>The file is replaced.</summary>
    Overwrite,

    /// <summary>The message is parked.</summary>
    Park,
}

/// <summary>A destination that writes messages to files.</summary>
/// <example><code>{ "id": "archive", "type": "file", "folder": "${env:HUB_OUT}/adt", "name": "${MSH-10}.hl7" }</code></example>
public sealed record FileDestinationConfig : DestinationConfig
{
    /// <summary>The folder, relative to where the Hub runs; made when it is not there.</summary>
    [ShownMember]
    public required string Folder { get; init; }

    /// <summary>
    /// The name of the file, with values of the message: <c>${MSH-10}.hl7</c>, <c>${patient.id}.json</c>. Characters that a name cannot hold become <c>_</c>. A retry with the same name finds
    /// its own file; with <c>${now:…}</c> in it, it can leave two. The parts of a split message get their number before the extension, <c>17-part03.hl7</c>, unless <c>${message.part}</c> is in it.
    /// Default <c>${message.id}</c> with the extension of what the message is: <c>.hl7</c>, <c>.json</c>, <c>.xml</c>, <c>.csv</c>, <c>.txt</c> for fixed-width rows, <c>.bin</c>.
    /// </summary>
    [ShownMember]
    public ValueTemplate? Name { get; init; }

    /// <summary>A file for each message, or all in one. Default <c>eachMessage</c>.</summary>
    public FileMode Mode { get; init; } = FileMode.EachMessage;

    /// <summary>With <c>eachMessage</c>, what happens when the name is taken by other content. Default <c>number</c>.</summary>
    public OnExisting OnExisting { get; init; } = OnExisting.Number;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        if (string.IsNullOrWhiteSpace(Folder))
            yield return new(1411, "folder", "The folder is empty. Name one, for example \"out/adt\".");
    }
}
