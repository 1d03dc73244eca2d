using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Steps;
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
/// Makes the message one of another data type: HL7 v2 and XML, HL7 v2 and FHIR in JSON, rows and JSON, XML and JSON, in both directions. Steps after it, conditions and values
/// write places as the new data type does. What would not come back the same is refused, never lost; the rules stand in docs/how-to/data-types.md.
/// </summary>
/// <example><code>{ "type": "convert", "to": "xml" }</code></example>
public sealed record ConvertConfig : StepConfig, ICheckFiles, IUseFiles
{
    /// <summary>What the message becomes: <c>xml</c>, <c>json</c>, <c>hl7v2</c> or <c>delimited</c>.</summary>
    public required DataType To { get; init; }

    /// <summary>With <c>to: delimited</c>, how rows are written. Default: commas, double quotes, a header from the first item, UTF-8.</summary>
    public DelimitedConfig? Delimited { get; init; }

    /// <summary>From HL7 v2 with <c>to: json</c>, how the message becomes FHIR R4: a Bundle. Write <c>{}</c> for a bundle of type message.</summary>
    public FhirConfig? Fhir { get; init; }

    /// <summary>From JSON with <c>to: hl7v2</c>, how FHIR R4 becomes a message. Write <c>{}</c> for what the resources themselves say.</summary>
    public FhirToHl7Config? Hl7 { get; init; }

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
        if (Fhir is not null && (To != DataType.Json || (!Format.IsUnknown && Format.Type != DataType.Hl7v2)))
            yield return new(ProblemCodes.FhirConversion, "fhir", "\"fhir\" says how HL7 v2 becomes JSON, and here is another conversion. Leave it out, or write \"to\": \"json\" where the message is HL7 v2.");
        if (Fhir is null && To == DataType.Json && !Format.IsUnknown && Format.Type == DataType.Hl7v2)
            yield return new(ProblemCodes.FhirConversion, "fhir", "HL7 v2 becomes JSON as FHIR R4. Write \"fhir\": {} beside \"to\": \"json\".");
        if (Hl7 is not null && (To != DataType.Hl7v2 || (!Format.IsUnknown && Format.Type != DataType.Json)))
            yield return new(ProblemCodes.FhirConversion, "hl7", "\"hl7\" says how FHIR in JSON becomes HL7 v2, and here is another conversion. Leave it out, or write \"to\": \"hl7v2\" where the message is JSON.");
        if (Hl7 is null && To == DataType.Hl7v2 && !Format.IsUnknown && Format.Type == DataType.Json)
            yield return new(ProblemCodes.FhirConversion, "hl7", "JSON becomes HL7 v2 where it is FHIR R4. Write \"hl7\": {} beside \"to\": \"hl7v2\".");
        if (Root is not null && (To != DataType.Xml || !JsonToXml.IsName(Root)))
            yield return new(ProblemCodes.Conversion, "root", To == DataType.Xml ? $"\"{Root}\" cannot name an XML element. Write for example \"order\"." : "\"root\" names the root of XML, and the message does not become XML. Leave it out.");
        if (!Format.IsUnknown && !Format.Conversions.Contains(To))
            yield return new(ProblemCodes.Conversion, "to", $"{Format.Name} cannot become {MessageFormat.NameOf(To)} in one step. {Remedy(Format)}");
    }

    /// <inheritdoc />
    public IEnumerable<ConfigProblem> CheckFiles(string folder) => [.. Fhir is null ? [] : FhirMaps.Check(Fhir, folder), .. Hl7 is null ? [] : Hl7.Check(folder)];

    bool IUseFiles.ArePartOfChannel => true;

    IEnumerable<string> IUseFiles.Files(string folder) => (Fhir?.Maps ?? Hl7?.Maps) is { } maps ? [FhirMaps.PathOf(maps, folder), .. FhirMaps.Files(maps, folder)] : [];

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
internal sealed class ConvertMessage(ConvertConfig config, StepHost host) : IStep
{
    private readonly Lazy<FhirConverter>? _fhir = config.Fhir is { } fhir ? new(() => new(fhir, host.Tables.Folder)) : null;
    private readonly Lazy<FhirToHl7>? _hl7 = config.Hl7 is { } hl7 ? new(() => new(hl7, host.Tables.Folder)) : null;
    private readonly DelimitedLayout? _layout = config.To == DataType.Delimited ? MessageFormat.LayoutOf(config.Delimited ?? new()) : null;

    public StepResult Apply(StepContext context)
    {
        bool dropTypes = config.Types == TypeLoss.Drop;
        switch (context.Document, config.To)
        {
            case (null, DataType.Xml):
                context.Document = Hl7Xml.ToXml(context.Message);
                break;
            case (null, DataType.Json) when _fhir is not null:
                if (_fhir.Value.Convert(context) is { } bundle)
                    context.Document = bundle;
                else
                    return context.Reject(207, null, "The message cannot become a FHIR bundle. Run \"hub convert --to fhir-r4\" on it to see why.");
                break;
            case (JsonMessage resource, DataType.Hl7v2) when _hl7 is not null:
                if (_hl7.Value.Convert(context, resource, out string reason) is { } made)
                    context.Message = made;
                else
                    return context.Reject(207, null, reason);
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
