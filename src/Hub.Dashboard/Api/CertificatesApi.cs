using System.Globalization;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>A certificate in use.</summary>
/// <param name="Kind">Own, OwnIssuer, Trusted, Sender, SenderIssuer, Receiver, ReceiverIssuer or RevocationList.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who issued it; empty where that was not kept.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="Place">Its file; empty when the other side showed it.</param>
/// <param name="Fingerprint">SHA-256 in hex; empty where that was not kept.</param>
/// <param name="Channels">The channels that it is used by; none for the admin interface, mail and syslog.</param>
public sealed record CertificateInfo(string Kind, string Subject, string Issuer, DateTimeOffset EndsAt, string Place, string Fingerprint, IReadOnlyList<string> Channels);

/// <summary>The address about certificates.</summary>
internal static class CertificatesApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/certificates", List).Named("listCertificates", "Certificates", Permission.SeeState).Takes(Parameters.Limit, Parameters.Cursor).Gives<ApiPage<CertificateInfo>>();

    /// <summary>Lists the certificates in use, those that end first first.</summary>
    public static IResult List(HttpContext context, IHub hub)
    {
        ApiCaller caller = new(context);
        (long Place, CertificateView View)[] all = [.. hub.Certificates.Where(certificate => certificate.IsFor(context.User)).Select((view, place) => ((long)place, view))];
        (IReadOnlyList<(long Place, CertificateView View)> found, string? next) = ApiPages.Make<(long Place, CertificateView View)>(
            context, new(context), (after, limit) => [.. all.Where(one => one.Place > (ApiPages.Number(after) ?? -1)).Take(limit)], Place, _ => true);
        return Results.Json(new ApiPage<CertificateInfo>([.. found.Select(one => Of(one.View, caller))], next), ApiJson.Writing);
    }

    private static string Place((long Place, CertificateView View) one) => one.Place.ToString(CultureInfo.InvariantCulture);

    private static CertificateInfo Of(CertificateView view, ApiCaller caller) =>
        new(view.Kind, view.Subject, view.Issuer, view.EndsAt, view.Place, view.Fingerprint, [.. view.Channels.Where(caller.Sees)]);
}
