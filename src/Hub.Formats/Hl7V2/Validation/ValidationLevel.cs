namespace Hub.Formats.Hl7V2.Validation;

/// <summary>How much of a message is checked. Each level has what the one before it has.</summary>
public enum ValidationLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>What breaks any receiver: the header fields that say what the message is (MSH-9 to MSH-12). Unknown messages, segments without a name, dates and numbers that are none are warnings.</summary>
    Lenient,

    /// <summary>The standard of the version in MSH-12: segments and their order, required fields, repetitions, lengths, data types, tables.</summary>
    Standard,

    /// <summary>The standard, tightened and loosened by a profile.</summary>
    Profile,
}
