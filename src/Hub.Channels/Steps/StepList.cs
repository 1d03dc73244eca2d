using Hub.Channels.Config;
using Hub.Channels.Filters;
using Hub.Channels.Transforms;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Steps;

/// <summary>Steps in the order of the file. Runs each whose <c>when</c> holds, and names it in whatever goes wrong there.</summary>
public sealed class StepList
{
    private readonly Entry[] _entries;

    private StepList(Entry[] entries) => _entries = entries;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _entries.Length == 0;

    internal static StepList Build(IReadOnlyList<StepConfig> steps, string path, ComponentCatalog catalog, LookupTables tables) =>
        new([.. steps.Select((step, i) => Make(step, $"{path}[{i}]", catalog, tables))]);

    /// <summary>How many there are.</summary>
    internal int Count => _entries.Length;

    /// <summary>Runs the channel's steps from the next one of the context on, and leaves in it where they stopped.</summary>
    internal StepResult RunOnward(StepContext context)
    {
        StepResult result = StepResult.Continue;
        while (result == StepResult.Continue && context.Next < _entries.Length)
            result = Apply(_entries[context.Next++], context);
        return result;
    }

    /// <summary>Runs the steps.</summary>
    /// <param name="context">The message.</param>
    /// <param name="goesOn">Asked after each step whether what the steps are for is still there; null for always.</param>
    /// <returns>Whether the message goes on.</returns>
    public StepResult Run(StepContext context, Func<bool>? goesOn = null)
    {
        foreach (Entry entry in _entries)
        {
            StepResult result = Apply(entry, context);
            if (result != StepResult.Continue)
                return result;
            if (goesOn is not null && !goesOn())
                return StepResult.Continue;
        }

        return StepResult.Continue;
    }

    private static Entry Make(StepConfig config, string path, ComponentCatalog catalog, LookupTables tables)
    {
        Component component = catalog.Find(ChannelCatalog.StepKind, config.Type)
            ?? throw new InvalidOperationException($"The catalog has no step \"{config.Type}\".");
        // A filter asks its condition itself: there it decides about the message, not about the step.
        Condition? when = config.When is null || config is FilterConfig ? null : Condition.From(config.When);
        return new($"{path} {config.Type}", when, (IStep)component.Create(config, new StepHost(catalog, tables, path)));
    }

    private static StepResult Apply(Entry entry, StepContext context)
    {
        context.Step = entry.Name;
        context.Trace?.Begin(entry.Name);
        try
        {
            if (entry.When is null || entry.When.Holds(context))
                return entry.Step.Apply(context);
            context.Trace?.Note("passed over");
            return StepResult.Continue;
        }
        catch (Exception failure) when (failure is StepException or Hl7FormatException or DocumentException)
        {
            return context.Reject(207, null, failure.Message);
        }
    }

    private sealed record Entry(string Name, Condition? When, IStep Step);
}
