namespace Hub.Channels.Scripts;

/// <summary>What the compiler made of a script: something to run, or problems. Used by many connections at once.</summary>
/// <param name="Run">Runs it once; null when there are problems.</param>
/// <param name="Problems">What is wrong.</param>
internal sealed record CompiledScript(Action<ScriptGlobals>? Run, IReadOnlyList<ScriptProblem> Problems);
