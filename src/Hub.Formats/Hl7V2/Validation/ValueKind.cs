namespace Hub.Formats.Hl7V2.Validation;

/// <summary>What a value has to look like.</summary>
internal enum ValueKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>ID: a code of an HL7 table.</summary>
    Code,

    /// <summary>IS: a code of a table that every site may fill.</summary>
    SiteCode,

    /// <summary>NM.</summary>
    Number,

    /// <summary>SI.</summary>
    Sequence,

    /// <summary>DT.</summary>
    Date,

    /// <summary>TM.</summary>
    Time,

    /// <summary>DTM, and the first component of TS.</summary>
    Timestamp,

    /// <summary>A type with components.</summary>
    Composite,

    /// <summary>A type whose inside nobody defines; nothing in it is judged.</summary>
    Open,
}
