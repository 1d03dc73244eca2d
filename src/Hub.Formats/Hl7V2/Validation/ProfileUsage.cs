namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Whether a segment or field is sent (HL7 v2.5.1 §2.12.6.5).</summary>
public enum ProfileUsage
{
    /// <summary>R: it is there. HL7 null (<c>""</c>) counts as there.</summary>
    Required,

    /// <summary>RE: it is there when the sender knows it. One message cannot show the opposite, so nothing is checked; a standard rule that requires it is silent.</summary>
    RequiredOrEmpty,

    /// <summary>O: it may be there.</summary>
    Optional,

    /// <summary>C: required where the rule's <c>condition</c> holds; elsewhere as <c>otherwise</c> says.</summary>
    Conditional,

    /// <summary>X: it is not there.</summary>
    NotSupported,
}
