using Hub.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Hub.Channels.Scripts;

/// <summary>
/// What scripts may not do. Every name and every value of a script must be of a type in the few namespaces that are open, so that files, networks,
/// processes, threads and reflection are out of reach by being in none of them. It keeps honest people honest; it is no sandbox.
/// </summary>
internal static class ScriptRules
{
    private const string Why = "Scripts read and change the message and nothing else";

    private static readonly HashSet<string> s_open = [.. Namespaces, "System.Collections"];

    // Of System, where much else stands that runs code later or elsewhere (Progress, Timer), or reaches out (Environment, Type). Exceptions are open as well.
    private static readonly HashSet<string> s_openOfSystem =
    [
        // Values
        "Boolean", "Byte", "Char", "DateOnly", "DateTime", "DateTimeOffset", "Decimal", "Double", "Guid", "Half", "Index", "Int128", "Int16", "Int32", "Int64", "IntPtr",
        "Nullable", "Object", "Range", "SByte", "Single", "String", "TimeOnly", "TimeSpan", "Tuple", "UInt128", "UInt16", "UInt32", "UInt64", "UIntPtr", "ValueTuple", "ValueType", "Version", "Void",
        // Several of them
        "Array", "ArraySegment", "CharEnumerator", "Memory", "MemoryExtensions", "ReadOnlyMemory", "ReadOnlySpan", "Span", "TupleExtensions",
        // What is done with them
        "BitConverter", "Buffer", "Convert", "FormattableString", "HashCode", "Lazy", "Math", "MathF", "Random", "StringComparer", "StringNormalizationExtensions", "TimeZoneInfo",
        // Kinds of them
        "Base64FormattingOptions", "DateTimeKind", "DayOfWeek", "Enum", "MidpointRounding", "StringComparison", "StringSplitOptions", "TypeCode",
        // Functions
        "Action", "Comparison", "Converter", "Delegate", "EventArgs", "EventHandler", "Func", "MulticastDelegate", "Predicate",
        // Interfaces
        "ICloneable", "IComparable", "IConvertible", "ICustomFormatter", "IDisposable", "IEquatable", "IFormatProvider", "IFormattable", "IParsable", "ISpanFormattable", "ISpanParsable",
        "IUtf8SpanFormattable", "IUtf8SpanParsable",
    ];

    private static readonly HashSet<string> s_closedTypes = ["System.Linq.Queryable", "System.Linq.ParallelEnumerable"];

    private static readonly Dictionary<string, string> s_closedMembers = new()
    {
        ["System.DateTime.Now"] = "Write Now: the time the message was taken, which is the same in every test",
        ["System.DateTime.UtcNow"] = "Write Now: the time the message was taken, which is the same in every test",
        ["System.DateTime.Today"] = "Write Now.Date: the day the message was taken, which is the same in every test",
        ["System.DateTimeOffset.Now"] = "Write Now: the time the message was taken, which is the same in every test",
        ["System.DateTimeOffset.UtcNow"] = "Write Now: the time the message was taken, which is the same in every test",
        ["System.Globalization.CultureInfo.CurrentCulture"] = "Write CultureInfo.InvariantCulture",
        ["System.Globalization.CultureInfo.CurrentUICulture"] = "Write CultureInfo.InvariantCulture",
        ["System.Globalization.CultureInfo.DefaultThreadCurrentCulture"] = "Write CultureInfo.InvariantCulture",
        ["System.Globalization.CultureInfo.DefaultThreadCurrentUICulture"] = "Write CultureInfo.InvariantCulture",
        ["System.Linq.Enumerable.InfiniteSequence"] = "Write Enumerable.Range, which has an end",
        ["System.Text.Encoding.RegisterProvider"] = Why,
    };

    private static readonly HashSet<string> s_ours = [typeof(ScriptGlobals).FullName!, typeof(ScriptMessage).FullName!, typeof(ScriptVariables).FullName!];

    /// <summary>The namespaces that scripts see.</summary>
    public static IEnumerable<string> Namespaces => ["System", "System.Linq", "System.Collections.Generic", "System.Text", "System.Globalization"];

    /// <summary>What can be told from the text alone.</summary>
    public static IEnumerable<ScriptProblem> CheckText(SyntaxTree tree)
    {
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(descendIntoTrivia: true))
        {
            if (RefusalOf(node) is { } text)
                yield return At(node, text);
        }

        foreach (SyntaxToken token in tree.GetRoot().DescendantTokens().Where(token => token.IsKind(SyntaxKind.AsyncKeyword)))
            yield return At(token.GetLocation(), "async is not allowed in scripts: a script ends before the message goes on. Write it without.");
    }

    /// <summary>What can be told once names have a meaning.</summary>
    public static IEnumerable<ScriptProblem> CheckSymbols(SemanticModel model)
    {
        foreach (SyntaxNode node in model.SyntaxTree.GetRoot().DescendantNodes())
        {
            if (Refusal(model.GetSymbolInfo(node).Symbol) is { } named)
                yield return At(node, named);
            else if (node is ExpressionSyntax && Refusal(model.GetTypeInfo(node).Type) is { } typed)
                yield return At(node, typed);
            else if (IsMadeUnwatched(node, model))
                yield return At(node, "A type of the script is made here before its constructor can be watched. Write it into the constructor's body.");
            else if (Nesting(node, model) is { } nesting)
                yield return At(node, nesting);
        }
    }

    // Two values of these types are compared, and hashed, by what the compiler or .NET wrote, which cannot be watched: one within another, many times over, would end the process or never end.
    private static string? Nesting(SyntaxNode node, SemanticModel model)
    {
        ISymbol? type = node switch
        {
            StructDeclarationSyntax or RecordDeclarationSyntax => model.GetDeclaredSymbol(node),
            AnonymousObjectCreationExpressionSyntax => model.GetTypeInfo(node).Type,
            _ => null,
        };
        if (type is not INamedTypeSymbol { IsValueType: true } and not INamedTypeSymbol { IsAnonymousType: true })
            return null;
        INamedTypeSymbol named = (INamedTypeSymbol)type;
        string shown = named.IsAnonymousType ? "this type without a name" : named.ToDisplayString();
        return Held(named).FirstOrDefault(member => CanHoldAny(member.Type)) is { Name: { } name }
            ? $"{name} of {shown} can hold another {(named.IsAnonymousType ? "one" : named.Name)}, and so on without end. Give it a type that cannot (string, int, a class of the script), or write a class or a record class."
            : null;
    }

    private static IEnumerable<(string Name, ITypeSymbol Type)> Held(INamedTypeSymbol type) => type.IsAnonymousType
        ? type.GetMembers().OfType<IPropertySymbol>().Select(member => (member.Name, member.Type))
        // What a method uses of a parameter of its type is kept in a field, <name>P.
        : type.GetMembers().OfType<IFieldSymbol>().Select(field => (field.AssociatedSymbol?.Name ?? field.Name.Split('<', '>').First(part => part.Length > 0), field.Type));

    private static bool CanHoldAny(ITypeSymbol type) =>
        type.TypeKind is TypeKind.Interface or TypeKind.TypeParameter or TypeKind.Dynamic
        || type.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum
        || (type is INamedTypeSymbol { IsGenericType: true } named && (named.IsValueType || named.Name == "Tuple") && named.TypeArguments.Any(CanHoldAny));

    // What a constructor gives to another of its type is made before anything of that type is run, its initializers included.
    private static bool IsMadeUnwatched(SyntaxNode node, SemanticModel model)
    {
        if (node is not (BaseObjectCreationExpressionSyntax or CollectionExpressionSyntax) || !node.Ancestors().Any(outer => outer.IsKind(SyntaxKind.ThisConstructorInitializer)))
            return false;
        TypeInfo made = model.GetTypeInfo(node);
        return (made.Type ?? made.ConvertedType) is ITypeParameterSymbol or { Locations: [{ IsInSource: true }, ..] };
    }

    private static string? RefusalOf(SyntaxNode node) => node switch
    {
        ReferenceDirectiveTriviaSyntax or LoadDirectiveTriviaSyntax => $"#r and #load are not allowed. {Why}.",
        LineDirectiveTriviaSyntax or LineSpanDirectiveTriviaSyntax => "#line is not allowed: errors name the lines of this file.",
        UnsafeStatementSyntax or FixedStatementSyntax or PointerTypeSyntax or FunctionPointerTypeSyntax => $"unsafe code is not allowed. {Why}.",
        StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax => "stackalloc is not allowed: write new.",
        AwaitExpressionSyntax => "await is not allowed in scripts: a script ends before the message goes on.",
        LockStatementSyntax => "lock is not allowed: a script runs by itself, and nothing is shared between messages.",
        QueryExpressionSyntax => "Query expressions cannot be watched for their time. Write .Where(…) and .Select(…).",
        DestructorDeclarationSyntax => "Finalizers are not allowed: they would run outside of the script's time.",
        AttributeSyntax => "Attributes are not allowed in scripts.",
        BaseFieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.StaticKeyword) => "static is not allowed: a script keeps nothing from message to message. Write const, or leave static out.",
        PropertyDeclarationSyntax property when property.Modifiers.Any(SyntaxKind.StaticKeyword) && property.ExpressionBody is null => "static is not allowed: a script keeps nothing from message to message.",
        ConstructorDeclarationSyntax made when made.Modifiers.Any(SyntaxKind.StaticKeyword) => "static is not allowed: a script keeps nothing from message to message.",
        _ when node.ChildTokens().Any(token => token.IsKind(SyntaxKind.UnsafeKeyword)) => $"unsafe code is not allowed. {Why}.",
        _ when node.ChildTokens().Any(token => token.IsKind(SyntaxKind.ExternKeyword)) => $"extern is not allowed. {Why}.",
        _ => null,
    };

    private static string? Refusal(ISymbol? symbol) => symbol switch
    {
        null or IErrorTypeSymbol => null,
        ITypeSymbol type => IsOpen(type) ? null : Closed(type),
        INamespaceSymbol { IsGlobalNamespace: false } named => IsOpenNamespace(named.ToDisplayString()) ? null : $"{named.ToDisplayString()} is not allowed in scripts. {Why}; open are {string.Join(", ", Namespaces)}.",
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => RefusalOfMember(symbol),
        _ => null,
    };

    private static string? RefusalOfMember(ISymbol member)
    {
        if (s_closedMembers.TryGetValue($"{member.ContainingType?.OriginalDefinition.ToDisplayString()}.{member.Name}", out string? instead))
            return $"{member.ContainingType!.Name}.{member.Name} is not allowed in scripts. {instead}.";
        if (member.ContainingType is { } owner && !IsOpen(owner))
            return Closed(owner);
        ITypeSymbol? result = member switch
        {
            IMethodSymbol method => method.ReturnType,
            IPropertySymbol property => property.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };
        return result is null || result.TypeKind == TypeKind.Error || IsOpen(result) ? null : Closed(result);
    }

    private static bool IsOpen(ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol => true,
        IDynamicTypeSymbol or IPointerTypeSymbol or IFunctionPointerTypeSymbol => false,
        IArrayTypeSymbol array => IsOpen(array.ElementType),
        ITypeParameterSymbol => true,
        _ when type.IsAnonymousType || type.Locations.Any(place => place.IsInSource) => true,
        INamedTypeSymbol named => IsOpenName(named.OriginalDefinition) && named.TypeArguments.All(IsOpen),
        _ => true,
    };

    private static bool IsOpenName(INamedTypeSymbol type)
    {
        string name = type.ToDisplayString();
        if (type.SpecialType == SpecialType.System_Void || s_ours.Contains(name))
            return true;
        if (type.ContainingType is { } outer)
            return IsOpenName(outer);
        string place = type.ContainingNamespace.ToDisplayString();
        return place == "System" ? s_openOfSystem.Contains(type.Name) || type.Name.EndsWith("Exception", StringComparison.Ordinal) : s_open.Contains(place) && !s_closedTypes.Contains(name);
    }

    // The way to an open namespace goes through its parents.
    private static bool IsOpenNamespace(string name) => s_open.Contains(name) || name.StartsWith('<');

    private static string Closed(ITypeSymbol type) => $"{type.ToDisplayString()} is not allowed in scripts. {Why}.";

    /// <summary>What a script uses of the message, for the channels to check.</summary>
    public static IEnumerable<ScriptUse> Uses(SemanticModel model)
    {
        foreach (SyntaxNode node in model.SyntaxTree.GetRoot().DescendantNodes().Where(node => node is InvocationExpressionSyntax or IdentifierNameSyntax))
        {
            if (model.GetSymbolInfo(node).Symbol is not { ContainingType.Name: nameof(ScriptMessage) } symbol || (node is IdentifierNameSyntax && symbol is not IPropertySymbol))
                continue;
            SyntaxNode place = (node as InvocationExpressionSyntax)?.ArgumentList.Arguments.FirstOrDefault()?.Expression ?? node;
            LinePosition at = place.GetLocation().GetLineSpan().StartLinePosition;
            yield return new(symbol.Name, symbol is IMethodSymbol && model.GetConstantValue(place) is { HasValue: true, Value: string path } ? path : null, at.Line + 1, at.Character + 1);
        }
    }

    private static ScriptProblem At(SyntaxNode node, string text) => At(node.GetLocation(), text);

    private static ScriptProblem At(Location place, string text)
    {
        LinePosition at = place.GetLineSpan().StartLinePosition;
        return new(ProblemCodes.ScriptForbidden, at.Line + 1, at.Character + 1, text);
    }
}
