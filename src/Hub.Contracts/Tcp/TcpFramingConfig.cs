namespace Hub.Contracts.Tcp;

/// <summary>What tells messages apart on a bare TCP connection (protocol F15).</summary>
public enum TcpFramingType
{
    /// <summary>Bytes before and bytes after each message: <c>start</c>, <c>end</c>.</summary>
    StartEnd,

    /// <summary>Each message comes after its length: <c>lengthBytes</c>, <c>byteOrder</c>, <c>countsItself</c>.</summary>
    LengthPrefix,

    /// <summary>Bytes after each message: <c>end</c>. Nothing between two of them is passed over.</summary>
    Delimiter,

    /// <summary>The end of the connection: one message each. A sender that wants an answer ends only its own direction.</summary>
    EndOfConnection,
}

/// <summary>In which order the bytes of a number come.</summary>
public enum ByteOrder
{
    /// <summary>The highest first, as networks usually do.</summary>
    BigEndian,

    /// <summary>The lowest first.</summary>
    LittleEndian,
}

/// <summary>How messages are told apart on a bare TCP connection (protocol F15). Answers come in the same frames.</summary>
public sealed record TcpFramingConfig
{
    private const int LongestMark = 16;

    /// <summary>What tells messages apart.</summary>
    public required TcpFramingType Type { get; init; }

    /// <summary>With <c>startEnd</c>, the 1 to 16 bytes before a message, a character each, <c>"\u0002"</c>. What comes before them is dropped (protocol F02).</summary>
    public ByteText? Start { get; init; }

    /// <summary>With <c>startEnd</c> and <c>delimiter</c>, the 1 to 16 bytes after a message, a character each, <c>"\u0003"</c> or <c>"\r\n"</c>.</summary>
    public ByteText? End { get; init; }

    /// <summary>With <c>lengthPrefix</c>, how many bytes the length has: 1, 2 or 4. Default 4.</summary>
    public int? LengthBytes { get; init; }

    /// <summary>With <c>lengthPrefix</c>, in which order they come. Default <c>bigEndian</c>.</summary>
    public ByteOrder? ByteOrder { get; init; }

    /// <summary>With <c>lengthPrefix</c>, whether the length counts its own bytes as well. Default false.</summary>
    public bool? CountsItself { get; init; }

    /// <summary>Finds members that do not go together.</summary>
    /// <returns>The problems.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        bool marks = Type is TcpFramingType.StartEnd or TcpFramingType.Delimiter;
        if (Check("start", Type == TcpFramingType.StartEnd, Start, "startEnd", "\\u0002") is { } start)
            yield return start;
        if (Check("end", marks, End, "startEnd and delimiter", Type == TcpFramingType.Delimiter ? "\\r\\n" : "\\u0003") is { } end)
            yield return end;
        if (LengthBytes is not (null or 1 or 2 or 4))
            yield return new(1341, "lengthBytes", $"{LengthBytes} is not a size of a length. Give 1, 2 or 4, or leave it out for 4.");
        if (Type == TcpFramingType.LengthPrefix)
            yield break;
        foreach ((string name, object? given) in new (string, object?)[] { ("lengthBytes", LengthBytes), ("byteOrder", ByteOrder), ("countsItself", CountsItself) })
        {
            if (given is not null)
                yield return new(1340, name, $"\"{name}\" goes with lengthPrefix alone. Leave it out.");
        }
    }

    /// <summary>
    /// Refuses messages that end with a TLS connection. A stream that ends without the closing alert of TLS (RFC 8446 §6.1) looks like one that was ended,
    /// so a message that somebody cut off on the way would be taken and acknowledged.
    /// </summary>
    /// <param name="isTls">Whether the connection is TLS.</param>
    /// <returns>The problem, with a path relative to the record that has the framing; null when there is none.</returns>
    public ConfigProblem? CheckTls(bool isTls) => isTls && Type == TcpFramingType.EndOfConnection
        ? new(ProblemCodes.EndOfTlsConnection, "framing.type", "With \"tls\", the end of a connection does not tell a whole message from one that was cut off on the way. Use another framing: \"startEnd\", \"delimiter\" or \"lengthPrefix\".")
        : null;

    private static ConfigProblem? Check(string name, bool wanted, ByteText? mark, string types, string example)
    {
        if (!wanted)
            return mark is null ? null : new(1340, name, $"\"{name}\" goes with {types} alone. Leave it out.");
        if (mark is null)
            return new(1340, name, $"\"{name}\" is missing: the bytes that tell messages apart, for example \"{name}\": \"{example}\".");
        return mark.Bytes.Length is > 0 and <= LongestMark ? null
            : new(1341, name, $"\"{name}\" has {mark.Bytes.Length} bytes. Give 1 to {LongestMark}, a character each, for example \"{example}\".");
    }
}
