using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>A message on its way through the steps. One for each message, used by one thread.</summary>
public sealed partial class StepContext
{
    /// <summary>The message when it is HL7 v2, changed in place; <c>build</c> puts another one here.</summary>
    /// <exception cref="StepException">It is not HL7 v2 here. What a step needs is checked when the file is loaded, so a step sees this only when it has not said what it takes.</exception>
    public Hl7Message Message
    {
        get => _message ?? throw new StepException("The message is not HL7 v2 here, and this step works on nothing else. Put it before a convert, or leave it out.");
        set => (_message, _document) = (value, null);
    }

    /// <summary>Its number.</summary>
    public required MessageId Id { get; init; }

    /// <summary>The channel's id.</summary>
    public required string Channel { get; init; }

    /// <summary>The time that <c>${now:…}</c> gives: when the message was taken, in the zone of the machine.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Which part of a split message this is; a whole one otherwise.</summary>
    public MessagePart Part { get; set; }

    /// <summary>Of a batch that was divided, the message that this came in as, from 1; 0 for what was no batch.</summary>
    internal int BatchMessage { get; set; }

    /// <summary>What steps keep under names for later steps.</summary>
    public StepVariables Variables { get; init; } = new();

    /// <summary>What a step divided the message into, for the pipeline.</summary>
    internal IReadOnlyList<StepContext>? Parts { get; set; }

    /// <summary>The channel's step that is to run next.</summary>
    internal int Next { get; set; }

    /// <summary>The destinations that <c>route</c> chose; null while no such step was applied: all of them.</summary>
    internal HashSet<string>? Routed { get; set; }

    /// <summary>The group or repetition that a <c>forEach</c> is at; null outside. Every read and write of the message is given it.</summary>
    public Hl7Scope? Scope { get; set; }

    /// <summary>Is told what each condition and step did and why; null when nobody asked (all but <c>hub try</c> and tests). Nothing is put into words then.</summary>
    public IStepTrace? Trace { get; init; }

    /// <summary>Why the message is rejected; null while it is not.</summary>
    public MessageProblem? Problem { get; private set; }

    /// <summary>The step being applied, <c>steps[2] mapTable</c>.</summary>
    internal string Step { get; set; } = "";

    /// <summary>A context for a part of the message that goes on where this one is.</summary>
    internal StepContext PartOf(Hl7Message message) => Like().With(message);

    /// <summary>A context for a part of the message that goes on where this one is.</summary>
    internal StepContext PartOf(Document document) => Like().With(document);

    /// <summary>A context for a destination's copy of the message; a change in one is not seen in the other.</summary>
    internal StepContext Copy() => _document is null ? Like().With(Message.Clone()) : Like().With(_document.Clone());

    private StepContext Like() => new()
    {
        Id = Id,
        Channel = Channel,
        Now = Now,
        Trace = Trace,
        Part = Part,
        BatchMessage = BatchMessage,
        Next = Next,
        Variables = Variables.Clone(),
        Routed = Routed,
    };

    /// <summary>Rejects the message; a step returns what this gives.</summary>
    /// <param name="code">HL7 table 0357: 101 required field, 102 data type, 103 table value, 207 anything else.</param>
    /// <param name="path">The place.</param>
    /// <param name="text">What is wrong there and what to do, without patient data.</param>
    /// <returns><see cref="StepResult.Reject"/>.</returns>
    public StepResult Reject(int code, MessagePath? path, string text)
    {
        Problem = new(code, path?.ToString(), $"{(Part.IsWhole ? "" : $"{Part}, ")}{Step}: {text}") { BatchMessage = BatchMessage };
        Trace?.Note($"rejected: {text}");
        return StepResult.Reject;
    }

    /// <summary>Writes encoded bytes to a place and tells the trace.</summary>
    /// <param name="path">The place.</param>
    /// <param name="value">The bytes, encoded with the message's delimiters.</param>
    /// <exception cref="Hl7FormatException">The place cannot be written.</exception>
    public void Write(FieldPath path, ReadOnlySpan<byte> value)
    {
        string? before = Shown(path);
        Message.SetRaw(path, value, Scope);
        NoteChange(path, before);
    }

    /// <summary>Takes a place away and tells the trace.</summary>
    /// <param name="path">The place.</param>
    /// <exception cref="Hl7FormatException">It holds the delimiters.</exception>
    public void Delete(FieldPath path)
    {
        string? before = Shown(path);
        Message.Delete(path, Scope);
        NoteChange(path, before);
    }

    /// <summary>What stands at a place, for the trace; null when nobody asked.</summary>
    internal string? Shown(MessagePath path) => Trace is null ? null : path.Hl7 is { } field ? Shown(field) : GetText(path);

    private string? Shown(FieldPath path) =>
        Trace is null ? null : Message.CharacterSet.Show(Message.GetRaw(path.Repetition == FieldPath.Every ? path with { Repetition = 0, Component = 0, Subcomponent = 0 } : path, Scope));

    /// <summary>Tells the trace what a place held and holds now.</summary>
    internal void NoteChange(MessagePath path, string? before) => Trace?.Note($"{path} \"{before}\" → \"{Shown(path)}\"");

    // No path is made for a trace that nobody asked for.
    private void NoteChange(FieldPath path, string? before) => Trace?.Note($"{path} \"{before}\" → \"{Shown(path)}\"");
}
