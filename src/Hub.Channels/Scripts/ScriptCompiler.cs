using System.Reflection;
using System.Reflection.Metadata;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text;
using Hub.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Hub.Channels.Scripts;

// From a script's text to something to run:
//   parse → compile to find mistakes → ScriptRules looks at every symbol → ScriptWatchWriter puts calls to the watch into
//   loops, jumps, functions and types, on the lines where they stand → compile that → load it into a context of its own.
// References are made from the metadata in memory: in a single-file Hub assemblies have no file. Only what a script may use
// is referenced, so that most of the platform is not there at all.

/// <summary>Compiles scripts. With its two companions the only class that names the compiler; reached through <see cref="ScriptCache"/>.</summary>
internal static class ScriptCompiler
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, DocumentationMode.None, SourceCodeKind.Script);
    private static readonly Lazy<MetadataReference[]> s_references = new(() => [.. Referenced().Select(Reference)]);
    private static int s_number;

    public static CompiledScript Compile(ScriptSource source)
    {
        SourceText text = SourceText.From(source.Code, Encoding.UTF8);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, s_parse, source.Name);
        CSharpCompilation compilation = Compilation(tree);
        // The rules come first: that something does not exist would send people to look for a way to have it.
        ScriptProblem[] problems =
        [
            .. ScriptRules.CheckText(tree),
            .. ScriptRules.CheckSymbols(compilation.GetSemanticModel(tree)),
            .. compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(Problem),
        ];
        ScriptUse[] uses = [.. ScriptRules.Uses(compilation.GetSemanticModel(tree))];
        if (problems.Length > 0)
            return new(null, uses, problems);
        // Without one the compiler makes nothing, and does not say why.
        if (tree.GetCompilationUnitRoot().Members.Count == 0)
            return new(null, uses, [new(ProblemCodes.Script, 1, 1, "The script has no statement. Write what it has to do, or take the step out.")]);
        SyntaxNode watched = new ScriptWatchWriter(compilation.GetSemanticModel(tree)).Visit(tree.GetRoot());
        return Load(Compilation(CSharpSyntaxTree.Create((CSharpSyntaxNode)watched, s_parse, source.Name, Encoding.UTF8)), uses);
    }

    private static CSharpCompilation Compilation(SyntaxTree tree) => CSharpCompilation.CreateScriptCompilation(
        $"script-{Interlocked.Increment(ref s_number)}",
        tree,
        s_references.Value,
        new(
            OutputKind.DynamicallyLinkedLibrary,
            usings: ScriptRules.Namespaces,
            // Optimized code tells the line before, or none, for what goes wrong in the middle of a statement.
            optimizationLevel: OptimizationLevel.Debug,
            allowUnsafe: false,
            concurrentBuild: false),
        globalsType: typeof(ScriptGlobals));

    private static CompiledScript Load(CSharpCompilation compilation, ScriptUse[] uses)
    {
        using MemoryStream code = new();
        using MemoryStream lines = new();
        EmitResult emitted = compilation.Emit(code, lines, options: new(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!emitted.Success)
            return new(null, uses, [.. emitted.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(1).Select(Problem)]);
        code.Position = lines.Position = 0;
        // Of its own, so that an old version can be unloaded.
        AssemblyLoadContext context = new(compilation.AssemblyName, isCollectible: true);
        IMethodSymbol entry = compilation.GetEntryPoint(CancellationToken.None)!;
        Assembly assembly = context.LoadFromStream(code, lines);
        Prepare(assembly);
        Func<object?[], Task<object>> run = assembly
            .GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object>>>();
        // What the compiler makes of a script is asynchronous in form; without await, which scripts cannot have, it ends before it returns.
        return new(globals => run([globals, null]).GetAwaiter().GetResult(), uses, []);
    }

    // Now, and not within the time of the first message.
    private static void Prepare(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (MethodBase method in assembly.GetTypes().Where(type => !type.ContainsGenericParameters).SelectMany(type => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All))))
        {
            // What a delegate does is the runtime's own: there is nothing to prepare, and asking for it throws.
            bool isRuntimes = (method.MethodImplementationFlags & MethodImplAttributes.CodeTypeMask) == MethodImplAttributes.Runtime;
            if (!method.IsAbstract && !method.ContainsGenericParameters && !isRuntimes)
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    private static ScriptProblem Problem(Diagnostic found)
    {
        LinePosition at = found.Location.GetLineSpan().StartLinePosition;
        return new(ProblemCodes.Script, at.Line + 1, at.Character + 1, $"{found.Id}: {found.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
    }

    private static IEnumerable<Assembly> Referenced() =>
    [
        typeof(object).Assembly,
        Assembly.Load("System.Runtime"),
        typeof(Enumerable).Assembly,
        typeof(SortedSet<>).Assembly,
        typeof(ScriptGlobals).Assembly,
    ];

    private static unsafe PortableExecutableReference Reference(Assembly assembly) =>
        assembly.TryGetRawMetadata(out byte* blob, out int length)
            ? AssemblyMetadata.Create(ModuleMetadata.CreateFromMetadata((nint)blob, length)).GetReference()
            : throw new InvalidOperationException($"{assembly.GetName().Name} has no metadata to compile scripts with.");
}
