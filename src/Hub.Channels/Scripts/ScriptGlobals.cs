namespace Hub.Channels.Scripts;

/// <summary>What a script sees: its members are names that the script uses as they are.</summary>
public sealed class ScriptGlobals
{
    private readonly StepContext _context;

    internal ScriptGlobals(StepContext context, ScriptPaths paths)
    {
        _context = context;
        Message = new(context, paths);
        Variables = new(context.Variables);
    }

    /// <summary>The message in force. In a <c>forEach</c> its paths mean the group or repetition.</summary>
    public ScriptMessage Message { get; }

    /// <summary>What <c>setVariable</c> and scripts keep: <c>Variables["ward"]</c>, empty text when not set.</summary>
    public ScriptVariables Variables { get; }

    /// <summary>When the message was taken, in the zone of the machine.</summary>
    public DateTimeOffset Now => _context.Now;

    /// <summary>The message's number.</summary>
    public long Id => _context.Id.Value;

    /// <summary>What the script came to.</summary>
    internal StepResult Result { get; private set; }

    /// <summary>Why, when it rejected.</summary>
    internal string Reason { get; private set; } = "";

    /// <summary>Rejects the message when the script has ended. The first call counts.</summary>
    /// <param name="reason">What is wrong and what to do. People see it in lists and logs: no patient data.</param>
    public void Reject(string reason)
    {
        if (Result == StepResult.Continue)
            (Result, Reason) = (StepResult.Reject, reason ?? "");
    }

    /// <summary>Filters the message when the script has ended: it is taken and delivered nowhere; in a destination's steps, not to this one.</summary>
    public void Filter()
    {
        if (Result == StepResult.Continue)
            Result = StepResult.Filter;
    }
}
