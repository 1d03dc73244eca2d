using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>What became of a message as a whole.</summary>
public enum CaseOutcome
{
    /// <summary>Taken, and wanted by at least one destination.</summary>
    Accepted,

    /// <summary>Taken, and wanted by none.</summary>
    Filtered,

    /// <summary>Refused.</summary>
    Rejected,
}

/// <summary>What a case expects. What is left out is not looked at.</summary>
public sealed record ExpectConfig
{
    private static readonly string[] s_answers = ["AA", "AE", "AR", "none"];

    /// <summary>What becomes of the message. Default: <c>accepted</c> when a delivery is expected, else it is not looked at.</summary>
    public CaseOutcome? Outcome { get; init; }

    /// <summary>What the sender hears: <c>AA</c>, <c>AE</c>, <c>AR</c>, or <c>none</c> for a message that is not answered.</summary>
    public string? Answer { get; init; }

    /// <summary>Why it is refused or parked, or what it is flagged with: all errors in their order. An empty list: none.</summary>
    public IReadOnlyList<ExpectedProblemConfig>? Problems { get; init; }

    /// <summary>What validation noticed without refusing anything: all warnings and notes in their order. An empty list: none.</summary>
    public IReadOnlyList<ExpectedProblemConfig>? Warnings { get; init; }

    /// <summary>
    /// Which destinations get what: by the id of the destination the list of what it gets, in order; <c>[]</c> for nothing. The list is complete:
    /// a destination that is not named must get nothing. Default: the files <c>NAME.DESTINATION.hl7</c>; without any, routing is not looked at.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ExpectedDeliveryConfig>>? Destinations { get; init; }

    internal bool IsEmpty => Outcome is null && Answer is null && Problems is null && Warnings is null && Destinations is null;

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Answer is not null && !s_answers.Contains(Answer))
            yield return new(ProblemCodes.CaseExpectation, "answer", $"{Quoted.Text(Answer)} is no answer. Use {Quoted.List(s_answers)}.");
        bool delivers = Destinations?.Values.Any(deliveries => deliveries.Count > 0) ?? false;
        if (delivers && Outcome is CaseOutcome.Filtered or CaseOutcome.Rejected)
            yield return new(ProblemCodes.CaseExpectation, "outcome", $"A message that is {RecordShape.Word(Outcome!)} goes nowhere, and \"destinations\" says that it does. Correct one of them.");
    }
}

/// <summary>Why a message is refused, or what was noticed about it.</summary>
public sealed record ExpectedProblemConfig
{
    /// <summary>The code of HL7 table 0357, <c>203</c>.</summary>
    public required int Code { get; init; }

    /// <summary>The place, <c>MSH-12</c>. Default: it is not looked at.</summary>
    public string? Path { get; init; }

    /// <summary>The number of the rule of validation, <c>3101</c> for HUB3101. Default: it is not looked at.</summary>
    public int? Rule { get; init; }
}

/// <summary>
/// One message that a destination gets: whole, as a file, text or list of segments; or only some of its fields; or, with <c>{}</c>, any message.
/// HL7 messages are compared by segments, so that their line ends do not matter; everything else has to be the same bytes, and differences are named by the places of its data type.
/// </summary>
public sealed record ExpectedDeliveryConfig : CaseContentConfig
{
    /// <summary>
    /// Fields and their values, <c>{ "PID-3.1": "123", "PV1-2": "" }</c>; empty text for one that is not populated. Values without escapes. In other data types the paths of what the destination gets:
    /// <c>{ "/patient/id": "7" }</c>, <c>{ "/v:order/@id": "7" }</c>, <c>{ "[2].ward": "2W" }</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        if (Ways > 1)
            yield return new(ProblemCodes.CaseExpectation, "", "Give one of \"file\", \"text\" and \"segments\", or \"fields\", or none of them for any message.");
        if (Ways > 0 && Fields is not null)
            yield return new(ProblemCodes.CaseExpectation, "fields", "The whole message is given already. Leave out \"fields\", or give nothing but them.");
        foreach (ConfigProblem problem in CheckFile())
            yield return problem;
    }
}
