using System.Net;
using Hub.Contracts.Tls;

namespace Hub.Contracts;

/// <summary>Whose word counts about the answers to HL7 messages (protocol A01).</summary>
public enum AcknowledgmentMode
{
    /// <summary>The sender's: original mode without MSH-15 and MSH-16, enhanced mode with one of them. The default.</summary>
    ByMessage,

    /// <summary>The channel's: one answer to every message, whatever MSH-15 and MSH-16 say. For senders that fill these fields and wait all the same.</summary>
    Original,
}

/// <summary>What the answer to a batch holds (protocol B04).</summary>
public enum BatchAnswer
{
    /// <summary>An acknowledgment for each message. The default.</summary>
    All,

    /// <summary>Acknowledgments of messages that were not taken; a batch without any when all were.</summary>
    ErrorsOnly,
}

/// <summary>When the sender gets its answer (protocol A12).</summary>
public enum Acknowledge
{
    /// <summary>After filters and transforms ran and the deliveries are queued on disk. The default.</summary>
    Processed,

    /// <summary>As soon as the raw message is on disk; filters and transforms follow.</summary>
    Received,

    /// <summary>After the destination named by <see cref="ListenerConfig.AcknowledgeBy"/> answered.</summary>
    Delivered,
}

/// <summary>What to do for the sender when a message cannot be stored (protocol A06).</summary>
public enum OnStoreFailure
{
    /// <summary>Answer AR with code 207. The default.</summary>
    Nak,

    /// <summary>Say nothing and close; for senders that set a refused message aside but send again after silence.</summary>
    Close,
}

/// <summary>Which messages a source takes. A list that is not given takes everything (protocol A04).</summary>
public sealed record AcceptConfig
{
    /// <summary>HL7 versions of MSH-12.1, for example <c>2.5</c>. Any other is answered AR 203.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>Sending applications of MSH-3.1, upper and lower case as written. Any other is answered AR 200 at MSH-3.</summary>
    public IReadOnlyList<string>? SendingApplications { get; init; }

    /// <summary>Message types, <c>ADT</c>, or types with their trigger event, <c>ADT^A28</c>. Another type is answered AR 200, another event AR 201.</summary>
    public IReadOnlyList<string>? Messages { get; init; }

    /// <summary>Processing ids of MSH-11.1: P production, T training, D debugging. Any other is answered AR 202.</summary>
    public IReadOnlyList<string>? ProcessingIds { get; init; }
}

/// <summary>The source of a channel, as its file says. Each listener has its own record with what it needs beside this.</summary>
public abstract record ListenerConfig
{
    /// <summary>The word for the sender's own connection in <see cref="ApplicationAck"/>.</summary>
    public const string SameConnection = "sameConnection";

    /// <summary>The kind of listener, one of the catalog's names.</summary>
    public required string Type { get; init; }

    /// <summary>Address to bind, <c>host:port</c>; port 0 takes a free port. A listener that binds one overrides this as required.</summary>
    [ShownMember]
    public virtual string Listen { get; init; } = "";

    /// <summary>TLS on this port; it then takes nothing else (protocol F13). Default: none, which off this machine needs allowPlaintext.</summary>
    public TlsServerConfig? Tls { get; init; }

    /// <summary>Says that messages may come from other machines without TLS, readable by everybody on the way. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>When the sender gets its answer. Default <c>processed</c>.</summary>
    public Acknowledge Acknowledge { get; init; } = Acknowledge.Processed;

    /// <summary>With <c>acknowledge: delivered</c>, the id of the destination whose answer decides. Default: the first one that the message goes to; needed where a destination hands messages to another channel.</summary>
    public string? AcknowledgeBy { get; init; }

    /// <summary>How long a sender's answer waits for the receiver (<c>acknowledge: delivered</c>), or an application answer for the steps (<c>acknowledge: received</c>), in seconds, at most a day. Default 20.</summary>
    public int AcknowledgeTimeoutSeconds { get; init; } = 20;

    /// <summary>Whether HL7 messages choose their answers by MSH-15 and MSH-16, or get one each (protocol A01). Default <c>byMessage</c>.</summary>
    public AcknowledgmentMode AcknowledgmentMode { get; init; }

    /// <summary>What the answer to an HL7 batch holds (protocol B04). Default <c>all</c>.</summary>
    public BatchAnswer BatchAnswer { get; init; }

    /// <summary>
    /// Where the application answer of HL7's enhanced mode goes (MSH-16, protocol A10): <c>sameConnection</c>, or the id of a destination of this channel, which then
    /// gets these answers and no messages. Accept answers (MSH-15) always go to the sender's connection. Default <c>sameConnection</c>.
    /// </summary>
    public string ApplicationAck { get; init; } = SameConnection;

    /// <summary>
    /// With <c>applicationAck</c> naming a destination, whether the one that gets an application answer is to acknowledge it (its MSH-15 is AL and not NE).
    /// A destination that waits for answers needs it. Default false.
    /// </summary>
    public bool ApplicationAckWantsAnswer { get; init; }

    /// <summary>
    /// Whether HL7 sequence numbers (MSH-13) are looked at: only the number after the last one of the same sender is taken, and MSA-4 tells which is expected (protocol Q).
    /// Messages without a number are taken as they come. Default false.
    /// </summary>
    public bool SequenceNumbers { get; init; }

    /// <summary>Whether HL7 messages that were divided are put together: ADD segments within a message, and messages that go on in others by DSC and MSH-14 (protocol C). Default true.</summary>
    public bool Reassemble { get; init; } = true;

    /// <summary>With <c>reassemble</c>, how long to wait for the next part of a message before the parts are set aside, in seconds, at most a day (protocol C04). Default 600.</summary>
    public int ReassembleTimeoutSeconds { get; init; } = 600;

    /// <summary>Which messages are taken. Default: all.</summary>
    public AcceptConfig? Accept { get; init; }

    /// <summary>What the sender hears when a message cannot be stored. Default <c>nak</c>.</summary>
    public OnStoreFailure OnStoreFailure { get; init; } = OnStoreFailure.Nak;

    /// <summary>Whether a message needs a control id in MSH-10 (protocol A08). False takes messages without one and looks for no duplicates of them. Default true.</summary>
    public bool RequireControlId { get; init; } = true;

    /// <summary>How long the same block from the same sender counts as a duplicate (protocol D01), in hours, at most 87,600; 0 never. Default 72.</summary>
    public int DuplicateWindowHours { get; init; } = 72;

    /// <summary>Character set of MSH-18's table to read bytes over 0x7F with, when MSH-18 is empty and they are not UTF-8 (protocol E17). Default <c>8859/1</c>.</summary>
    public string FallbackCharacterSet { get; init; } = "8859/1";

    /// <summary>What the messages are. Default <c>hl7v2</c>. Paths of the channel are written as this type writes them: <c>PID-3.1</c>, <c>/patient/id</c> or <c>patient.id</c>, an XPath, a column.</summary>
    public DataType DataType { get; init; } = DataType.Hl7v2;

    /// <summary>With <c>dataType: delimited</c>, how its rows are written. Default: commas, double quotes, a header, UTF-8.</summary>
    public DelimitedConfig? Delimited { get; init; }

    /// <summary>With <c>dataType: fixedWidth</c>, where its values stand.</summary>
    public FixedWidthConfig? FixedWidth { get; init; }

    /// <summary>Namespaces for the XPaths of the channel.</summary>
    public XmlConfig? Xml { get; init; }

    /// <summary>With a <c>dataType</c> other than HL7 v2, where messages say what the journal keeps of them. Default: nothing is kept but the bytes, and no duplicates are looked for.</summary>
    public HeaderPathsConfig? HeaderPaths { get; init; }

    /// <summary>
    /// Finds what is wrong in this record beyond the types of its members. Called once when the file is loaded.
    /// A derived record gives what this one finds and then its own: <c>foreach (ConfigProblem problem in base.Check()) yield return problem;</c>
    /// </summary>
    /// <returns>The problems, with paths relative to this record (<c>listen</c>).</returns>
    public virtual IEnumerable<ConfigProblem> Check()
    {
        if (Tls is not null && AllowPlaintext)
            yield return new(ProblemCodes.Plaintext, "allowPlaintext", "With \"tls\" this port takes nothing without TLS. Leave one of the two out.");
        else if (Tls is null && !AllowPlaintext && IsOffLoopback(Listen))
            yield return new(ProblemCodes.Plaintext, "tls", $"\"{Listen}\" is open to other machines, and messages would cross the network readable by everybody. Add \"tls\", or say \"allowPlaintext\": true where the network itself is protected.");
    }

    /// <summary>Whether this source and one of another channel can be bound to the same port at the same time. Asked for each such pair when files are loaded.</summary>
    /// <param name="other">The source of the channel whose file comes earlier.</param>
    /// <returns>Default: false, so that the later file has a problem.</returns>
    public virtual bool SharesAddressWith(ListenerConfig other) => false;

    /// <summary>Finds what keeps this source from sharing its port with one of another channel. Asked for each pair for which <see cref="SharesAddressWith"/> holds.</summary>
    /// <param name="other">The source of the channel whose file comes earlier.</param>
    /// <returns>The problem, its text to follow the name of the other file; null when there is none. Default: null.</returns>
    public virtual ConfigProblem? ClashWith(ListenerConfig other) => null;

    /// <summary>Says the kind and no more: a member may hold a secret.</summary>
    /// <returns>The kind.</returns>
    public sealed override string ToString() => $"{Type} listener";

    // What is no address at all is told by the listener, which knows its form.
    private static bool IsOffLoopback(string listen)
    {
        int colon = listen.LastIndexOf(':');
        string host = colon < 0 ? "" : listen[..colon].Trim('[', ']');
        return host is "*" or "+" || (IPAddress.TryParse(host, out IPAddress? address) && !IPAddress.IsLoopback(address));
    }
}

/// <summary>Brings messages in from one address. Made anew for each version of a channel that needs another address or settings.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>Binds the address and begins to take messages. Called once.</summary>
    /// <param name="stopping">Fires when the start is to be given up.</param>
    /// <returns>The address bound, with the port that was taken when the file said 0; with port 0 when it binds none.</returns>
    /// <exception cref="IOException">The address cannot be bound; the text says why and what to do.</exception>
    Task<IPEndPoint> StartAsync(CancellationToken stopping);

    /// <summary>Takes no new connection, lets each connection finish the messages it has read and answer them, then closes it. Called once.</summary>
    /// <param name="deadline">Fires when the time for grace is over; what is still open is then cut.</param>
    /// <returns>A task that ends when no connection is left.</returns>
    Task StopAsync(CancellationToken deadline);
}
