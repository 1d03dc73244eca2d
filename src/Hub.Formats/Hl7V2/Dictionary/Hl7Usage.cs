namespace Hub.Formats.Hl7V2.Dictionary;

/// <summary>Whether a field or component has to be populated.</summary>
public enum Hl7Usage
{
    /// <summary>O: may be populated.</summary>
    Optional,

    /// <summary>R: must be populated.</summary>
    Required,

    /// <summary>C: depends on other fields, as the text of the standard says; the dictionary does not know the condition.</summary>
    Conditional,

    /// <summary>B: kept for older versions; also stands for what 2.7 has withdrawn.</summary>
    Backward,
}
