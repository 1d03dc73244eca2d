using Hub.Formats.Fhir.Definitions;

namespace Hub.Formats.Fhir.Validation;

/// <summary>Checks the entries of bundles beyond their invariants: fullUrl, and the requests of transactions.</summary>
/// <param name="definitions">What R4 says.</param>
/// <param name="problems">Where to tell.</param>
internal sealed class BundleChecker(FhirDefinitions definitions, FhirProblems problems)
{
    public void Check(FhirElement bundle)
    {
        string type = bundle.ValueOf("type") ?? "";
        foreach (FhirElement entry in bundle.All("entry"))
        {
            FhirElement? resource = entry.Child("resource");
            if (entry.Child("fullUrl") is { Value: not null } fullUrl)
                CheckFullUrl(fullUrl, resource);
            else if (resource is not null && entry.Child("fullUrl") is null)
                TellMissing(entry, type);
            if (type is "transaction" or "batch" && entry.Child("request") is { } request)
                CheckRequest(entry, request, resource);
        }
    }

    // FHIR R4 §2.36.4: it is there but for what a transaction makes, and for results that have no identity.
    private void TellMissing(FhirElement entry, string type)
    {
        const string text = "The entry has no fullUrl, which is how others refer to its resource.";
        const string remedy = "Give one, for example urn:uuid: and a UUID.";
        if (type is "document" or "message")
            problems.Error(FhirRule.FullUrl, entry, text, remedy);
        else if (type is "collection" or "history" || (type == "searchset" && entry.Child("search")?.ValueOf("mode") != "outcome"))
            problems.Warning(FhirRule.FullUrl, entry, text, remedy);
    }

    private void CheckFullUrl(FhirElement fullUrl, FhirElement? resource)
    {
        string text = fullUrl.Value!;
        if (!ReferenceText.HasScheme(text))
        {
            problems.Error(FhirRule.FullUrl, fullUrl, "fullUrl is not absolute.", "Write a whole address, or urn:uuid: and a UUID.");
            return;
        }

        // Capital letters in UUIDs are let through: RFC 9562 asks readers to.
        if (text.StartsWith("urn:uuid:", StringComparison.Ordinal) && PrimitiveForms.Check("uuid", text.ToLowerInvariant()) != FormFault.None)
            problems.Error(FhirRule.FullUrl, fullUrl, "fullUrl is a urn:uuid: without a UUID.", "Write 36 characters, for example urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0.");
        else if (text.StartsWith("urn:oid:", StringComparison.Ordinal) && PrimitiveForms.Check("oid", text) != FormFault.None)
            problems.Error(FhirRule.FullUrl, fullUrl, "fullUrl is a urn:oid: without an OID.", "Write numbers with points, for example urn:oid:1.2.3.");
        if (resource is null || ReferenceText.Read(text, definitions) is not { Id: { } id, Type: { } type })
            return;
        if (type != resource.Type.Name)
            problems.Error(FhirRule.FullUrl, fullUrl, $"fullUrl says {type}, and the resource is {resource.Type.Name}.", "Correct the one that is wrong.");
        else if (resource.ValueOf("id") is { } own && own != id)
            problems.Error(FhirRule.FullUrl, fullUrl, "fullUrl ends with another id than the resource has.", "Correct the one that is wrong.");
    }

    private void CheckRequest(FhirElement entry, FhirElement request, FhirElement? resource)
    {
        if (request.ValueOf("method") is not ("POST" or "PUT") || request.Child("url") is not { Value: { } text } url || text.Contains('$', StringComparison.Ordinal))
            return;
        if (resource is null)
        {
            problems.Error(FhirRule.Request, entry, "The request creates or updates a resource, and there is none.", "Add the resource.");
            return;
        }

        string path = text.Split('?')[0];
        string[] parts = path.Split('/');
        if (parts[0] != resource.Type.Name && !ReferenceText.HasScheme(text))
            problems.Error(FhirRule.Request, url, $"The request is not for {resource.Type.Name}, which the resource is.", $"Begin it with {resource.Type.Name}.");
        else if (request.ValueOf("method") == "PUT" && parts.Length == 2 && resource.ValueOf("id") is { } id && id != parts[1])
            problems.Error(FhirRule.Request, url, "The request is for another id than the resource has.", "Correct the one that is wrong.");
    }
}
