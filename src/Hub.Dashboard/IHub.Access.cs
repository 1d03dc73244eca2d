using System.Security.Claims;
using Hub.Dashboard.Access;

namespace Hub.Dashboard;

public partial interface IHub
{
    /// <summary>Who may use the Hub.</summary>
    HubAccess Access { get; }

    /// <summary>The roles that say why they look at what a message says, each time; none: nobody has to.</summary>
    IReadOnlyList<Role> RolesWithReason { get; }

    /// <summary>Whether somebody has to say why content is looked at.</summary>
    bool AsksForReason(ClaimsPrincipal person) => RolesWithReason.Any(role => person.HasClaim(ClaimTypes.Role, role.ToString()));
}
