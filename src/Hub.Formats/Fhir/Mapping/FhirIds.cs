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
    /// <param name="sender">Who sent the message.</param>
    public static string? Identity(FhirResource resource, string patient, string sender)
    {
        FhirNode node = resource.Node;
        string[] all = [.. Identifiers(node, sender)];
        // A patient is who the first identifier says; others come and go.
        if (resource.Type.Name == "Patient")
            return all.FirstOrDefault();
        string identifiers = string.Join(';', all);
        string code = node.Find("code") is { } concept ? Say(concept) : "";
        string names = string.Join(';', node.All("name").Select(Say));
        if (resource.Type.Name == "Observation")
            return identifiers.Length > 0 ? $"{identifiers}|{code}" : null;
        if (resource.Type.Name is "Practitioner" or "Organization" or "Location" or "Device")
            return identifiers.Length > 0 ? $"{identifiers}|{names}" : names.Length > 0 && patient.Length > 0 ? $"{patient}|{names}" : null;
        if (identifiers.Length > 0)
            return identifiers;
        return patient.Length > 0 && (code + names).Length > 0 && resource.Type.Name is "AllergyIntolerance" or "Condition" or "RelatedPerson" ? $"{patient}|{code}|{names}" : null;
    }

    /// <summary>The first identifier that has a system, for conditional creates and updates.</summary>
    public static (string System, string Value)? Known(FhirNode node)
    {
        foreach (FhirNode identifier in node.All("identifier"))
        {
            if (identifier.TextOf("system") is { } system && identifier.TextOf("value") is { } value)
                return (system, value);
        }

        return null;
    }

    private static IEnumerable<string> Identifiers(FhirNode node, string sender) =>
        node.All("identifier").Where(identifier => identifier.TextOf("value") is not null)
            .Select(identifier => $"{identifier.TextOf("system") ?? sender}|{identifier.TextOf("value")}");

    private static string Say(FhirNode node) => node.Text ?? string.Join(' ', node.Children.Where(child => child.Field.Name is not ("extension" or "period" or "use")).Select(child => Say(child.Node)));
}
