using System.Globalization;
using System.Security.Cryptography;
using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Filters;
using Hub.Channels.Splitting;
using Hub.Channels.Steps;
using Hub.Channels.Validation;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>
/// What a channel does with a message: parse, admit, validate, run the channel's steps, on each part from where one divides it, then each destination's own on a copy. A function of the message,
/// the time and the tables: no socket, no journal, no clock. Used by many connections at once.
/// </summary>
public sealed class ChannelPipeline
{
    private readonly ChannelConfig _config;
    private readonly AcceptList? _accept;
    private readonly MessageFormat _format;
    private readonly HeaderPaths _headerPaths;
    private readonly StepList _steps;
    private readonly DestinationModel[] _destinations;
    private readonly BatchAdmission? _batches;
    private readonly MessageValidation? _validation;

    internal ChannelPipeline(ChannelConfig config, StepList steps, DestinationModel[] destinations, MessageValidation? validation)
    {
        _validation = validation;
        _config = config;
        _accept = config.Source.Accept is null ? null : new(config.Source.Accept);
        _format = MessageFormat.Of(config.Source);
        _headerPaths = HeaderPaths.From(config.Source.HeaderPaths, _format);
        _steps = steps;
        _destinations = destinations;
        _batches = config.Steps is [SplitMessageConfig { By: SplitBy.Batch }, ..] ? new(config.Source.FallbackCharacterSet, Refuse, PlaceOf, WholeOf) : null;
    }

    /// <summary>Says whether the channel takes a message, without running its steps.</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <param name="trace">Is told what validation found; null when nobody asked.</param>
    /// <returns>The message with its header, and the refusal when it is not taken.</returns>
    public Admission Admit(ReadOnlyMemory<byte> raw, IStepTrace? trace = null) => Masked(AdmitWhole(raw, MaskedTrace.Of(trace, _config.Secrets), isPart: false, validates: true));

    /// <summary>Says where a message belongs that is a part of another one (protocol C02).</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <returns>Its place; null for a whole message, and where the channel puts nothing together.</returns>
    public FragmentPlace? PlaceOf(ReadOnlyMemory<byte> raw) => Reassembles ? PointersOf(raw) : null;

    /// <summary>Says what a message goes on from and where it goes on, also where the channel puts nothing together and passes parts on as they are.</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <returns>Its place; null for a message that is no part of another.</returns>
    public FragmentPlace? PointersOf(ReadOnlyMemory<byte> raw) =>
        _format.Type == DataType.Hl7v2 && Hl7Continuation.IsFragment(raw.Span, out string continues, out string pointer) && !Hl7Batch.Is(raw.Span) ? new(continues, pointer) { Body = BodyOf(raw.Span) } : null;

    // A sender that sends a part again may give it another time and control id.
    private static string BodyOf(ReadOnlySpan<byte> raw) => Convert.ToHexStringLower(SHA256.HashData(raw[(Hl7Header.Find(raw) + Hl7Header.Segment(raw).Length)..]));

    /// <summary>Reads the sequence number of a message (MSH-13, protocol Q01).</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <returns>The number; <see cref="long.MinValue"/> for what is none; null when there is none, or the channel does not go by them.</returns>
    public long? SequenceOf(ReadOnlyMemory<byte> raw)
    {
        // BHS-13 is something else.
        if (!_config.Source.SequenceNumbers || Hl7Batch.Is(raw.Span) || Hl7Header.Field(raw.Span, 13) is not { IsEmpty: false } field)
            return null;
        // HL7 v2.5.1 §2.14.9.13: NM of 15 characters.
        return field.Length <= 15 && long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : long.MinValue;
    }

    /// <summary>Says whether the channel takes a part of a message: by its header, without what can only be said of the whole.</summary>
    /// <param name="raw">The bytes as received.</param>
    /// <returns>The part with its header, and the refusal when it is not taken.</returns>
    public Admission AdmitPart(ReadOnlyMemory<byte> raw) => Masked(AdmitWhole(raw, null, isPart: true, validates: true));

    private Admission Masked(Admission admission) => _config.Secrets is { } secrets ? admission with { Refusal = admission.Refusal?.Masked(secrets), Problems = secrets.Mask(admission.Problems) } : admission;

    /// <summary>Whether the channel puts the parts of a message together.</summary>
    public bool Reassembles => _config.Source.Reassemble && _format.Type == DataType.Hl7v2;

    /// <summary>Whether a message is a batch that the channel divides, so that there are several to be stored.</summary>
    /// <param name="raw">The bytes as received.</param>
    public bool Divides(ReadOnlyMemory<byte> raw) => _batches is not null && Hl7Batch.Is(raw.Span);

    // C01. What is received stays in the journal as it came; the steps and destinations get it whole.
    private ReadOnlyMemory<byte> WholeOf(ReadOnlyMemory<byte> raw) => Reassembles ? Hl7Continuation.JoinAdditions(raw) : raw;

    private Admission AdmitWhole(ReadOnlyMemory<byte> raw, IStepTrace? trace, bool isPart, bool validates)
    {
        if (_format.Type != DataType.Hl7v2)
            return AdmitDocument(raw);
        if (Divides(raw))
            return Silenced(_batches!.Admit(raw, trace, validates));
        ReadOnlyMemory<byte> whole = isPart ? raw : WholeOf(raw);
        Hl7Message? message = Hl7Message.Parse(whole, out Hl7Fault? fault, _config.Source.FallbackCharacterSet);
        MessageHeader header = HeaderReader.Read(whole.Span, message?.WireCharacterSet);
        if (message is null)
            return new(null, header, RefuseFault(header, fault!));
        if (isPart)
            return Silenced(new(message, header, RefuseByHeader(message, header)) { IsAnswer = AcknowledgmentRequest.IsOfAnswer(message) });
        PipelineOutcome? refusal = Refuse(message, header, trace, validates, out IReadOnlyList<MessageProblem> found);
        return Silenced(new(message, header, refusal) { Problems = found, IsAnswer = AcknowledgmentRequest.IsOfAnswer(message) });
    }

    // A13. Whatever becomes of an answer, nothing is said to it: two systems that answer answers never end.
    private static Admission Silenced(Admission admission) => admission.IsAnswer ? admission with { Refusal = admission.Refusal?.Unanswered() } : admission;

    /// <summary>Runs the whole pipeline.</summary>
    /// <param name="id">The message's number.</param>
    /// <param name="raw">The bytes as received. They must not change afterwards: deliveries may be views of them.</param>
    /// <param name="now">When the message was taken, in the zone of the machine.</param>
    /// <param name="trace">Is told what happens and why; null when nobody asked.</param>
    /// <param name="admit">False runs the steps also on a message that the channel would refuse, as far as it is one; for trying.</param>
    /// <param name="found">What validation found when <see cref="Admit"/> took the message, which is then not validated again; null when nobody asked yet.</param>
    /// <param name="nextId">Gives the messages of a batch their numbers; null gives them that of the batch.</param>
    /// <returns>The outcome.</returns>
    public PipelineOutcome Run(MessageId id, ReadOnlyMemory<byte> raw, DateTimeOffset now, IStepTrace? trace = null, bool admit = true, IReadOnlyList<MessageProblem>? found = null, Func<MessageId>? nextId = null) =>
        RunUnmasked(id, raw, now, MaskedTrace.Of(trace, _config.Secrets), admit, found, nextId).Masked(_config.Secrets);

    private PipelineOutcome RunUnmasked(MessageId id, ReadOnlyMemory<byte> raw, DateTimeOffset now, IStepTrace? trace, bool admit, IReadOnlyList<MessageProblem>? found, Func<MessageId>? nextId)
    {
        Admission admission = AdmitWhole(raw, trace, isPart: false, validates: found is null);
        if (found is not null)
            admission = admission with { Problems = found };
        if (!admission.IsMessage || (admit && admission.Refusal is not null))
            return admission.Refusal!;
        StepContext Begin(MessageId number) => new() { Id = number, Channel = _config.Id, Now = now, Trace = trace };
        List<StepContext> contexts = [.. admission.Parts?.Select(part => Begin(nextId?.Invoke() ?? id).With(part.Message)) ?? [admission.Document is { } document ? Begin(id).With(document) : Begin(id).With(admission.Message!)]];
        BatchRows? rows = admission.Parts is null ? null : new(admission, [.. contexts.Select(context => context.Id)]);
        if (admission.Parts is not null)
            NumberMessages(contexts);
        // One among other messages tells nobody here anything; the others have their numbers in what was received.
        if (admission is { Parts: not null, IsAnswer: false })
            contexts.RemoveAll(context => AcknowledgmentRequest.IsAcknowledgment(context.Message));
        PipelineOutcome outcome = SplitRun.Run(_steps, ref contexts) is { } rejected
            ? Rejected(admission.Header, admission.Flags, ReceiptKind.Error, [rejected.Problem!, .. admission.Problems])
            : Distribute(admission, contexts, raw, rows);
        return admission.IsAnswer ? outcome.Unanswered() : outcome;
    }

    private static void NumberMessages(List<StepContext> messages)
    {
        SplitRun.Number(messages);
        for (int i = 0; i < messages.Count; i++)
            messages[i].BatchMessage = i + 1;
    }

    private Admission AdmitDocument(ReadOnlyMemory<byte> raw)
    {
        Document? document = _format.Read(raw, out DocumentFault? fault);
        if (document is null)
            return new(null, MessageHeader.Empty, RefuseFault(MessageHeader.Empty, new(true, true, 102, fault!.Place, fault.Text)));
        MessageHeader header = MessageHeader.Empty;
        try
        {
            header = _headerPaths.Read(document);
        }
        catch (DocumentException failure)
        {
            return new(null, header, Rejected(header, [], ReceiptKind.Error, [new(102, null, $"headerPaths: {failure.Message}")]), document);
        }

        bool isMissing = _headerPaths.ControlId is not null && header.ControlId.Length == 0 && _config.Source.RequireControlId;
        MessageProblem problem = new(101, _headerPaths.ControlId?.ToString(), $"{_headerPaths.ControlId} (the control id) is empty. Give every message an id, or set \"requireControlId\": false.");
        return new(null, header, isMissing ? Rejected(header, [], ReceiptKind.Error, [problem]) : null, document);
    }

    private PipelineOutcome? Refuse(Hl7Message message, MessageHeader header, IStepTrace? trace, bool validates, out IReadOnlyList<MessageProblem> found)
    {
        found = [];
        PipelineOutcome? refusal = RefuseByHeader(message, header);
        if (refusal is not null || _validation is null || !validates)
            return refusal;
        trace?.Begin("validate");
        found = _validation.Check(message, trace: trace);
        return _validation.Stops(found) ? Rejected(header, message.Flags, MessageValidation.AnswerTo(found), found) : null;
    }

    private PipelineOutcome? RefuseByHeader(Hl7Message message, MessageHeader header)
    {
        // It is kept, so that somebody can see who sends acknowledgments here. Answers to queries and orders (RSP, ORR) are what a channel may be for.
        if (AcknowledgmentRequest.IsAcknowledgment(message))
            return Rejected(header, message.Flags, ReceiptKind.Silent, [new(200, "MSH-9", "The message is an acknowledgment itself, which this channel does not wait for. Look for a sender that connects to the wrong port.")]);
        IReadOnlyList<MessageProblem> problems = _accept?.Check(message) ?? [];
        if (problems.Count > 0)
            return Rejected(header, message.Flags, ReceiptKind.Rejected, problems);
        return header.ControlId.Length == 0 && _config.Source.RequireControlId
            ? Rejected(header, message.Flags, ReceiptKind.Error, [new(101, "MSH-10", "MSH-10 (message control id) is empty. Give every message an id, or set \"requireControlId\": false.")])
            : null;
    }

    internal static PipelineOutcome RefuseFault(MessageHeader header, Hl7Fault fault) => new()
    {
        State = MessageState.Rejected,
        Answer = fault.IsUndecodable ? ReceiptKind.Undecodable : fault.IsReject ? ReceiptKind.Rejected : ReceiptKind.Error,
        Header = header,
        Problems = [new(fault.Code, fault.Path, fault.Text) { Advice = fault.Advice }],
    };

    private static PipelineOutcome Rejected(MessageHeader header, IReadOnlyList<string> noticed, ReceiptKind answer, IReadOnlyList<MessageProblem> problems) => new()
    {
        State = MessageState.Rejected,
        Answer = answer,
        Header = header,
        Problems = problems,
        Flags = noticed,
    };

    // Part by part, so that each destination gets them in order.
    private PipelineOutcome Distribute(Admission admission, List<StepContext> parts, ReadOnlyMemory<byte> raw, BatchRows? rows)
    {
        List<NewDelivery> deliveries = new(_destinations.Length * parts.Count);
        FoundProblems found = new(admission.Problems);
        foreach (StepContext part in parts)
        {
            if (!part.Part.IsWhole)
                part.Trace?.Begin(part.Part.ToString());
            List<NewDelivery> own = rows?.DeliveriesOf(part) ?? deliveries;
            int before = own.Count;
            if (Distribute(part, rows?.HeaderOf(part) ?? admission.Header, raw, own, found) is { } problem)
                return Rejected(admission.Header, admission.Flags, ReceiptKind.Error, [problem, .. admission.Problems]);
            if (rows is not null)
                deliveries.AddRange(own.Skip(before));
        }

        return new()
        {
            State = deliveries.Count > 0 ? MessageState.Accepted : MessageState.Filtered,
            Answer = ReceiptKind.Accepted,
            Header = admission.Header,
            Problems = found.ToList(),
            Flags = admission.Flags,
            Deliveries = deliveries,
            Messages = rows?.ToMessages(found.ToList()) ?? [],
        };
    }

    private MessageProblem? Distribute(StepContext context, MessageHeader header, ReadOnlyMemory<byte> raw, List<NewDelivery> deliveries, FoundProblems found)
    {
        // What destinations without steps of their own send, written once for all of them, when the first of them gets it.
        ReadOnlyMemory<byte>? shared = null;
        bool isWritten = false;
        foreach (DestinationModel destination in _destinations)
        {
            StepContext own = HasOwnSteps(destination) ? context.Copy() : context;
            StepResult result = Apply(destination, own, out long lane, out IReadOnlyList<MessageProblem> wrong);
            if (result == StepResult.Reject)
                return own.Problem!;
            if (result == StepResult.Filter)
                continue;
            ReadOnlyMemory<byte>? content = shared;
            if ((own != context || !isWritten) && !TryWrite(destination, own, raw, out content))
                return own.Problem!;
            if (own == context)
                (shared, isWritten) = (content, true);
            found.Add(wrong);
            HandOver? to = destination.HandsTo is { } channel ? new(channel, HeaderOf(own, header, content), own.Now) : null;
            deliveries.Add(new(destination.Id, lane, content, context.Part, to, destination.Validation?.Stops(wrong) is true ? MessageValidation.ReasonOf(wrong) : null));
        }

        return null;
    }

    // What the steps made may have another header; of what is no HL7 the journal knows what the source's header said.
    private static MessageHeader HeaderOf(StepContext context, MessageHeader received, ReadOnlyMemory<byte>? content) =>
        content is { } changed && HeaderReader.Read(changed.Span, context.IsHl7 ? context.Message.WireCharacterSet : null) is { ControlId.Length: > 0 } made ? made : received;

    private static bool HasOwnSteps(DestinationModel destination) => !destination.Steps.IsEmpty;

    private static StepResult Apply(DestinationModel destination, StepContext context, out long lane, out IReadOnlyList<MessageProblem> wrong)
    {
        lane = 0;
        wrong = [];
        context.Step = destination.Place;
        try
        {
            if (!Route.Reaches(context, destination))
                return StepResult.Filter;
            if (destination.When is not null)
                context.Trace?.Begin(destination.Place);
            if (destination.When is not null && !destination.When.Holds(context))
                return StepResult.Filter;
            StepResult result = destination.Steps.Run(context);
            context.Step = destination.Place;
            if (result != StepResult.Continue)
                return result;
            lane = destination.LaneKey?.NumberOf(context) ?? 0;
            wrong = Validate(destination, context);
            return result;
        }
        catch (Exception failure) when (failure is StepException or Hl7FormatException or DocumentException)
        {
            return context.Reject(207, null, failure.Message);
        }
    }

    private static IReadOnlyList<MessageProblem> Validate(DestinationModel destination, StepContext context)
    {
        if (destination.Validation is not { } validation)
            return [];
        context.Trace?.Begin($"{destination.Place} validate");
        IReadOnlyList<MessageProblem> found = validation.Check(context.Message, $"{(context.Part.IsWhole ? "" : $"{context.Part}, ")}{destination.Place}: ", context.Trace);
        return context.BatchMessage == 0 ? found : [.. found.Select(problem => problem with { BatchMessage = context.BatchMessage })];
    }

    // A value that steps gave a column may be too long for it, or hold what its character set has not.
    private static bool TryWrite(DestinationModel destination, StepContext context, ReadOnlyMemory<byte> raw, out ReadOnlyMemory<byte>? content)
    {
        content = null;
        try
        {
            content = ContentOf(context, raw);
            return true;
        }
        catch (Exception failure) when (failure is StepException or Hl7FormatException or DocumentException)
        {
            context.Step = destination.Place;
            if (destination.When is null)
                context.Trace?.Begin(destination.Place);
            context.Reject(207, null, $"the message cannot be written: {failure.Message}");
            return false;
        }
    }

    // Null: the received bytes, which the journal then keeps once.
    private static ReadOnlyMemory<byte>? ContentOf(StepContext context, ReadOnlyMemory<byte> raw)
    {
        ReadOnlyMemory<byte> bytes = context.ToBytes();
        // Not "? null : bytes": null would become empty bytes there, by way of byte[].
        if (bytes.Span.SequenceEqual(raw.Span))
            return null;
        return bytes;
    }
}
