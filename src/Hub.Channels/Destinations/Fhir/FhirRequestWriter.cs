using System.Net;
using System.Net.Http.Headers;
using Hub.Channels.Destinations.Http;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Fhir.Outcomes;
using Hub.Formats.Fhir.Validation;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Fhir;

// Each request can be repeated: PUT by its nature, POST of one resource by If-None-Exist, a message by the id of its bundle, and a
// transaction by what stands in its entries, which is looked at.

/// <summary>Makes the request of FHIR for a message.</summary>
internal sealed class FhirRequestWriter(FhirDestinationConfig config, DestinationHost host) : IRequestWriter
{
    private const string MediaType = "application/fhir+json";
    private const int MostTold = 5;

    private readonly HttpDestinationConfig _http = config.Http();
    private readonly FhirValidator? _validator = config.CheckFirst ? new() : null;

    public HttpRequestMessage? Write(OutboundMessage message, out string? refusal)
    {
        if (FhirHead.Read(message.Content) is not { } head)
        {
            refusal = "HUB4302 The content is not a FHIR resource in JSON. Make one with a step (convert, build), and replay the message.";
            return null;
        }

        refusal = FindMistake(message) ?? FindBareCreates(head);
        if (refusal is not null)
            return null;
        StepContext context = new() { Id = message.Id, Channel = host.Channel, Now = host.Clock.GetLocalNow(), Part = message.Part };
        try
        {
            return Make(head, message, context, out refusal);
        }
        catch (Exception exception) when (exception is Hl7FormatException or DocumentException)
        {
            refusal = $"The request could not be made: {exception.Message}";
            return null;
        }
    }

    private string? FindMistake(OutboundMessage message)
    {
        FhirProblem[] errors = [.. (_validator?.Validate(message.Content) ?? []).Where(problem => problem.Severity == FhirSeverity.Error)];
        if (errors.Length == 0)
            return null;
        string told = string.Join(" ", errors.Take(MostTold).Select(problem => $"HUB{problem.Rule} {problem.Location}: {problem.Text}"));
        return $"HUB4303 The resource is not valid FHIR R4, and \"checkFirst\" keeps it from being sent. {told}{(errors.Length > MostTold ? $" And {errors.Length - MostTold} more." : "")} Correct the steps that make it and replay the message.";
    }

    private string? FindBareCreates(FhirHead head) => config.AllowBareCreates || head.BareCreates == 0 || head.BundleType is not ("transaction" or "batch")
        ? null
        : $"HUB4304 {head.BareCreates} entries of the bundle create resources without ifNoneExist: sent again after a lost answer, there would be two of each. Write ifNoneExist, or PUT under an id, or say \"allowBareCreates\": true.";

    private HttpRequestMessage? Make(FhirHead head, OutboundMessage message, StepContext context, out string? refusal)
    {
        if ((config.Endpoint.UsesFields || config.Search?.UsesFields == true) && !context.TryRead(message.Content, config.Format))
        {
            refusal = $"The content is not {config.Format.Name}, so the values that the request is made from cannot be read.";
            return null;
        }

        string? search = SearchOf(context, out refusal);
        FhirPlan? plan = refusal is null ? FhirPlan.Of(config.Interaction, head, search, out refusal) : null;
        if (plan is null || HttpAddress.Make(_http, context, out refusal) is not { } root)
            return null;
        HttpRequestMessage request = new(plan.Method, $"{root.AbsoluteUri.TrimEnd('/')}{plan.Path}")
        {
            Version = root.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new TrackedContent(BodyOf(message)),
        };
        request.Headers.Accept.ParseAdd(MediaType);
        // The resource is known here, and the answers to bundles are short enough to be looked at.
        if (plan.IsMinimal)
            request.Headers.TryAddWithoutValidation("Prefer", "return=minimal");
        if (plan.IfNoneExist is { } condition)
            request.Headers.TryAddWithoutValidation("If-None-Exist", condition);
        RequestWriter.Authenticate(request, config.Authentication);
        return request;
    }

    private string? SearchOf(StepContext context, out string? refusal)
    {
        bool isEmpty = false;
        string? search = config.Search?.Evaluate(context, value =>
        {
            isEmpty |= value.Length == 0;
            return Uri.EscapeDataString(value);
        });
        refusal = isEmpty ? "HUB4305 A value in \"search\" is empty for this message, so the server would find another resource. Fill it with a step, or leave such messages out with \"when\"." : null;
        // | stands in the file as people write it, and not in addresses.
        return search?.Replace("|", "%7C", StringComparison.Ordinal);
    }

    private static ByteArrayContent BodyOf(OutboundMessage message)
    {
        ByteArrayContent content = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(message.Content, out ArraySegment<byte> bytes)
            ? new(bytes.Array!, bytes.Offset, bytes.Count)
            : new(message.Content.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(MediaType);
        return content;
    }
}
