using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>A filter or transform, ready to run. Made once a version of a channel, used by many connections at once: it keeps no state of a message.</summary>
public interface IStep
{
    /// <summary>Applies the step. Called once a message (once a group or repetition inside a <c>forEach</c>).</summary>
    /// <param name="context">The message and what is known about it. The step changes the message in place.</param>
    /// <returns>Whether the message goes on.</returns>
    /// <exception cref="StepException">The step cannot be applied to this message; it is rejected with the text as the reason.</exception>
    StepResult Apply(StepContext context);
}

/// <summary>Whether a message goes on after a step.</summary>
public enum StepResult
{
    /// <summary>To the next step.</summary>
    Continue,

    /// <summary>No further: filtered.</summary>
    Filter,
}

/// <summary>A message on its way through the steps. One for each message, used by one thread.</summary>
public sealed class StepContext
{
    /// <summary>The message, changed in place.</summary>
    public required Hl7Message Message { get; init; }

    /// <summary>Its number.</summary>
    public required MessageId Id { get; init; }

    /// <summary>The channel's id.</summary>
    public required string Channel { get; init; }

    /// <summary>The time that <c>${now:…}</c> gives: when the message was taken, in the zone of the machine.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The group or repetition that a <c>forEach</c> is at; null outside.</summary>
    public Hl7Scope? Scope { get; init; }

    /// <summary>Is told what each condition and step did and why; null when nobody asked (all but <c>hub try</c>).</summary>
    public IStepTrace? Trace { get; init; }

    /// <summary>The same message seen from one of its groups or repetitions.</summary>
    /// <param name="scope">The group or repetition.</param>
    /// <returns>A context for the steps inside a <c>forEach</c>.</returns>
    public StepContext Within(Hl7Scope scope) =>
        new() { Message = Message, Id = Id, Channel = Channel, Now = Now, Scope = scope, Trace = Trace };
}

/// <summary>Told by conditions and steps what they saw and did, for people who try a channel.</summary>
public interface IStepTrace
{
    /// <summary>A step begins.</summary>
    /// <param name="step">Its place in the file, <c>steps[2]</c>, and kind.</param>
    void Begin(string step);

    /// <summary>One thing that a condition saw (<c>PID-8 was "F", wanted "M"</c>) or a step did (<c>MSH-5 "" → "MPI"</c>).</summary>
    /// <param name="text">The sentence.</param>
    void Note(string text);
}

/// <summary>A step cannot be applied to a message. Its text tells where and what, without patient data.</summary>
public sealed class StepException : Exception
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public StepException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    public StepException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public StepException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
