using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Steps;
using Hub.Contracts;

namespace Hub.Channels.Transforms;

/// <summary>What becomes of a value that a table does not list.</summary>
public enum UnmappedValue
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>The place becomes not populated.</summary>
    Empty,

    /// <summary>The message is rejected, AE 103.</summary>
    Reject,
}

/// <summary>
/// Replaces a value by what a table says. Values are compared without the blanks around them, capitals as written. A place that is not populated, or HL7 null, stays.
/// The table is read again when its file changes.
/// </summary>
/// <example><code>{ "type": "mapTable", "path": "PV1-2", "table": "tables/patient-class.csv", "otherwise": "keep" }</code></example>
public sealed record MapTableConfig : StepConfig, ICheckFiles, IUseFiles
{
    /// <summary>The place, <c>PV1-2</c>; with <c>[*]</c> every repetition.</summary>
    public required MessagePath Path { get; init; }

    /// <summary>The CSV file, relative to the channel file, <c>tables/patient-class.csv</c>. Its first row names the columns.</summary>
    [ShownMember]
    public required string Table { get; init; }

    /// <summary>The column that the value is looked up in. Default: the first.</summary>
    public string? From { get; init; }

    /// <summary>The column that is written. Default: the second.</summary>
    public string? To { get; init; }

    /// <summary>What becomes of a value that is not listed. Default <c>keep</c>.</summary>
    public UnmappedValue? Otherwise { get; init; }

    /// <summary>Written for a value that is not listed. Not together with <c>otherwise</c>.</summary>
    public string? Default { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        if (Otherwise is not null && Default is not null)
            yield return new(ProblemCodes.StepMembers, "default", "Give \"otherwise\" or \"default\", not both.");
        foreach (ConfigProblem problem in Places.CheckField(Path, "path"))
            yield return problem;
    }

    public IEnumerable<ConfigProblem> CheckFiles(string folder)
    {
        if (LookupTable.Load(FileIn(folder), From, To, out string? problem) is null)
            yield return new(ProblemCodes.Table, "table", problem!);
    }

    bool IUseFiles.ArePartOfChannel => false;

    IEnumerable<string> IUseFiles.Files(string folder) => [FileIn(folder)];

    private string FileIn(string folder) => System.IO.Path.GetFullPath(Table, System.IO.Path.GetFullPath(folder));
}

/// <summary>Replaces a value by what a table says.</summary>
internal sealed class MapTable(MapTableConfig config, StepHost host) : IStep
{
    private readonly LookupTable _table = host.Tables.Get(config.Table, config.From, config.To);

    public StepResult Apply(StepContext context)
    {
        if (!config.Path.IsMany && config.Path.Hl7 is not null)
            return Map(context, config.Path);
        StepResult result = StepResult.Continue;
        foreach (MessagePath place in context.Expand(config.Path))
            result = result == StepResult.Continue ? Map(context, place) : result;
        return result;
    }

    private StepResult Map(StepContext context, MessagePath path)
    {
        string value = context.GetText(path);
        if (value.Length == 0 || value == "\"\"")
            return StepResult.Continue;
        if (_table.TryMap(value, out string? mapped) || config.Default is not null)
            context.SetText(path, mapped ?? config.Default!);
        else if (config.Otherwise == UnmappedValue.Empty)
            context.SetText(path, "");
        else if (config.Otherwise == UnmappedValue.Reject)
            return context.Reject(103, path, $"{path} has a value that {_table.Name} does not list. Add it to the table, or say what \"otherwise\" is to be.");
        else
            context.Trace?.Note($"{path} \"{value}\" is not in {_table.Name} and stays");
        return StepResult.Continue;
    }
}
