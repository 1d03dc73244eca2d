using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Scripts;

/// <summary>
/// Compiled scripts, each text compiled once: compiling takes a tenth of a second, and channel files are checked and read again whenever one of them changes.
/// The only way to the compiler: its assemblies are loaded when the first script is compiled, and never without one.
/// </summary>
internal static class ScriptCache
{
    // Versions of scripts that are used no more are forgotten with all others, now and then; they are unloaded when nothing runs them.
    private const int Most = 512;

    private static readonly ConcurrentDictionary<(string Code, string Name), Lazy<CompiledScript>> s_scripts = new();

    /// <summary>A script, compiled now or before.</summary>
    public static CompiledScript Get(ScriptSource source)
    {
        if (s_scripts.Count >= Most)
            s_scripts.Clear();
        return s_scripts.GetOrAdd((source.Code, source.Name), static (key, file) => new(() => Guarded(new(key.Code, key.Name, file))), source.File).Value;
    }

    // Whatever the compiler or the runtime makes of a text that nobody foresaw is a problem of that script: thrown, it would be kept and stop every channel.
    private static CompiledScript Guarded(ScriptSource source)
    {
        try
        {
            CompiledScript compiled = Compile(source);
            return compiled is { Run: null, Problems.Count: 0 } ? compiled with { Problems = [Unforeseen("the compiler made nothing and gave no reason")] } : compiled;
        }
        catch (Exception failure)
        {
            return new(null, [], [Unforeseen($"{failure.GetType().Name}: {failure.Message}")]);
        }
    }

    private static ScriptProblem Unforeseen(string what) => new(ProblemCodes.Unforeseen, 1, 1, FileProblem.Unforeseen(what));

    // Not inlined, so that a method that merely mentions the compiler does not load it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompiledScript Compile(ScriptSource source) => ScriptCompiler.Compile(source);
}
