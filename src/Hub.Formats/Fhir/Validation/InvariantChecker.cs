using Hub.Formats.Fhir.Definitions;
using Hub.Formats.Fhir.Paths;

namespace Hub.Formats.Fhir.Validation;

/// <summary>Checks the invariants that R4 gives as expressions.</summary>
/// <param name="problems">Where to tell.</param>
/// <param name="tellsBestPractice">Whether advice is told too.</param>
/// <param name="elements">How many elements the resource has.</param>
/// <param name="index">What references lead to.</param>
internal sealed class InvariantChecker(FhirProblems problems, bool tellsBestPractice, int elements, ReferenceIndex index)
{
    // A bundle of thousands of resources needs some ten for each element; this is about a second at most.
    private readonly PathBudget _budget = new(10_000_000L + (100L * elements));
    private bool _isTold;

    public void Check(FhirElement element)
    {
        foreach (FhirInvariant invariant in element.Type.Invariants)
            Check(element, invariant);
        foreach (FhirInvariant invariant in element.Definition?.Invariants ?? [])
            Check(element, invariant);
    }

    private void Check(FhirElement element, FhirInvariant invariant)
    {
        // dom-6 asks for narrative, which a contained resource may not have and few messages need.
        if (_budget.IsSpent || (invariant.Key == "dom-6" && (!tellsBestPractice || element.Name == "contained")))
            return;
        try
        {
            if (!invariant.Path.Holds(new(element, _budget, index.Resolve)))
                Tell(element, invariant);
        }
        catch (PathException)
        {
            // Besides cost, only an expression that is not known ends so; a test says that there is none.
            if (_budget.IsSpent && !_isTold)
                problems.Error(FhirRule.TooMuch, element, "The invariants of the resource look at more than they may; from here on they are not checked.", "Divide the resource, or look at who sends such ones.");
            _isTold |= _budget.IsSpent;
        }
    }

    private void Tell(FhirElement element, FhirInvariant invariant)
    {
        string text = $"{invariant.Key}: {invariant.Text}";
        const string remedy = "Change the elements that the rule names.";
        if (invariant.IsError)
            problems.Error(FhirRule.Invariant, element, text, remedy);
        else
            problems.Warning(FhirRule.Invariant, element, text, remedy);
    }
}
