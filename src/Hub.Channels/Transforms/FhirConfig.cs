using Hub.Contracts;
using Hub.Formats.Fhir.Mapping;

namespace Hub.Channels.Transforms;

/// <summary>How a <c>convert</c> step makes FHIR R4 of HL7 v2: by HL7's own guide, with a site's rules over it.</summary>
/// <example><code>{ "bundle": "transaction", "maps": "maps/fhir" }</code></example>
public sealed record FhirConfig
{
    /// <summary>The kind of bundle. Default <c>message</c>, as the guide has it; <c>transaction</c> creates and updates on a FHIR server.</summary>
    public FhirBundleKind Bundle { get; init; } = FhirBundleKind.Message;

    /// <summary>Folder with the site's own rules, files <c>*.map</c>, relative to the channel file. Read again when one changes. Default: the guide's alone.</summary>
    [ShownMember]
    public string? Maps { get; init; }

    /// <summary>The zone of times when neither they nor MSH-7 name one, <c>Europe/Madrid</c>. Default <c>UTC</c>.</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>Whether Provenance resources tell where the data comes from. Default: in a bundle of type <c>message</c>, as the guide has it.</summary>
    public bool? Provenance { get; init; }

    /// <summary>Whether each resource names sending application, facility and control ID in <c>meta.source</c>. Default false.</summary>
    public bool MetaSource { get; init; }

    /// <summary>The organization that makes the bundles, as Provenance names it: a name, or <c>NAME^UNIVERSAL ID^TYPE</c> as in HD, <c>Ward 7^2.16.840.1.113883.19^ISO</c>. Default <c>Hub</c>.</summary>
    public string Assembler { get; init; } = "Hub";

    internal FhirMappingOptions Options() => new()
    {
        Bundle = Bundle,
        Zone = TimeZoneInfo.FindSystemTimeZoneById(Zone),
        Provenance = Provenance,
        MetaSource = MetaSource,
        Assembler = Assembler,
    };
}
