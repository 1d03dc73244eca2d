using System.Text.Json;

namespace Hub.Formats.Fhir.Validation;

/// <summary>Checks values of primitive types: their kind in JSON and their form.</summary>
/// <param name="problems">Where to tell.</param>
internal sealed class ValueChecker(FhirProblems problems)
{
    /// <summary>Reads a value.</summary>
    /// <returns>The value as written; null when it is of the wrong kind or form, so that no rule builds on it.</returns>
    public string? Read(FhirElement element, FhirJson json)
    {
        string type = element.Type.Name;
        (bool isRight, string kind) = type switch
        {
            "boolean" => (json.Kind is JsonTokenType.True or JsonTokenType.False, "true or false, without quotes"),
            "integer" or "unsignedInt" or "positiveInt" or "decimal" => (json.Kind == JsonTokenType.Number, "a number, without quotes"),
            _ => (json.Kind == JsonTokenType.String, "a text in quotes"),
        };
        if (!isRight)
        {
            problems.Error(FhirRule.Kind, element, $"A value of type {type} is {kind}.", $"Write {PrimitiveForms.Example(type)}.");
            return null;
        }

        if (json.Text!.Length == 0)
        {
            problems.Error(FhirRule.Empty, element, "The text is empty.", "Leave the element out when there is nothing to say.");
            return null;
        }

        return TellForm(element, type, json.Text) ? json.Text : null;
    }

    private bool TellForm(FhirElement element, string type, string value)
    {
        switch (PrimitiveForms.Check(type, value))
        {
            case FormFault.None:
                return true;
            case FormFault.Calendar:
                problems.Error(FhirRule.Calendar, element, $"The {type} is on no calendar.", "Correct the day.");
                return false;
            case FormFault.Range:
                problems.Error(FhirRule.Range, element, $"The value is beyond what {type} allows.", type is "string" or "markdown" ? "Write at most 1,048,576 characters." : $"Write {PrimitiveForms.Example(type)}.");
                return false;
            default:
                problems.Error(FhirRule.Form, element, $"The value does not have the form of {type}.", $"Write {PrimitiveForms.Example(type)}.");
                return false;
        }
    }
}
