namespace Hub.Formats.Fhir.Validation;

/// <summary>A kind of problem.</summary>
/// <param name="Number">Its number, which never changes its meaning.</param>
/// <param name="Code">As in <c>OperationOutcome.issue.code</c>.</param>
/// <param name="Name">What is checked.</param>
public sealed record FhirRule(int Number, string Code, string Name)
{
    internal static readonly FhirRule Json = new(3230, "structure", "The text is JSON in UTF-8.");
    internal static readonly FhirRule Doubled = new(3231, "structure", "No object has a name twice.");
    internal static readonly FhirRule TooMuch = new(3232, "too-costly", "Depth, size and the cost of rules are within limits.");
    internal static readonly FhirRule ResourceType = new(3233, "structure", "resourceType names a resource of R4.");
    internal static readonly FhirRule Unknown = new(3234, "structure", "Every element is known.");
    internal static readonly FhirRule Shape = new(3235, "structure", "Lists, objects and values stand where they belong.");
    internal static readonly FhirRule Missing = new(3236, "required", "Required elements are there.");
    internal static readonly FhirRule TooMany = new(3237, "structure", "No element is there more often than it may.");
    internal static readonly FhirRule Choice = new(3238, "structure", "Of an element with a choice of types there is one.");
    internal static readonly FhirRule Empty = new(3239, "structure", "Nothing is empty: texts, objects, lists.");
    internal static readonly FhirRule Kind = new(3240, "value", "Values are texts, numbers or true and false, as their type says.");
    internal static readonly FhirRule Form = new(3241, "value", "Values have the form of their type.");
    internal static readonly FhirRule Calendar = new(3242, "value", "Dates are on the calendar.");
    internal static readonly FhirRule Range = new(3243, "value", "Numbers and lengths are within their limits.");
    internal static readonly FhirRule Null = new(3244, "structure", "null and _element stand where they may.");
    internal static readonly FhirRule Extension = new(3245, "extension", "An extension has a value or extensions, not both (ext-1), and its address is absolute.");
    internal static readonly FhirRule RequiredCode = new(3247, "code-invalid", "Codes come from the value set that is required.");
    internal static readonly FhirRule AdvisedCode = new(3248, "code-invalid", "Codes come from the value set that is to be used where it fits.");
    internal static readonly FhirRule Target = new(3250, "structure", "References lead to resources of an allowed type.");
    internal static readonly FhirRule Unresolved = new(3251, "not-found", "References inside a bundle lead somewhere.");
    internal static readonly FhirRule Reference = new(3252, "value", "References have the form of one.");
    internal static readonly FhirRule FullUrl = new(3254, "value", "fullUrl is there, absolute, and agrees with the id.");
    internal static readonly FhirRule Request = new(3255, "value", "The request of an entry agrees with its resource.");
    internal static readonly FhirRule Contained = new(3256, "structure", "Contained resources have ids of their own.");
    internal static readonly FhirRule Invariant = new(3257, "invariant", "The invariants of the standard hold.");
    internal static readonly FhirRule Narrative = new(3259, "invariant", "Narrative is XHTML of the allowed elements, without active content (txt-1, txt-2).");
    internal static readonly FhirRule More = new(3260, "informational", "How many more problems there are than are told.");

    /// <summary>All rules, by number.</summary>
    public static IReadOnlyList<FhirRule> All { get; } =
    [
        Json, Doubled, TooMuch, ResourceType, Unknown, Shape, Missing, TooMany, Choice, Empty, Kind, Form, Calendar, Range, Null,
        Extension, RequiredCode, AdvisedCode, Target, Unresolved, Reference, FullUrl, Request, Contained, Invariant, Narrative, More,
    ];
}
