namespace Hub.Formats.Hl7V2.Validation;

/// <summary>The rules of validation, in the order of their numbers.</summary>
public static class ValidationRules
{
}
