using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Formats.Hl7V2;

namespace Hub.Listeners.Tcp;

/// <summary>
/// The text of an answer: bytes, a character each, and <c>${message.id}</c>, <c>${code}</c>, <c>${reason}</c>. Nothing of a message's content can
/// come into it: the code is one of HL7 table 0357, the reason what that table says, and the place.
/// </summary>
public sealed class AnswerTemplate : IEquatable<AnswerTemplate>
{
    private const string Allowed = "Allowed are ${message.id}, ${code} and ${reason}; write $${ for the characters ${";

    private readonly (string Literal, string? Name)[] _parts;

    private AnswerTemplate(string text, (string Literal, string? Name)[] parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>The bytes between the <c>${…}</c>, for checks.</summary>
    internal IEnumerable<byte[]> Literals => _parts.Select(part => Encoding.Latin1.GetBytes(part.Literal));

    /// <summary>Reads a template.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The template, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out AnswerTemplate? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        if (!ByteText.TryParse(text, out _, out error))
            return false;
        List<(string, string?)> parts = [];
        error = Read(text, parts);
        value = error is null ? new(text, [.. parts]) : null;
        return value is not null;
    }

    /// <summary>Reads a template that is known to be right.</summary>
    internal static AnswerTemplate Parse(string text) => TryParse(text, out AnswerTemplate? value, out string? error) ? value : throw new FormatException(error);

    /// <summary>The answer to a message.</summary>
    /// <param name="receipt">What the engine made of it.</param>
    internal byte[] Write(Receipt receipt) => Encoding.Latin1.GetBytes(string.Concat(_parts.Select(part => part.Literal + Value(part.Name, receipt))));

    /// <inheritdoc />
    public bool Equals(AnswerTemplate? other) => other is not null && Text == other.Text;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as AnswerTemplate);

    /// <inheritdoc />
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The template as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;

    private static string? Read(string text, List<(string Literal, string? Name)> parts)
    {
        StringBuilder literal = new();
        for (int at = 0; at < text.Length;)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            bool isEscaped = rest.StartsWith("$${");
            if (isEscaped || !rest.StartsWith("${"))
            {
                literal.Append(isEscaped ? "${" : rest[..1]);
                at += isEscaped ? 3 : 1;
                continue;
            }

            int end = rest.IndexOf('}');
            string name = end < 0 ? "" : rest[2..end].ToString();
            if (name is not ("message.id" or "code" or "reason"))
                return end < 0 ? $"\"${{\" has no \"}}\". {Allowed}." : $"${{{name}}} is not known here. {Allowed}.";
            parts.Add((literal.ToString(), name));
            literal.Clear();
            at += end + 1;
        }

        parts.Add((literal.ToString(), null));
        return null;
    }

    private static string Value(string? name, Receipt receipt)
    {
        int code = receipt.Kind == ReceiptKind.Accepted ? 0 : receipt.Problems.Count > 0 ? receipt.Problems[0].Code : receipt.Kind == ReceiptKind.Undecodable ? 100 : 207;
        return name switch
        {
            "message.id" => receipt.Id?.ToString() ?? "",
            "code" => code.ToString(CultureInfo.InvariantCulture),
            "reason" => code > 0 && receipt.Problems.Count > 0 && receipt.Problems[0].Path is { } path ? $"{Acknowledgment.TextOf(code)} at {path}" : Acknowledgment.TextOf(code),
            _ => "",
        };
    }
}
