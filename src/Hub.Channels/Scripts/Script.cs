using System.Diagnostics;
using System.Text.RegularExpressions;
using Hub.Channels.Config;
using Hub.Channels.Steps;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Scripts;

/// <summary>
/// Runs C# of your own on the message, for what no other step can say. It is compiled when the channel is loaded and sees <c>Message.Get("PID-3.1")</c>,
/// <c>Set</c>, <c>SetEncoded</c>, <c>Delete</c>, <c>Exists</c>, <c>Count</c>, with the paths of what the message is there, <c>Text</c> of what is not HL7 v2, <c>Variables["x"]</c>, <c>Reject("…")</c>, <c>Filter()</c>, <c>Now</c> and <c>Id</c>; of .NET the namespaces System, System.Linq,
/// System.Collections.Generic, System.Text and System.Globalization. How to write one: <c>docs/how-to/scripts.md</c>.
/// </summary>
/// <example><code>{ "type": "script", "code": "Message.Set(\"PID-5.1\", Message.Get(\"PID-5.1\").ToUpperInvariant());" }</code></example>
public sealed partial record ScriptConfig : StepConfig, ICheckFiles, IUseFiles
{
    private const double LongestSeconds = 60;
    private const int MostProblems = 10;

    /// <summary>The script, relative to the channel file, <c>scripts/ward.csx</c>. Followed when it changes, as the channel file is.</summary>
    [ShownMember]
    public string? File { get; init; }

    /// <summary>Instead of a file: the script itself.</summary>
    public string? Code { get; init; }

    /// <summary>How long it may take for one message, in seconds; then the message is rejected. The sender waits as long. At most 60. Default 1.</summary>
    public double TimeLimitSeconds { get; init; } = 1;

    public override IEnumerable<ConfigProblem> Check()
    {
        if (File is null == Code is null)
            yield return new(ProblemCodes.StepMembers, "", "Give exactly one of \"file\" (\"scripts/ward.csx\") and \"code\".");
        if (TimeLimitSeconds is not (> 0 and <= LongestSeconds))
            yield return new(ProblemCodes.ScriptTimeLimit, "timeLimitSeconds", $"The sender waits while a script runs. Give a time above 0 and at most {LongestSeconds} seconds, or leave it out for 1.");
    }

    public IEnumerable<ConfigProblem> CheckFiles(string folder)
    {
        if (File is null == Code is null)
            return [];
        string member = File is null ? "code" : "file";
        if (ScriptSource.Of(this, folder, out string? problem) is not { } source)
            return [new(ProblemCodes.ScriptUnreadable, member, problem!)];
        return Problems(ScriptCache.Get(source)).Select(found => source.File is null
            ? new ConfigProblem(found.Code, member, $"Line {found.Line}, column {found.Column} of the script: {found.Text}")
            : new ConfigProblem(found.Code, member, found.Text) { File = source.File, Line = found.Line, Column = found.Column });
    }

    // What is wrong with it for every message, and what is for such as it gets here.
    private IEnumerable<ScriptProblem> Problems(CompiledScript compiled) => compiled.Problems
        .Concat(compiled.Uses.Select(use => ScriptPaths.Explain(use, Format) is { } text ? new ScriptProblem(ProblemCodes.ScriptForbidden, use.Line, use.Column, text) : null).OfType<ScriptProblem>())
        .DistinctBy(problem => problem.Line).OrderBy(problem => problem.Line).Take(MostProblems);

    /// <summary>The variables that the script names: taken as set by it, since what it does is not known before it runs.</summary>
    internal IEnumerable<string> Variables(string folder) =>
        ScriptSource.Of(this, folder, out _) is { } source ? VariableUse().Matches(source.Code).Select(match => match.Groups[1].Value) : [];

    [GeneratedRegex(@"\bVariables\s*\[\s*""([^""]*)""\s*\]", RegexOptions.CultureInvariant)]
    private static partial Regex VariableUse();

    bool IUseFiles.ArePartOfChannel => true;

    IEnumerable<string> IUseFiles.Files(string folder) => File is null ? [] : [ScriptSource.PathOf(File, folder)];
}

/// <summary>Runs a script.</summary>
internal sealed class Script : IStep
{
    private readonly ScriptSource _source;
    private readonly Action<ScriptGlobals> _run;
    private readonly ScriptPaths _paths;
    private readonly TimeSpan _limit;

    public Script(ScriptConfig config, StepHost host)
    {
        _source = ScriptSource.Of(config, host.Tables.Folder, out string? problem) ?? throw new StepException(problem!);
        CompiledScript compiled = ScriptCache.Get(_source);
        _run = compiled.Run ?? throw new StepException($"{_source.Name}({compiled.Problems[0].Line},{compiled.Problems[0].Column}): {compiled.Problems[0].Text}");
        _paths = new(config.Format, compiled.Uses);
        _limit = TimeSpan.FromSeconds(config.TimeLimitSeconds);
    }

    public StepResult Apply(StepContext context)
    {
        ScriptGlobals globals = new(context, _paths);
        try
        {
            if (!ScriptWatch.Run(_limit, () => _run(globals)))
                return context.Reject(207, null, TooLong());
        }
        catch (ScriptTimeException)
        {
            return context.Reject(207, null, TooLong());
        }
        catch (InsufficientExecutionStackException)
        {
            return context.Reject(207, null, $"{_source.Name}: a function calls itself too deeply. Look for one that has no end.");
        }
        catch (Exception failure) when (failure is StepException or Hl7FormatException or DocumentException)
        {
            return context.Reject(207, null, $"{PlaceOf(failure)}: {failure.Message}");
        }
        catch (Exception failure)
        {
            // Its text may hold content: "The input string 'Jones' was not in a correct format."
            return context.Reject(207, null, $"{PlaceOf(failure)}: {failure.GetType().Name}. Look at that line with hub try.");
        }

        if (globals.Result == StepResult.Filter)
            context.Trace?.Note("filtered");
        return globals.Result == StepResult.Reject ? context.Reject(207, null, globals.Reason) : globals.Result;
    }

    private string TooLong() => $"{_source.Name}: it took longer than {_limit.TotalSeconds:0.###} seconds and was stopped. Look for a loop that does not end, or raise \"timeLimitSeconds\".";

    private string PlaceOf(Exception failure)
    {
        int line = new StackTrace(failure, fNeedFileInfo: true).GetFrames().Where(frame => frame.GetFileName() == _source.Name).Select(frame => frame.GetFileLineNumber()).FirstOrDefault();
        return line > 0 ? $"{_source.Name}({line})" : _source.Name;
    }
}
