using System.Diagnostics.CodeAnalysis;
using System.Text;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Json;
using Hub.Formats.Tables;
using Hub.Formats.Xml;

namespace Hub.Channels.Data;

/// <summary>What messages are at one place of a channel: their data type, and what reading them and paths into them needs. Made when the file is loaded.</summary>
public sealed record MessageFormat
{
    private static readonly Dictionary<string, string> s_noNamespaces = [];

    /// <summary>HL7 v2.</summary>
    public static MessageFormat Hl7 { get; } = new();

    /// <summary>What the source says could not be read, so that nothing can be said about the paths of the channel: all are taken, and the source has its problem.</summary>
    public static MessageFormat Unknown { get; } = new() { Type = DataType.Delimited, IsUnknown = true };

    /// <summary>Whether it is not known.</summary>
    public bool IsUnknown { get; private init; }

    /// <summary>The data type.</summary>
    public DataType Type { get; init; } = DataType.Hl7v2;

    /// <summary>The prefixes of XPaths; kept when the data type changes, for what may follow.</summary>
    public IReadOnlyDictionary<string, string> Namespaces { get; init; } = s_noNamespaces;

    /// <summary>How rows are laid out; null when the messages are no rows.</summary>
    public TableLayout? Layout { get; init; }

    /// <summary>The data type as people call it.</summary>
    public string Name => NameOf(Type);

    /// <summary>What a <c>convert</c> step can make of such messages.</summary>
    internal IReadOnlyList<DataType> Conversions => Type switch
    {
        DataType.Hl7v2 => [DataType.Xml, DataType.Json],
        DataType.Xml => [DataType.Hl7v2, DataType.Json],
        DataType.Json => [DataType.Xml, DataType.Delimited, DataType.Hl7v2],
        DataType.Delimited or DataType.FixedWidth => [DataType.Json],
        _ => [],
    };

    /// <summary>The extension of files that hold such messages, with its dot.</summary>
    internal string Extension => Type switch
    {
        DataType.Hl7v2 => ".hl7",
        DataType.Json => ".json",
        DataType.Xml => ".xml",
        DataType.Delimited => ".csv",
        DataType.FixedWidth => ".txt",
        _ => ".bin",
    };

    /// <summary>What the messages of a source are.</summary>
    /// <param name="source">The source, without problems.</param>
    /// <returns>The format.</returns>
    public static MessageFormat Of(ListenerConfig source) => new()
    {
        Type = source.DataType,
        Namespaces = source.Xml?.Namespaces ?? s_noNamespaces,
        Layout = source.DataType switch
        {
            DataType.Delimited => LayoutOf(source.Delimited ?? new()),
            DataType.FixedWidth when source.FixedWidth is { } fixedWidth => LayoutOf(fixedWidth),
            _ => null,
        },
    };

    /// <summary>A data type as people call it.</summary>
    /// <param name="type">The type.</param>
    /// <returns>For example <c>JSON</c>.</returns>
    public static string NameOf(DataType type) => type switch
    {
        DataType.Hl7v2 => "HL7 v2",
        DataType.Json => "JSON",
        DataType.Xml => "XML",
        DataType.Delimited => "delimited rows",
        DataType.FixedWidth => "fixed-width rows",
        _ => "raw bytes",
    };

    /// <summary>Reads a path into such a message.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="path">The path, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public bool TryReadPath(string text, [NotNullWhen(true)] out DocumentPath? path, [NotNullWhen(false)] out string? error)
    {
        (path, error) = ReadPath(text);
        // A slip of people who write HL7 channels all day.
        bool isField = Type != DataType.Raw && !IsUnknown && FieldPath.TryParse(text, out FieldPath? field, out _) && field.Field > 0;
        if (isField && Type != DataType.Xml && Layout?.Columns is null)
            (path, error) = (null, $"\"{text}\" is a place of HL7 v2 and the message is {Name} here. {Example}");
        else if (error is not null && isField)
            error = $"\"{text}\" is a place of HL7 v2 and the message is {Name} here. {error}";
        error = path is null ? error ?? $"\"{text}\" is no place." : null;
        return path is not null;
    }

    /// <summary>Reads a message that is not HL7 v2.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="fault">Why not, when it is not taken.</param>
    /// <returns>The message, or null with the fault.</returns>
    public Document? Read(ReadOnlyMemory<byte> content, out DocumentFault? fault)
    {
        fault = null;
        return Type switch
        {
            DataType.Json => JsonMessage.Parse(content, out fault),
            DataType.Xml => XmlMessage.Parse(content, out fault),
            DataType.Raw => new RawMessage(content),
            DataType.Hl7v2 => throw new InvalidOperationException("HL7 v2 is read as Hl7Message."),
            _ => Layout!.Read(content, out fault),
        };
    }

    private (DocumentPath? Path, string? Error) ReadPath(string text)
    {
        switch (Type)
        {
            case DataType.Json:
                _ = JsonPath.TryParse(text, out JsonPath? json, out string? wrong);
                return (json, wrong);
            case DataType.Xml:
                _ = XmlPath.TryParse(text, Namespaces, out XmlPath? xml, out wrong);
                return (xml, wrong);
            case DataType.Raw:
                return (null, $"\"{text}\": the message is raw bytes here and has no places. Set \"dataType\" of the source to what the bytes are, or leave out what looks into them.");
            default:
                _ = TablePath.TryParse(text, Layout?.Columns, out TablePath? table, out wrong);
                return (table, wrong);
        }
    }

    internal static DelimitedLayout LayoutOf(DelimitedConfig config) => new(
        config.Delimiter is [var delimiter] ? delimiter : ',',
        config.Quote is [var quote] ? quote : null,
        config.Header,
        config.Columns,
        EncodingOf(config.Charset));

    private static FixedWidthLayout LayoutOf(FixedWidthConfig config) => new(
        [.. config.Fields.Select(field => new FixedWidthField(field.Name, field.Start, field.Length, field.Trim, field.Pad is [var pad, ..] ? pad : ' ', field.Align == FieldAlign.Right))],
        EncodingOf(config.Charset));

    private string Example => Type == DataType.Json ? "Write for example \"/patient/id\" or \"patient.id\"." : "Write a column, for example \"ward\" or \"[*].ward\".";

    private static Encoding EncodingOf(TextCharset charset) => charset switch
    {
        TextCharset.Latin1 => Encoding.Latin1,
        TextCharset.Ascii => Encoding.ASCII,
        _ => new UTF8Encoding(false),
    };
}
