using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Tcp;

/// <summary>What senders on bare TCP hear.</summary>
public enum TcpAnswer
{
    /// <summary>The texts of <c>answers</c>.</summary>
    Text,

    /// <summary>An HL7 acknowledgment, as over MLLP; for messages that are HL7 v2.</summary>
    Hl7,

    /// <summary>Nothing. Senders cannot tell what was taken; a message that cannot be stored or is too large closes the connection.</summary>
    None,
}

/// <summary>
/// What is answered with <c>answer: text</c>. A character is a byte; <c>${message.id}</c> is the message's number, <c>${code}</c> the code of HL7
/// table 0357 (0 when accepted) and <c>${reason}</c> what that table says.
/// </summary>
public sealed record TcpAnswersConfig
{
    /// <summary>The message is on disk (protocol L1). Default <c>"\u0006"</c>, ACK.</summary>
    public AnswerTemplate Accepted { get; init; } = AnswerTemplate.Parse("\u0006");

    /// <summary>The message is not wanted here, is no message, is too large, or cannot be stored now. Default <c>"\u0015"</c>, NAK.</summary>
    public AnswerTemplate Rejected { get; init; } = AnswerTemplate.Parse("\u0015");

    /// <summary>The content of the message is wrong. Default <c>"\u0015"</c>, NAK.</summary>
    public AnswerTemplate Error { get; init; } = AnswerTemplate.Parse("\u0015");
}

/// <summary>The source of a channel that receives messages over bare TCP, in frames of its own choice.</summary>
/// <example><code>{ "type": "tcp", "listen": "127.0.0.1:2600", "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" }, "answers": { "accepted": "OK ${message.id}", "rejected": "NO ${code}", "error": "NO ${code}" } }</code></example>
public sealed record TcpListenerConfig : StreamListenerConfig
{
    /// <summary>How messages are told apart.</summary>
    public required TcpFramingConfig Framing { get; init; }

    /// <summary>What senders hear. Default <c>text</c>.</summary>
    public TcpAnswer Answer { get; init; } = TcpAnswer.Text;

    /// <summary>The texts of the answers. Default the bytes ACK and NAK.</summary>
    public TcpAnswersConfig? Answers { get; init; }

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check())
            yield return problem;
        if (Answers is not null && Answer != TcpAnswer.Text)
            yield return new(1342, "answers", "\"answers\" goes with \"answer\": \"text\" alone. Leave one of the two out.");
        if (Framing?.CheckTls(Tls is not null) is { } cut)
            yield return cut;
        if (Framing is null || Framing.Check().Any())
            yield break;
        if (Answer == TcpAnswer.Hl7 && Framing.End is { } end && end.Bytes.Span.IndexOfAnyExcept((byte)'\r') < 0)
            yield return new(1343, "framing.end", "HL7 has a CR after every segment, so it cannot also end a message. Give other bytes, for example \"\\u001c\\r\".");
        if (Answer == TcpAnswer.Text)
        {
            foreach (ConfigProblem problem in CheckAnswers(Answers ?? new()))
                yield return problem;
        }
    }

    private IEnumerable<ConfigProblem> CheckAnswers(TcpAnswersConfig answers)
    {
        foreach ((string name, AnswerTemplate template) in new[] { ("accepted", answers.Accepted), ("rejected", answers.Rejected), ("error", answers.Error) })
        {
            if (Framing.End is { } end && template.Literals.Any(literal => literal.AsSpan().IndexOf(end.Bytes.Span) >= 0))
                yield return new(1343, $"answers.{name}", "The answer holds the bytes that end a message, so the sender would see two. They are added after it anyway: leave them out.");
        }
    }
}
