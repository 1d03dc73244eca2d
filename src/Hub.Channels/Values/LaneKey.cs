using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Hub.Channels.Data;

namespace Hub.Channels.Values;

/// <summary>What messages of one destination are kept in order by: a field path, <c>PID-3.1</c>, or a value with <c>${…}</c>.</summary>
public sealed class LaneKey
{
    private readonly string _text;

    private LaneKey(string text, ValueTemplate value)
    {
        _text = text;
        Value = value;
    }

    /// <summary>The value that has to be the same.</summary>
    public ValueTemplate Value { get; }

    /// <summary>Reads a lane of HL7 v2.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The lane, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out LaneKey? value, [NotNullWhen(false)] out string? error) =>
        TryParse(text, MessageFormat.Hl7, out value, out error);

    /// <summary>Reads a lane.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="format">What the message is when it has been through the destination's steps.</param>
    /// <param name="value">The lane, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, MessageFormat format, [NotNullWhen(true)] out LaneKey? value, [NotNullWhen(false)] out string? error)
    {
        // A lane that is the same for every message is the one lane it has anyway, so text without ${…} has to be a path.
        string template = text.Contains("${", StringComparison.Ordinal) ? text : $"${{{text}}}";
        value = ValueTemplate.TryParse(template, format, out ValueTemplate? read, out error) ? new(text, read) : null;
        return value is not null;
    }

    /// <summary>The lane as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    /// <summary>The number of the lane that a message is in: the same for the same value, never 0.</summary>
    internal long NumberOf(StepContext context)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Value.Evaluate(context)), hash);
        return Math.Max(1, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue);
    }
}
