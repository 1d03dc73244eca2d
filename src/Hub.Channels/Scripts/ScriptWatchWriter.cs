using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hub.Channels.Scripts;

/// <summary>
/// Puts a call to <see cref="ScriptWatch.Check"/> wherever a script could go on without end: into every loop and before every jump, and at the start of every function,
/// which could call itself. What runs before the body of a constructor, and what the compiler writes for records, is watched by members that are put into the types.
/// No line is added, so that exceptions name the lines of the script.
/// </summary>
internal sealed class ScriptWatchWriter(SemanticModel model) : CSharpSyntaxRewriter
{
    private static readonly StatementSyntax s_check = SyntaxFactory.ParseStatement($"global::{typeof(ScriptWatch).FullName}.{nameof(ScriptWatch.Check)}();");

    // The first of the initializers, which run before all else that a constructor does; false, as the default value has it, so that values stay equal.
    private static readonly MemberDeclarationSyntax s_first = Member($"private readonly bool __watched = global::{typeof(ScriptWatch).FullName}.{nameof(ScriptWatch.Enter)}();");

    public override SyntaxNode VisitWhileStatement(WhileStatementSyntax node)
    {
        WhileStatementSyntax loop = (WhileStatementSyntax)base.VisitWhileStatement(node)!;
        return loop.WithStatement(Watched(loop.Statement));
    }

    public override SyntaxNode VisitDoStatement(DoStatementSyntax node)
    {
        DoStatementSyntax loop = (DoStatementSyntax)base.VisitDoStatement(node)!;
        return loop.WithStatement(Watched(loop.Statement));
    }

    public override SyntaxNode VisitForStatement(ForStatementSyntax node)
    {
        ForStatementSyntax loop = (ForStatementSyntax)base.VisitForStatement(node)!;
        return loop.WithStatement(Watched(loop.Statement));
    }

    public override SyntaxNode VisitForEachStatement(ForEachStatementSyntax node)
    {
        ForEachStatementSyntax loop = (ForEachStatementSyntax)base.VisitForEachStatement(node)!;
        return loop.WithStatement(Watched(loop.Statement));
    }

    public override SyntaxNode VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        ForEachVariableStatementSyntax loop = (ForEachVariableStatementSyntax)base.VisitForEachVariableStatement(node)!;
        return loop.WithStatement(Watched(loop.Statement));
    }

    public override SyntaxNode VisitGotoStatement(GotoStatementSyntax node) => Watched((StatementSyntax)base.VisitGotoStatement(node)!);

    public override SyntaxNode VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        MethodDeclarationSyntax made = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.ArrowToken, body.Expression, IsVoid(node.ReturnType), made.SemicolonToken))
            : made.WithBody(Watched(made.Body));
    }

    public override SyntaxNode VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        LocalFunctionStatementSyntax made = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.ArrowToken, body.Expression, IsVoid(node.ReturnType), made.SemicolonToken))
            : made.WithBody(Watched(made.Body));
    }

    public override SyntaxNode VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        OperatorDeclarationSyntax made = (OperatorDeclarationSyntax)base.VisitOperatorDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.ArrowToken, body.Expression, IsVoid(node.ReturnType), made.SemicolonToken))
            : made.WithBody(Watched(made.Body));
    }

    public override SyntaxNode VisitConversionOperatorDeclaration(ConversionOperatorDeclarationSyntax node)
    {
        ConversionOperatorDeclarationSyntax made = (ConversionOperatorDeclarationSyntax)base.VisitConversionOperatorDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.ArrowToken, body.Expression, isVoid: false, made.SemicolonToken))
            : made.WithBody(Watched(made.Body));
    }

    public override SyntaxNode VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        ConstructorDeclarationSyntax made = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.ArrowToken, body.Expression, isVoid: true, made.SemicolonToken))
            : made.WithBody(Watched(made.Body));
    }

    public override SyntaxNode VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        AccessorDeclarationSyntax made = (AccessorDeclarationSyntax)base.VisitAccessorDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.ArrowToken, body.Expression, !node.IsKind(SyntaxKind.GetAccessorDeclaration), made.SemicolonToken))
            : made.WithBody(Watched(made.Body));
    }

    public override SyntaxNode VisitPropertyDeclaration(PropertyDeclarationSyntax node)
    {
        PropertyDeclarationSyntax made = (PropertyDeclarationSyntax)base.VisitPropertyDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(body, made.SemicolonToken))
            : made;
    }

    public override SyntaxNode VisitIndexerDeclaration(IndexerDeclarationSyntax node)
    {
        IndexerDeclarationSyntax made = (IndexerDeclarationSyntax)base.VisitIndexerDeclaration(node)!;
        return made.ExpressionBody is { } body
            ? made.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(body, made.SemicolonToken))
            : made;
    }

    public override SyntaxNode VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        SimpleLambdaExpressionSyntax made = (SimpleLambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!;
        return made.ExpressionBody is { } body ? made.WithExpressionBody(null).WithBlock(Block(default, body, IsVoid(node), default)) : made.WithBlock(Watched(made.Block));
    }

    public override SyntaxNode VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        ParenthesizedLambdaExpressionSyntax made = (ParenthesizedLambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!;
        return made.ExpressionBody is { } body ? made.WithExpressionBody(null).WithBlock(Block(default, body, IsVoid(node), default)) : made.WithBlock(Watched(made.Block));
    }

    public override SyntaxNode VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        AnonymousMethodExpressionSyntax made = (AnonymousMethodExpressionSyntax)base.VisitAnonymousMethodExpression(node)!;
        return made.WithBlock(Watched(made.Block)!);
    }

    public override SyntaxNode VisitClassDeclaration(ClassDeclarationSyntax node)
    {
        ClassDeclarationSyntax made = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;
        return SymbolOfFirst(node) is { IsStatic: false } ? (ClassDeclarationSyntax)With(made, s_first) : made;
    }

    // One whose values nothing but the compiler makes has no initializers, and may have none.
    public override SyntaxNode VisitStructDeclaration(StructDeclarationSyntax node)
    {
        StructDeclarationSyntax made = (StructDeclarationSyntax)base.VisitStructDeclaration(node)!;
        return HasConstructor(SymbolOfFirst(node)) ? (StructDeclarationSyntax)With(made, s_first) : made;
    }

    public override SyntaxNode VisitRecordDeclaration(RecordDeclarationSyntax node)
    {
        RecordDeclarationSyntax made = (RecordDeclarationSyntax)base.VisitRecordDeclaration(node)!;
        if (SymbolOfFirst(node) is not { } type)
            return made;
        if (type.IsValueType)
            return HasConstructor(type) ? (RecordDeclarationSyntax)With(made, s_first) : made;
        // The compiler's GetHashCode and Equals ask this first; its ToString looks after the stack itself.
        string modifiers = type.BaseType!.SpecialType != SpecialType.System_Object ? "protected override" : type.IsSealed ? "private" : "protected virtual";
        return (RecordDeclarationSyntax)With(made, s_first, Member($"{modifiers} global::System.Type EqualityContract {{ get {{ {s_check} return typeof({node.Identifier.Text}{node.TypeParameterList}); }} }}"));
    }

    // Of a type in parts, the first one has the members of the watch.
    private INamedTypeSymbol? SymbolOfFirst(TypeDeclarationSyntax node) =>
        model.GetDeclaredSymbol(node) is { } type && type.DeclaringSyntaxReferences[0].Span == node.Span ? type : null;

    private static bool HasConstructor(INamedTypeSymbol? type) => type?.InstanceConstructors.Any(made => !made.IsImplicitlyDeclared) == true;

    private static MemberDeclarationSyntax Member(string text) => SyntaxFactory.ParseMemberDeclaration(text)!;

    private static TypeDeclarationSyntax With(TypeDeclarationSyntax type, params MemberDeclarationSyntax[] first)
    {
        TypeDeclarationSyntax made = type.WithMembers(type.Members.InsertRange(0, first));
        return type.OpenBraceToken.IsKind(SyntaxKind.None)
            ? made.WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken)).WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTriviaFrom(type.SemicolonToken)).WithSemicolonToken(default)
            : made;
    }

    private static BlockSyntax Watched(StatementSyntax statement) => SyntaxFactory.Block(s_check, statement);

    private static BlockSyntax? Watched(BlockSyntax? body) => body?.WithStatements(body.Statements.Insert(0, s_check));

    // What stands around the arrow and the semicolon, line ends above all, stays where it was.
    private static BlockSyntax Block(SyntaxToken arrow, ExpressionSyntax expression, bool isVoid, SyntaxToken semicolon)
    {
        StatementSyntax statement = (isVoid, expression) switch
        {
            (_, ThrowExpressionSyntax thrown) => SyntaxFactory.ThrowStatement(thrown.ThrowKeyword.WithTrailingTrivia(SyntaxFactory.Space), thrown.Expression, SyntaxFactory.Token(SyntaxKind.SemicolonToken)),
            (true, _) => SyntaxFactory.ExpressionStatement(expression),
            _ => SyntaxFactory.ReturnStatement(SyntaxFactory.Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(SyntaxFactory.Space), expression, SyntaxFactory.Token(SyntaxKind.SemicolonToken)),
        };
        BlockSyntax block = SyntaxFactory.Block(s_check, statement);
        return block
            .WithOpenBraceToken(block.OpenBraceToken.WithLeadingTrivia(arrow.LeadingTrivia).WithTrailingTrivia(arrow.TrailingTrivia))
            .WithCloseBraceToken(block.CloseBraceToken.WithLeadingTrivia(semicolon.LeadingTrivia).WithTrailingTrivia(semicolon.TrailingTrivia));
    }

    private static AccessorListSyntax Getter(ArrowExpressionClauseSyntax body, SyntaxToken semicolon)
    {
        AccessorDeclarationSyntax getter = SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, Block(body.ArrowToken, body.Expression, isVoid: false, semicolon));
        return SyntaxFactory.AccessorList(SyntaxFactory.SingletonList(getter));
    }

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax named && named.Keyword.IsKind(SyntaxKind.VoidKeyword);

    private bool IsVoid(LambdaExpressionSyntax lambda) => model.GetSymbolInfo(lambda).Symbol is IMethodSymbol { ReturnsVoid: true };
}
