using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Validation;

/// <summary>Checks the messages of one place of a channel. Used by many connections at once.</summary>
internal sealed class MessageValidation
{
    /// <summary>A feed that breaks a rule breaks it in every segment. Fifty errors and fifty warnings say enough, and keep a row of the journal small; an answer takes ten.</summary>
    private const int MostKept = 50;

    private const int MostInReason = 3;

    private readonly Hl7Validator _validator;
    private readonly bool _stops;

    private MessageValidation(Hl7Validator validator, bool stops)
    {
        _validator = validator;
        _stops = stops;
    }

    /// <summary>Makes what checks messages as they come in.</summary>
    /// <param name="config">What the file says; null for nothing.</param>
    /// <param name="folder">The folder of the channel file.</param>
    /// <returns>Null when nothing is checked.</returns>
    /// <exception cref="StepException">The profile cannot be used any more; the text says where and why.</exception>
    public static MessageValidation? At(EntryValidationConfig? config, string folder) => Build(config, folder, config?.OnFailure == OnInvalidEntry.Reject);

    /// <summary>Makes what checks messages before a destination sends them.</summary>
    /// <param name="config">What the file says; null for nothing.</param>
    /// <param name="folder">The folder of the channel file.</param>
    /// <returns>Null when nothing is checked.</returns>
    /// <exception cref="StepException">The profile cannot be used any more; the text says where and why.</exception>
    public static MessageValidation? At(DeliveryValidationConfig? config, string folder) => Build(config, folder, config?.OnFailure == OnInvalidDelivery.Park);

    /// <summary>Checks a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="where">What its texts begin with: the destination, the part of a batch.</param>
    /// <param name="trace">Is told what came of it; null when nobody asked.</param>
    /// <returns>What is wrong with it, errors first.</returns>
    public IReadOnlyList<MessageProblem> Check(Hl7Message message, string where = "", IStepTrace? trace = null)
    {
        IReadOnlyList<Hl7Problem> found = _validator.Check(message);
        if (trace is not null)
            Explain(found, trace);
        return found.Count == 0 ? [] : [.. found.OrderBy(problem => problem.Severity).Select(problem => FoundProblem.Of(problem, where))];
    }

    /// <summary>Whether what was found keeps a message from going on.</summary>
    public bool Stops(IReadOnlyList<MessageProblem> found) => _stops && found.Any(problem => problem.Severity == ProblemSeverity.Error);

    /// <summary>How the sender of a message that does not go on is answered (protocol A04): AR where nothing but its type, event, processing id or version is wrong, else AE.</summary>
    public static ReceiptKind AnswerTo(IReadOnlyList<MessageProblem> found) =>
        found.All(problem => problem.Severity != ProblemSeverity.Error || problem.Code is >= 200 and <= 203) ? ReceiptKind.Rejected : ReceiptKind.Error;

    /// <summary>Why a delivery is parked, for the person who decides: the first errors.</summary>
    public static string ReasonOf(IReadOnlyList<MessageProblem> found)
    {
        MessageProblem[] errors = [.. found.Where(problem => problem.Severity == ProblemSeverity.Error)];
        string more = errors.Length > MostInReason ? $" And {errors.Length - MostInReason} more." : "";
        return $"Not valid for this destination: {string.Join(" ", errors.Take(MostInReason).Select(Words))}{more} Correct the source and replay the message, or send it as it is with hub replay and --to.";
    }

    private static MessageValidation? Build(ValidationConfig? config, string folder, bool stops)
    {
        if (config is null || config.Effective == ValidationLevel.Off)
            return null;
        if (config.Profile is null)
            return new(new(config.Effective, maxProblems: MostKept), stops);
        ProfileFile file = ProfileFile.Load(config.PathIn(folder));
        return new(new(config.Effective, file.Profile ?? throw new StepException(file.Problems[0].ToString()), MostKept), stops);
    }

    private static string Words(MessageProblem problem) => $"HUB{problem.Rule}{(problem.Path is null ? "" : $" {problem.Path}")}: {problem.Text}";

    private static void Explain(IReadOnlyList<Hl7Problem> found, IStepTrace trace)
    {
        foreach (Hl7Problem problem in found)
            trace.Note($"HUB{problem.Rule} {RecordShape.Word(problem.Severity)}{(problem.Path is null ? "" : $" {problem.Path}")}: {problem.Text}");
        if (found.Count == 0)
            trace.Note("valid");
    }
}
