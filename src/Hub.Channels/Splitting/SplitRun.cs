using Hub.Channels.Steps;

namespace Hub.Channels.Splitting;

/// <summary>
/// Runs a channel's steps on a message and, from a step on that divides it, on each of its parts. In rounds: every part goes as far as the next
/// division before any goes further, so that each knows its number and how many there are.
/// </summary>
internal static class SplitRun
{
    /// <summary>Runs the steps.</summary>
    /// <param name="steps">The channel's steps.</param>
    /// <param name="contexts">The message, or the parts that it came in; afterwards those that are to be delivered, in order.</param>
    /// <returns>The context that was rejected; null when none was.</returns>
    public static StepContext? Run(StepList steps, ref List<StepContext> contexts)
    {
        bool divided;
        do
        {
            List<StepContext> next = [];
            divided = false;
            foreach (StepContext context in contexts)
            {
                switch (RunOne(steps, context))
                {
                    case StepResult.Reject:
                        return context;
                    case StepResult.Split:
                        divided = true;
                        next.AddRange(context.Parts!);
                        break;
                    case StepResult.Continue:
                        next.Add(context);
                        break;
                }
            }

            contexts = next;
            if (divided && next.Count > SplitLimit.MostParts)
            {
                next[0].BatchMessage = 0;
                next[0].Reject(207, null, SplitLimit.Text);
                return next[0];
            }

            if (divided)
                Number(next);
        }
        while (divided);
        return null;
    }

    /// <summary>Gives parts their numbers.</summary>
    public static void Number(List<StepContext> parts)
    {
        for (int i = 0; i < parts.Count; i++)
            parts[i].Part = new(i + 1, parts.Count);
    }

    private static StepResult RunOne(StepList steps, StepContext context)
    {
        if (context.Next >= steps.Count)
            return StepResult.Continue;
        if (!context.Part.IsWhole)
            context.Trace?.Begin(context.Part.ToString());
        return steps.RunOnward(context);
    }
}
