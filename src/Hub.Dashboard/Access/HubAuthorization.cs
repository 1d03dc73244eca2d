using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Access;

/// <summary>Makes permissions policies of the platform, by their names. Addresses that name none are open to administrators alone.</summary>
public static class HubAuthorization
{
    /// <summary>Adds the policies.</summary>
    public static IServiceCollection AddHubAuthorization(this IServiceCollection services) => services.AddAuthorization(options =>
    {
        foreach (Permission permission in Enum.GetValues<Permission>())
            options.AddPolicy(permission.ToString(), policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.May(permission)));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(context => context.User.May(Permission.ManageAccess)).Build();
    });

    /// <summary>Whether somebody may do something.</summary>
    public static bool May(this ClaimsPrincipal person, Permission permission) =>
        person.FindAll(ClaimTypes.Role).Any(claim => Enum.TryParse(claim.Value, out Role role) && role.May(permission));

    /// <summary>Whether why a try failed, or a script rejected a message, is shown to somebody in words: these may repeat what a receiver answered, or what the message says.</summary>
    public static bool ReadsReasons(this ClaimsPrincipal person) => person.May(Permission.SeeContent) || person.May(Permission.Operate);

    /// <summary>Whether somebody may see and do something about a channel at all; what, is said by <see cref="May(ClaimsPrincipal, Permission)"/>.</summary>
    public static bool MayChannel(this ClaimsPrincipal person, string channel) =>
        !person.HasClaim(claim => claim.Type == HubClaims.Channel) || person.HasClaim(HubClaims.Channel, channel);

    /// <summary>The channels that somebody is limited to; none: all.</summary>
    public static IReadOnlyList<string> Channels(this ClaimsPrincipal person) => [.. person.FindAll(HubClaims.Channel).Select(claim => claim.Value)];

    /// <summary>The name that what somebody does is kept under.</summary>
    public static string Name(this ClaimsPrincipal person) => person.Identity?.Name ?? "";
}
