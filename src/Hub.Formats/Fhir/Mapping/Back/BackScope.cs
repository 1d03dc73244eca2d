namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>
/// Whose data is whose. A message is about one patient: what names another, or one that is not there, is never taken, whoever refers to it.
/// What names no patient (a ward, a physician) is taken where a resource of the patient refers to it.
/// </summary>
internal sealed class BackScope(BackInput input)
{
    private static readonly string[] s_about = ["subject", "patient", "beneficiary", "for", "individual"];

    // Resources that are about a message, a person or a place, and no patient.
    private static readonly HashSet<string> s_nobodys = ["MessageHeader", "Provenance", "Organization", "Practitioner", "PractitionerRole", "Location", "Device", "Medication", "HealthcareService", "Endpoint"];

    private readonly Dictionary<BackNode, BackNode?> _patients = [];

    /// <summary>Stands for a patient that is named and not there.</summary>
    public static BackNode Unknown { get; } = new(null, "unknown", -1);

    /// <summary>Stands for the patient of a message that is about none.</summary>
    public static BackNode Nobody { get; } = new(null, "nobody", -1);

    /// <summary>The patient that a resource is about; null when it names none, <see cref="Unknown"/> when it names one that is not there.</summary>
    public BackNode? PatientOf(BackNode resource)
    {
        if (resource.Resource == "Patient")
            return resource;
        if (!_patients.TryGetValue(resource, out BackNode? patient))
            _patients[resource] = patient = Find(resource);
        return patient;
    }

    /// <summary>Whether a message about a patient may take from a resource that one of its resources refers to.</summary>
    public bool MayTake(BackNode resource, BackNode? patient) => PatientOf(resource) is not { } about || ReferenceEquals(about, patient);

    /// <summary>Whether a message about a patient is the place for a resource that nothing refers to.</summary>
    public bool IsOf(BackNode resource, BackNode? patient) =>
        PatientOf(resource) is { } about ? ReferenceEquals(about, patient) : patient == Nobody || (resource.Resource is { } type && s_nobodys.Contains(type));

    /// <summary>The reference to a patient that is not there.</summary>
    public static BackNode? References(BackNode resource) => About(resource).FirstOrDefault();

    private BackNode? Find(BackNode resource)
    {
        // What is contained is its owner's.
        if (resource.Name == "contained" && resource.Parent is { } owner && !About(resource).Any())
            return PatientOf(owner);
        BackNode? found = null;
        foreach (BackNode reference in About(resource))
        {
            BackNode? named = input.Resolve(reference);
            if (named is { Resource: not "Patient" } || (named is null && resource.Resource == "Appointment" && reference.TextOf("reference")?.Contains("Patient", StringComparison.Ordinal) != true))
                continue;
            // One that names two is nobody's.
            if (found is not null && !ReferenceEquals(found, named ?? Unknown))
                return Unknown;
            found = named ?? Unknown;
        }

        return found;
    }

    // Of those who take part in an appointment, only who is called a patient is one.
    private static IEnumerable<BackNode> About(BackNode resource) => resource.Resource == "Appointment"
        ? resource.All("participant").Select(participant => participant.Find("actor")).OfType<BackNode>().Where(actor => IsToPatient(actor) && actor.TextOf("type") is null or "Patient" && actor.TextOf("reference") is not null)
        : s_about.SelectMany(resource.All).Where(IsToPatient);

    private static bool IsToPatient(BackNode reference) =>
        reference.TextOf("type") is { } type ? type == "Patient" : reference.TextOf("reference") is not { } text || !NamesAnother(text);

    // Group/1 is no patient; urn:uuid:… may be one.
    private static bool NamesAnother(string text)
    {
        if (text.StartsWith("urn:", StringComparison.Ordinal) || text.StartsWith('#') || text.Contains("Patient", StringComparison.Ordinal))
            return false;
        string[] parts = text.Split('?')[0].Split('/');
        return parts.Any(part => part.Length > 0 && char.IsAsciiLetterUpper(part[0]) && FhirStructure.IsResource(part));
    }
}
