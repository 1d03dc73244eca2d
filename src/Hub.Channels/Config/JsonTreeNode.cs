namespace Hub.Channels.Config;

/// <summary>What a value of JSON is.</summary>
internal enum NodeKind
{
    Object,
    Array,
    Text,
    Number,
    Boolean,
    Null,
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line its name stands in.</param>
/// <param name="Value">Its value.</param>
internal sealed record JsonTreeMember(string Name, int Line, JsonTreeNode Value);

/// <summary>A value of a file, with where it stands.</summary>
internal sealed class JsonTreeNode
{
    public required NodeKind Kind { get; init; }

    /// <summary>The line it begins in, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Its JSON path, <c>$.destinations[0].endpoint</c>.</summary>
    public required string Path { get; init; }

    /// <summary>A text without its quotes, a number as written, <c>true</c> or <c>false</c>; empty for the others.</summary>
    public string Text { get; init; } = "";

    /// <summary>The members of an object, in the order of the file; of doubled ones the first.</summary>
    public IReadOnlyList<JsonTreeMember> Members { get; init; } = [];

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<JsonTreeNode> Items { get; init; } = [];

    /// <summary>The path of a member of this object.</summary>
    public string PathOf(string name) =>
        name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '$') ? $"{Path}.{name}" : $"{Path}['{name}']";

    /// <summary>The value of a member, or null when there is none.</summary>
    public JsonTreeNode? Member(string name) => Members.FirstOrDefault(member => member.Name == name)?.Value;

    /// <summary>The line of the value at a JSON path beneath this one, or of the nearest value around it that is there.</summary>
    public int LineOf(string path)
    {
        JsonTreeNode? next = Members.Select(member => member.Value).Concat(Items).FirstOrDefault(child => child.Holds(path));
        return next?.LineOf(path) ?? Line;
    }

    private bool Holds(string path) =>
        path.StartsWith(Path, StringComparison.Ordinal) && (path.Length == Path.Length || path[Path.Length] is '.' or '[');
}
