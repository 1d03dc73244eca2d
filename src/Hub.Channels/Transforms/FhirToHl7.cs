using Hub.Contracts;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Dictionary;
using Hub.Formats.Json;

namespace Hub.Channels.Transforms;

/// <summary>How a <c>convert</c> step makes HL7 v2 of FHIR R4: by HL7's own guide read backwards, with a site's rules over it.</summary>
/// <example><code>{ "event": "A08", "sendingApplication": "HUB", "receivingApplication": "LAB" }</code></example>
public sealed record FhirToHl7Config
{
    /// <summary>The event, <c>A08</c> or <c>ORM^O01</c>. Default: that of the MessageHeader, else by what the resources are (ADT, SIU, VXU, ORU, OML or MDM).</summary>
    public string? Event { get; init; }

    /// <summary>The version of HL7 v2 whose structures and fields are used. Default <c>2.5.1</c>.</summary>
    public string Version { get; init; } = "2.5.1";

    /// <summary>MSH-3; parts apart by <c>^</c>. Default: what a MessageHeader says, else nothing.</summary>
    public string? SendingApplication { get; init; }

    /// <summary>MSH-4; as above.</summary>
    public string? SendingFacility { get; init; }

    /// <summary>MSH-5; as above.</summary>
    public string? ReceivingApplication { get; init; }

    /// <summary>MSH-6; as above.</summary>
    public string? ReceivingFacility { get; init; }

    /// <summary>MSH-11. Default: what a MessageHeader says, else <c>P</c>.</summary>
    public string? ProcessingId { get; init; }

    /// <summary>The character set, as MSH-18 names it: <c>UNICODE UTF-8</c>, <c>8859/1</c>… Default: UTF-8, told when there is more than ASCII.</summary>
    public string? CharacterSet { get; init; }

    /// <summary>Folder with the site's own rules, files <c>*.map</c>, relative to the channel file: the same as for the way to FHIR. Read again when one changes. Default: the guide's alone.</summary>
    [ShownMember]
    public string? Maps { get; init; }

    internal FhirBackOptions Options() => new()
    {
        Event = Event,
        Version = Version,
        SendingApplication = SendingApplication,
        SendingFacility = SendingFacility,
        ReceivingApplication = ReceivingApplication,
        ReceivingFacility = ReceivingFacility,
        ProcessingId = ProcessingId,
        CharacterSet = CharacterSet is { } name ? Hl7CharacterSet.Find(name) : null,
    };

    internal IEnumerable<ConfigProblem> Check(string folder)
    {
        if (!Hl7Dictionary.For(Version).IsExact)
            yield return new(ProblemCodes.FhirConversion, "hl7.version", $"There is no dictionary of HL7 v{Version}. Write one of 2.3, 2.3.1, 2.4, 2.5, 2.5.1, 2.6 or 2.7.");
        else if (Event is { } name && !FhirBackMapping.KnowsEvent(name, Version))
            yield return new(ProblemCodes.FhirConversion, "hl7.event", $"\"{name}\" is no event that FHIR resources become. Name one of ADT, SIU, VXU, ORU, OML, ORM or MDM: \"A08\", \"ORM^O01\".");
        if (CharacterSet is { } set && !FhirBackMapping.CanWrite(set))
            yield return new(ProblemCodes.FhirConversion, "hl7.characterSet", $"\"{set}\" is no character set that messages are written in here. Write for example \"UNICODE UTF-8\" or \"8859/1\".");
        if (Maps is not { } maps)
            yield break;
        foreach (ConfigProblem problem in FhirMaps.CheckRules(maps, folder, "hl7.maps", isBack: true))
            yield return problem;
    }
}

/// <summary>Makes HL7 v2 of FHIR, as a step says. Its rules are read when the first message comes.</summary>
internal sealed class FhirToHl7(FhirToHl7Config config, string folder)
{
    private readonly FhirBackMapping _mapping = FhirMaps.LoadBack(config.Maps, folder);
    private readonly FhirBackOptions _options = config.Options();

    /// <summary>The message that a bundle or resource becomes.</summary>
    /// <param name="context">Where the step is.</param>
    /// <param name="json">The resource.</param>
    /// <param name="reason">Why there is none, without content.</param>
    public Hl7Message? Convert(StepContext context, JsonMessage json, out string reason)
    {
        FhirBackConversion conversion = _mapping.Convert(json.ToBytes(), _options with { Now = context.Now, Check = context.Trace is not null });
        reason = "";
        foreach (FhirBackNote note in context.Trace is null ? [] : conversion.Notes)
            context.Trace!.Note($"{note.Location}: {note.Text}");
        if (conversion.Fault is { } fault)
            reason = $"HUB{fault.Code}{(fault.Location.Length > 0 ? $" {fault.Location}" : "")}: {fault.Text}";
        else if (conversion.Messages.Count > 1)
            reason = $"HUB{FhirBackCodes.SeveralMessages}: The bundle becomes {conversion.Messages.Count} messages, and a step makes one. Send a bundle for each patient, visit, appointment or document.";
        return reason.Length > 0 ? null : Hl7Message.Parse(conversion.Messages[0].Bytes, out _);
    }
}
