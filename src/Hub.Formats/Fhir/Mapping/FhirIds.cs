using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>
/// Ids that follow from what a thing is: the same patient, order or message has the same id each time it is sent, so that a resend updates and never doubles.
/// Name-based UUIDs (RFC 9562 §5.5, version 5) of the identifiers; of what has none, the patient and its code or name; else the message and the order in it.
/// An identifier without a system is known to its sender alone, and a patient is never known by a name: two of different people must not be one.
/// </summary>
internal static class FhirIds
{
    // A namespace of our own, drawn once. It never changes: all ids hang on it.
    private static readonly byte[] s_space = Convert.FromHexString("6f0d2f1c5b7e4c0f9f5ab1c0d4a7e213");

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 9562 makes version 5 of SHA-1; nothing is kept secret with it.")]
    public static string Of(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        byte[] input = new byte[16 + text.Length];
        s_space.CopyTo(input, 0);
        text.CopyTo(input, 16);
        Span<byte> hash = stackalloc byte[20];
        _ = SHA1.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }

    /// <summary>What a resource is, in words; null when it says nothing that others could know it by.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="patient">The id of its patient.</param>
    /// <param name="visit">The id of its visit, else the message.</param>
    /// <param name="sender">Who sent the message.</param>
    public static string? Identity(FhirResource resource, string patient, string visit, string sender)
    {
        FhirNode node = resource.Node;
        if (resource.Type.Name == "Patient")
            return Numbers(resource).Select(number => Say(number, sender)).FirstOrDefault();
        string identifiers = string.Join(';', Identifiers(node).Select(identifier => Say(identifier, sender)));
        string names = string.Join(';', node.All("name").Select(Say));
        switch (resource.Type.Name)
        {
            case "Practitioner" or "Organization" or "Location" or "Device":
                return identifiers.Length > 0 ? $"{identifiers}|{names}" : names.Length > 0 && patient.Length > 0 ? $"{patient}|{names}" : null;
            // Plans and payers have numbers, of which many patients have the same.
            case "Coverage" or "RelatedPerson" when identifiers.Length > 0:
                return patient.Length > 0 ? $"{patient}|{identifiers}" : null;
            // What is ordered under one number may be several things.
            case var type when s_numbered.Contains(type):
                return identifiers.Length > 0 ? $"{identifiers}|{What(node)}" : null;
            case var _ when identifiers.Length > 0:
                return identifiers;
            // A diagnosis is one of a visit, a kind (DG1-6) and a time (DG1-5): the same one next year is another.
            case "Condition" when patient.Length > 0 && What(node) is { Length: > 0 } what:
                return $"{patient}|{visit}|{what}|{node.TextOf("onsetDateTime")}|{(resource.Segment is { Name: "DG1" } diagnosis ? diagnosis.Field(6)[0].Text : "")}";
            case "AllergyIntolerance" or "RelatedPerson" when patient.Length > 0 && (What(node) + names).Length > 0:
                return $"{patient}|{What(node)}|{names}";
            default:
                return null;
        }
    }

    /// <summary>
    /// The first identifier that has a system, for conditional creates and updates; null when there is none, or when it is not of the resource alone:
    /// what a search by it finds would be replaced. A patient is found by PID-3 alone (MRG-1 of one that is joined to another).
    /// </summary>
    public static (string System, string Value)? Known(FhirResource resource)
    {
        if (resource.Type.Name is "Coverage" or "RelatedPerson" || s_numbered.Contains(resource.Type.Name))
            return null;
        IEnumerable<FhirNode> identifiers = resource.Type.Name == "Patient" ? Numbers(resource, isKey: true) : Identifiers(resource.Node);
        return identifiers.FirstOrDefault(identifier => identifier.TextOf("system") is not null) is { } known ? (known.TextOf("system")!, known.TextOf("value")!) : null;
    }

    // What carries the numbers of orders and prescriptions, which several of them share.
    private static readonly HashSet<string> s_numbered = ["ServiceRequest", "DiagnosticReport", "Observation", "MedicationRequest", "MedicationDispense", "Immunization", "ChargeItem"];

    // The identifiers by which a patient is known: those of PID-3, else those that senders of old have in PID-2 and PID-4. Numbers of insurances and others come and go.
    private static IEnumerable<FhirNode> Numbers(FhirResource patient, bool isKey = false)
    {
        MapSegment? segment = patient.Segment is { Name: not ("PID" or "MRG") } other ? other.Group.Find("PID") : patient.Segment;
        if (segment is null)
            return [];
        int[] fields = segment.Name == "MRG" ? [1, 4] : [3, 2, 4];
        return fields.Take(isKey ? 1 : fields.Length).SelectMany(field => segment.Field(field)).Where(number => number.IsValued)
            .Select(number => Identifiers(patient.Node).FirstOrDefault(identifier => identifier.TextOf("value") == number.Text)).OfType<FhirNode>();
    }

    private static IEnumerable<FhirNode> Identifiers(FhirNode node) => node.All("identifier").Where(identifier => identifier.TextOf("value") is not null);

    private static string What(FhirNode node) =>
        string.Join('|', s_what.Select(node.Find).OfType<FhirNode>().Select(Say));

    private static readonly string[] s_what = ["code", "medicationCodeableConcept", "vaccineCode", "intent", "whenHandedOver"];

    private static string Say(FhirNode identifier, string sender) => $"{identifier.TextOf("system") ?? sender}|{identifier.TextOf("value")}";

    private static string Say(FhirNode node) => node.Text ?? string.Join(' ', node.Children.Where(child => child.Field.Name is not ("extension" or "period" or "use")).Select(child => Say(child.Node)));
}
