namespace Hub.Channels.Scripts;

/// <summary>What the compiler made of a script: something to run, or problems. Used by many connections at once, whatever their messages are.</summary>
/// <param name="Run">Runs it once; null when there are problems.</param>
/// <param name="Uses">What it uses of the message, as far as it is written out; what the message is decides whether that is right.</param>
/// <param name="Problems">What is wrong whatever the message is.</param>
internal sealed record CompiledScript(Action<ScriptGlobals>? Run, IReadOnlyList<ScriptUse> Uses, IReadOnlyList<ScriptProblem> Problems);

/// <summary>A place in a script that uses the message.</summary>
/// <param name="Member">The member of <see cref="ScriptMessage"/>.</param>
/// <param name="Path">The path that is given to it; null when it takes none, or when the script makes it while it runs.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal sealed record ScriptUse(string Member, string? Path, int Line, int Column);
