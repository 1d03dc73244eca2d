using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Conversions;
using Hub.Formats.Json;
using Hub.Formats.Tables;
using Hub.Formats.Xml;

namespace Hub.Channels.Transforms;

/// <summary>What becomes of what the other data type cannot tell from text.</summary>
public enum TypeLoss
{
    /// <summary>The message is rejected.</summary>
    Refuse,

    /// <summary>It becomes text.</summary>
    Drop,
}

/// <summary>
/// Makes the message one of another data type: HL7 v2 and XML, rows and JSON, XML and JSON, in both directions. Steps after it, conditions and values
/// write places as the new data type does. What would not come back the same is refused, never lost; the rules stand in docs/how-to/data-types.md.
/// </summary>
/// <example><code>{ "type": "convert", "to": "xml" }</code></example>
public sealed record ConvertConfig : StepConfig
{
    /// <summary>What the message becomes: <c>xml</c>, <c>json</c>, <c>hl7v2</c> or <c>delimited</c>.</summary>
    public required DataType To { get; init; }

    /// <summary>With <c>to: delimited</c>, how rows are written. Default: commas, double quotes, a header from the first item, UTF-8.</summary>
    public DelimitedConfig? Delimited { get; init; }

    /// <summary>From JSON to XML, the name of the root. Default: the one member of the JSON.</summary>
    public string? Root { get; init; }

    /// <summary>From JSON, what becomes of numbers, true, false and lists of one item, which XML and rows cannot tell from text. Default <c>refuse</c>.</summary>
    public TypeLoss Types { get; init; } = TypeLoss.Refuse;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        if (When is not null)
            yield return new(ProblemCodes.Conversion, "when", "What the message is may not depend on the message, or no path after this step could be checked. Convert in the steps of a destination, which has a \"when\" of its own.");
        if (Delimited is not null && To != DataType.Delimited)
            yield return new(ProblemCodes.Conversion, "delimited", "\"delimited\" says how rows are written, and the message does not become rows. Leave it out.");
        if (Root is not null && (To != DataType.Xml || !JsonToXml.IsName(Root)))
            yield return new(ProblemCodes.Conversion, "root", To == DataType.Xml ? $"\"{Root}\" cannot name an XML element. Write for example \"order\"." : "\"root\" names the root of XML, and the message does not become XML. Leave it out.");
        if (!Format.IsUnknown && !Format.Conversions.Contains(To))
            yield return new(ProblemCodes.Conversion, "to", $"{Format.Name} cannot become {MessageFormat.NameOf(To)} in one step. {Remedy(Format)}");
    }

    /// <summary>What the message is afterwards.</summary>
    internal MessageFormat After(MessageFormat before) => before.IsUnknown ? before : before with
    {
        Type = To,
        Layout = To == DataType.Delimited ? MessageFormat.LayoutOf(Delimited ?? new()) : null,
    };

    private static string Remedy(MessageFormat from) => from.Conversions is { Count: > 0 } ways
        ? $"It can become {string.Join(" or ", ways.Select(MessageFormat.NameOf))}; two convert steps may follow each other."
        : "Bytes that nobody looks into cannot be converted; set \"dataType\" of the source to what they are.";
}

/// <summary>Makes the message one of another data type.</summary>
internal sealed class ConvertMessage(ConvertConfig config) : IStep
{
    private readonly DelimitedLayout? _layout = config.To == DataType.Delimited ? MessageFormat.LayoutOf(config.Delimited ?? new()) : null;

    public StepResult Apply(StepContext context)
    {
        bool dropTypes = config.Types == TypeLoss.Drop;
        switch (context.Document, config.To)
        {
            case (null, DataType.Xml):
                context.Document = Hl7Xml.ToXml(context.Message);
                break;
            case (XmlMessage xml, DataType.Hl7v2):
                context.Message = Hl7Xml.ToHl7(xml);
                break;
            case (XmlMessage xml, DataType.Json):
                context.Document = XmlToJson.Convert(xml);
                break;
            case (JsonMessage json, DataType.Xml):
                context.Document = JsonToXml.Convert(json, config.Root, dropTypes);
                break;
            case (JsonMessage json, DataType.Delimited):
                context.Document = TableJson.ToTable(json, _layout!, dropTypes);
                break;
            case (TableMessage table, DataType.Json):
                context.Document = TableJson.ToJson(table);
                break;
            default:
                throw new StepException($"The message cannot become {MessageFormat.NameOf(config.To)} in one step.");
        }

        context.Trace?.Note($"now {MessageFormat.NameOf(config.To)}");
        return StepResult.Continue;
    }
}
