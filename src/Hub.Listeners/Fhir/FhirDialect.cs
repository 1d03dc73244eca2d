using Hub.Contracts;
using Hub.Formats.Fhir.Outcomes;
using Hub.Formats.Fhir.Validation;
using Hub.Formats.Hl7V2;
using Hub.Listeners.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hub.Listeners.Fhir;

/// <summary>What FHIR is over HTTP: paths, content types, what is taken, and answers that are OperationOutcomes (FHIR R4 §3.1.0).</summary>
internal sealed class FhirDialect : IHttpDialect
{
    private const string MediaType = "application/fhir+json";
    private static readonly string[] s_mediaTypes = [MediaType, "application/json", "text/json"];

    private readonly FhirListenerConfig _config;
    private readonly FhirValidator? _validator;
    private readonly byte[] _capabilities;

    public FhirDialect(FhirListenerConfig config, TimeProvider clock)
    {
        _config = config;
        _validator = config.Validation == FhirCheck.R4 ? new(new() { MaxBytes = config.MaxMessageBytes }) : null;
        _capabilities = FhirCapabilities.Write(config, clock.GetUtcNow());
    }

    public HttpReply? Look(HttpRequest request)
    {
        FhirRoute route = RouteOf(request);
        if (route.Kind == FhirRouteKind.None)
            return Refuse(StatusCodes.Status404NotFound, "There is nothing at this path. POST bundles to the base and resources to their type, PUT them to their type and id.");
        if (request.Method != route.Method && !(HttpMethods.IsHead(request.Method) && route.Kind == FhirRouteKind.Metadata))
            return Refuse(StatusCodes.Status405MethodNotAllowed, "This method is not taken here.") with { Header = ("Allow", route.Method) };
        if (route.Type is { } type && !Takes(type))
            return Refuse(StatusCodes.Status404NotFound, "This type is not taken here. The CapabilityStatement at metadata lists those that are.");
        if (route.Kind != FhirRouteKind.Metadata && !IsJson(request.ContentType))
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "Resources are taken in JSON. Send them as application/fhir+json.") with { Header = ("Accept", MediaType) };
        return null;
    }

    public HttpReply? Serve(HttpRequest request) => RouteOf(request).Kind == FhirRouteKind.Metadata ? new(StatusCodes.Status200OK, MediaType, _capabilities) : null;

    public HttpReply? Check(HttpRequest request, byte[] body)
    {
        FhirRoute route = RouteOf(request);
        if (_validator?.Validate(body) is { } problems && problems.Any(problem => problem.Severity == FhirSeverity.Error))
        {
            int status = problems[0].Rule == FhirRule.All[0].Number ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity;
            return new(status, MediaType, FhirOutcome.Write(problems.Where(problem => problem.Severity != FhirSeverity.Information)));
        }

        FhirHead? head = _validator is null && route.Kind == FhirRouteKind.Base ? null : FhirHead.Read(body);
        string? mistake = head is null && (_validator is not null || route.Kind != FhirRouteKind.Base) ? "The body is no resource in JSON." : head is null ? null : FindMistake(route, head);
        return mistake is null ? null : new(StatusCodes.Status400BadRequest, MediaType, Outcome("invalid", mistake));
    }

    public HttpReply ReplyTo(HttpRequest request, Receipt receipt)
    {
        int status = receipt.Kind switch
        {
            ReceiptKind.Accepted when receipt.AwaitsProcessing => StatusCodes.Status202Accepted,
            ReceiptKind.Accepted when RouteOf(request).Kind == FhirRouteKind.Create => StatusCodes.Status201Created,
            ReceiptKind.Accepted or ReceiptKind.Silent => StatusCodes.Status200OK,
            ReceiptKind.Undecodable => StatusCodes.Status400BadRequest,
            ReceiptKind.Error or ReceiptKind.Rejected => StatusCodes.Status422UnprocessableEntity,
            ReceiptKind.CannotStore => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status504GatewayTimeout,
        };
        HttpReply reply = new(status, MediaType, OutcomeOf(receipt));
        if (status == StatusCodes.Status201Created)
            reply = reply with { Header = ("Location", $"{_config.Path}/{RouteOf(request).Type}/{receipt.Id?.Value}") };
        return status == StatusCodes.Status503ServiceUnavailable || (status == StatusCodes.Status504GatewayTimeout && receipt.IsRecognised) ? reply with { RetryAfter = 5 } : reply;
    }

    public HttpReply Dress(HttpReply refusal) => refusal.Reason is null || refusal.ContentType == MediaType ? refusal : refusal with
    {
        ContentType = MediaType,
        Body = Outcome(refusal.Status switch
        {
            StatusCodes.Status401Unauthorized => "login",
            StatusCodes.Status404NotFound => "not-found",
            StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType => "not-supported",
            StatusCodes.Status413PayloadTooLarge => "too-long",
            StatusCodes.Status408RequestTimeout => "timeout",
            StatusCodes.Status429TooManyRequests => "throttled",
            >= 500 => "transient",
            _ => "invalid",
        }, refusal.Reason),
    };

    private FhirRoute RouteOf(HttpRequest request) => FhirRoute.Read((request.Path.Value ?? "")[_config.Path.Length..]);

    private bool Takes(string type) => _config.Resources?.Contains(type) ?? FhirResources.Names.Contains(type);

    private string? FindMistake(FhirRoute route, FhirHead head) => route.Kind switch
    {
        FhirRouteKind.Create when head.Type != route.Type => $"The resource is {head.Type}, and the path says {route.Type}. Post it to its own type.",
        FhirRouteKind.Update when head.Type != route.Type || head.Id != route.Id => "The resource is not of the type and id that the path says. Write the same in both.",
        FhirRouteKind.ProcessMessage when head.BundleType != "message" => "$process-message takes bundles of type message.",
        _ when !Takes(head.Type) => $"Resources of type {head.Type} are not taken here. The CapabilityStatement at metadata lists those that are.",
        _ => null,
    };

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) && s_mediaTypes.Any(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static HttpReply Refuse(int status, string reason) => HttpReply.Refuse(status, reason) with { Closes = true };

    private static byte[] Outcome(string code, string text) => FhirOutcome.Write([new(FhirSeverity.Error, code, 0, "", text, "")]);

    // As to HL7 senders, problems are told by code and place: their texts may name what is not for the sender.
    private static byte[] OutcomeOf(Receipt receipt) => receipt.Kind switch
    {
        ReceiptKind.Accepted or ReceiptKind.Silent => FhirOutcome.Write([new(FhirSeverity.Information, "informational", 0, "", receipt.Id is { } id ? $"Stored as message {id.Value}." : "Taken.", "")]),
        ReceiptKind.CannotStore => Outcome("transient", "The message could not be stored and was not taken. Send it again later."),
        ReceiptKind.Unknown => Outcome("timeout", HttpReply.TextOfUnknown(receipt)),
        _ when receipt.Problems.Count > 0 => FhirOutcome.Write(receipt.Problems.Select(problem =>
            new FhirProblem(FhirSeverity.Error, receipt.Kind == ReceiptKind.Rejected ? "business-rule" : "invalid", problem.Rule ?? 0, problem.Path ?? "", Acknowledgment.TextOf(problem.Code), ""))),
        _ => Outcome("processing", "The message was not taken."),
    };
}
