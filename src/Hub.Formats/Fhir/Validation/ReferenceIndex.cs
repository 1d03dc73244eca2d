using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

// FHIR R4 §2.36.4 (resolving references in bundles): a reference is looked for among the fullUrls of its bundle; a relative one is first
// made absolute with the base of the fullUrl of its own entry. Where that is no address of a server, resources of the type and id
// are looked at, as many senders mean it so.

/// <summary>Finds what references lead to: contained resources and those of the bundle around them.</summary>
/// <param name="definitions">What R4 says.</param>
internal sealed class ReferenceIndex(FhirDefinitions definitions)
{
    private readonly Dictionary<FhirElement, Dictionary<string, FhirElement>> _bundles = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FhirElement, Dictionary<string, FhirElement>> _contained = new(ReferenceEqualityComparer.Instance);

    /// <summary>What a reference leads to.</summary>
    /// <param name="reference">An element of type Reference.</param>
    /// <returns>Null when that is not here.</returns>
    public FhirElement? Resolve(FhirElement reference) =>
        reference.ValueOf("reference") is { } text ? Resolve(reference, ReferenceText.Read(text, definitions)) : null;

    public FhirElement? Resolve(FhirElement from, ReferenceText reference)
    {
        if (reference.IsFragment)
            return reference.Text.Length == 1 ? from.RootResource : ContainedOf(from.RootResource).GetValueOrDefault(reference.Text[1..]);
        if (BundleOf(from) is not { } bundle)
            return null;
        Dictionary<string, FhirElement> entries = EntriesOf(bundle);
        if (reference.IsAbsolute || reference.Id is null)
            return entries.GetValueOrDefault(reference.Text);
        string? own = EntryOf(from)?.ValueOf("fullUrl");
        string? root = own is null ? null : ReferenceText.Read(own, definitions).Base;
        return entries.GetValueOrDefault(root + reference.Text) ?? entries.GetValueOrDefault(reference.Text);
    }

    /// <summary>The innermost bundle that an element is in; null when it is in none.</summary>
    public static FhirElement? BundleOf(FhirElement element) => EntryOf(element)?.Parent;

    private static FhirElement? EntryOf(FhirElement element)
    {
        for (FhirElement? at = element; at is not null; at = at.Parent)
        {
            if (at.Type.Name == "Bundle.entry")
                return at;
        }

        return null;
    }

    private Dictionary<string, FhirElement> ContainedOf(FhirElement resource)
    {
        if (_contained.TryGetValue(resource, out Dictionary<string, FhirElement>? known))
            return known;
        Dictionary<string, FhirElement> byId = new(StringComparer.Ordinal);
        foreach (FhirElement contained in resource.All("contained"))
        {
            if (contained.ValueOf("id") is { } id)
                byId.TryAdd(id, contained);
        }

        return _contained[resource] = byId;
    }

    private Dictionary<string, FhirElement> EntriesOf(FhirElement bundle)
    {
        if (_bundles.TryGetValue(bundle, out Dictionary<string, FhirElement>? known))
            return known;
        Dictionary<string, FhirElement> entries = new(StringComparer.Ordinal);
        foreach (FhirElement entry in bundle.All("entry"))
        {
            if (entry.Child("resource") is not { } resource)
                continue;
            if (entry.ValueOf("fullUrl") is { } fullUrl)
                entries.TryAdd(fullUrl, resource);
            if (resource.ValueOf("id") is { } id)
                entries.TryAdd($"{resource.Type.Name}/{id}", resource);
        }

        return _bundles[bundle] = entries;
    }
}
