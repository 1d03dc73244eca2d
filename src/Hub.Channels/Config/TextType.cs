using System.Reflection;

namespace Hub.Channels.Config;

/// <summary>
/// A type that channel files write as text, such as a field path. It is one when it has
/// <c>public static bool TryParse(string text, out T? value, out string? error)</c>; the error tells a person what is wrong and what to write.
/// </summary>
internal sealed class TextType
{
    private readonly MethodInfo _parse;

    private TextType(MethodInfo parse) => _parse = parse;

    /// <summary>The reader of a type; null when the type is not written as text.</summary>
    public static TextType? Of(Type type)
    {
        Type[] parameters = [typeof(string), type.MakeByRefType(), typeof(string).MakeByRefType()];
        MethodInfo? parse = type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, parameters);
        return parse is null ? null : new(parse);
    }

    /// <summary>Reads a text.</summary>
    /// <returns>The value, or null and what is wrong.</returns>
    public object? Read(string text, out string error)
    {
        object?[] arguments = [text, null, null];
        bool isRead = (bool)_parse.Invoke(null, arguments)!;
        error = (string?)arguments[2] ?? $"{Quoted.Text(text)} cannot be read.";
        return isRead ? arguments[1] : null;
    }
}
