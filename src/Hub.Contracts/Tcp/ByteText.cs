using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hub.Contracts.Tcp;

/// <summary>Bytes that channel files write as text, a character each: <c>"\u0002"</c>, <c>"\r\n"</c>.</summary>
public sealed record ByteText
{
    private readonly string _text;

    private ByteText(string text)
    {
        _text = text;
        Bytes = Encoding.Latin1.GetBytes(text);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads bytes.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The bytes, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether they could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ByteText? value, [NotNullWhen(false)] out string? error)
    {
        int wide = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u00FF');
        value = wide < 0 ? new(text) : null;
        error = wide < 0 ? null : $"Character {wide + 1} is no byte (U+{(int)text[wide]:X4}). Write each byte as one character from \\u0000 to \\u00ff.";
        return wide < 0;
    }

    /// <summary>Whether both stand for the same bytes.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Whether they do.</returns>
    public bool Equals(ByteText? other) => other is not null && _text == other._text;

    /// <inheritdoc />
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>As the file writes it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;
}
