using Hub.Channels.Config;
using Hub.Channels.Transforms;
using Hub.Contracts;

namespace Hub.Channels.Steps;

/// <summary>What a step may use while it is made.</summary>
public sealed class StepHost
{
    internal StepHost(ComponentCatalog catalog, LookupTables tables, string path)
    {
        Catalog = catalog;
        Tables = tables;
        Path = path;
    }

    /// <summary>The tables of the channel.</summary>
    public LookupTables Tables { get; }

    internal ComponentCatalog Catalog { get; }

    /// <summary>The step's place in the file.</summary>
    internal string Path { get; }

    /// <summary>Makes the steps inside a step.</summary>
    /// <param name="steps">What the file says.</param>
    /// <returns>The steps, ready to run.</returns>
    public StepList Nested(IReadOnlyList<StepConfig> steps) => StepList.Build(steps, $"{Path}.steps", Catalog, Tables);
}
