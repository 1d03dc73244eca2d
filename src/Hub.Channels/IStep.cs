using Hub.Channels.Filters;

namespace Hub.Channels;

/// <summary>A filter or transform, ready to run. Made once a version of a channel, used by many connections at once: it keeps no state of a message.</summary>
public interface IStep
{
    /// <summary>Applies the step. Called once a message (once a group or repetition inside a <c>forEach</c>).</summary>
    /// <param name="context">The message and what is known about it. The step changes the message in place.</param>
    /// <returns>Whether the message goes on. A step that cannot be applied returns what <see cref="StepContext.Reject"/> gives.</returns>
    /// <exception cref="StepException">Something below the step failed; the message is rejected with the text as the reason.</exception>
    StepResult Apply(StepContext context);
}

/// <summary>Whether a message goes on after a step.</summary>
public enum StepResult
{
    /// <summary>To the next step.</summary>
    Continue,

    /// <summary>No further: filtered.</summary>
    Filter,

    /// <summary>It was divided: the parts go on to the next step. Only <c>splitMessage</c> returns this.</summary>
    Split,

    /// <summary>No further: it is rejected, for the reason given to <see cref="StepContext.Reject"/>.</summary>
    Reject,
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

    /// <summary>A condition was asked. Conditions within one come before it, as far as they were asked.</summary>
    /// <param name="condition">What the file says; the very object that the channel was built from.</param>
    /// <param name="holds">The answer.</param>
    void Asked(ConditionConfig condition, bool holds)
    {
    }
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
