using System.Reflection;
using Hub.Channels.Data;

namespace Hub.Channels.Config;

/// <summary>
/// A type that channel files write as text, such as a field path. It is one when it has
/// <c>public static bool TryParse(string text, out T? value, out string? error)</c>, or one with a <see cref="MessageFormat"/> after the text when it
/// names places of the message; the error tells a person what is wrong and what to write.
/// </summary>
internal sealed class TextType
{
    private readonly MethodInfo _parse;

    private TextType(MethodInfo parse) => _parse = parse;

    /// <summary>The reader of a type; null when the type is not written as text.</summary>
    public static TextType? Of(Type type)
    {
        Type[] results = [type.MakeByRefType(), typeof(string).MakeByRefType()];
        MethodInfo? parse = type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, [typeof(string), typeof(MessageFormat), .. results])
            ?? type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, [typeof(string), .. results]);
        return parse is null ? null : new(parse);
    }

    /// <summary>Reads a text.</summary>
    /// <returns>The value, or null and what is wrong.</returns>
    public object? Read(string text, MessageFormat format, out string error)
    {
        object?[] arguments = _parse.GetParameters().Length == 4 ? [text, format, null, null] : [text, null, null];
        bool isRead = (bool)_parse.Invoke(null, arguments)!;
        error = (string?)arguments[^1] ?? $"{Quoted.Text(text)} cannot be read.";
        return isRead ? arguments[^2] : null;
    }
}
