namespace Hub.Formats.Fhir.Validation;

/// <summary>How bad a problem is: the words of <c>OperationOutcome.issue.severity</c> that a validator uses.</summary>
public enum FhirSeverity
{
    /// <summary>The resource breaks a rule of R4; receivers may refuse it.</summary>
    Error,

    /// <summary>The resource is valid, and something in it may not be understood.</summary>
    Warning,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,
}
