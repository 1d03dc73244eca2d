namespace Hub.Contracts;

/// <summary>What the messages of a source are, or what a <c>convert</c> step made of them.</summary>
public enum DataType
{
    /// <summary>HL7 v2 in ER7: segments, fields, repetitions. The default.</summary>
    Hl7v2,

    /// <summary>JSON (RFC 8259) in UTF-8.</summary>
    Json,

    /// <summary>XML 1.0.</summary>
    Xml,

    /// <summary>Rows of values with a delimiter between them: CSV (RFC 4180), tab-separated and the like.</summary>
    Delimited,

    /// <summary>Rows of values, each at its own columns of the line.</summary>
    FixedWidth,

    /// <summary>Bytes that nobody looks into: PDF, images, anything.</summary>
    Raw,
}

/// <summary>How the bytes of rows are read as text.</summary>
public enum TextCharset
{
    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>ISO 8859-1.</summary>
    Latin1,

    /// <summary>7-bit ASCII.</summary>
    Ascii,
}
