namespace Hub.Formats.Hl7V2.Validation;

/// <summary>How bad a problem is (table 0516).</summary>
public enum Hl7Severity
{
    /// <summary>The message breaks a rule; it is not to be taken as it is.</summary>
    Error,

    /// <summary>The message can be taken, and something in it may be lost or misread.</summary>
    Warning,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,
}
