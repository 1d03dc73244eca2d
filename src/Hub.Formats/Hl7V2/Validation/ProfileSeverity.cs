namespace Hub.Formats.Hl7V2.Validation;

/// <summary>How a profile wants a rule judged.</summary>
public enum ProfileSeverity
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,

    /// <summary>The message is taken and the problem noted.</summary>
    Warning,

    /// <summary>The message is not valid.</summary>
    Error,
}
