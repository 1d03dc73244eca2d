namespace Hub.Dashboard.Access;

/// <summary>What an account is for.</summary>
public enum Role
{
    /// <summary>Looks at how things stand.</summary>
    Viewer,

    /// <summary>Keeps things going; sees no content.</summary>
    Operator,

    /// <summary>Finds out what is wrong with messages; sees and edits content.</summary>
    Analyst,

    /// <summary>May do everything.</summary>
    Administrator,

    /// <summary>Sees who did what; sees no content.</summary>
    Auditor,
}

/// <summary>Who may do what: the one place where it is written.</summary>
public static class Roles
{
    private static readonly Dictionary<Role, Permission[]> s_permissions = new()
    {
        [Role.Viewer] = [Permission.SeeState],
        [Role.Operator] = [Permission.SeeState, Permission.Operate],
        [Role.Analyst] = [Permission.SeeState, Permission.SeeContent, Permission.Operate, Permission.EditContent],
        [Role.Administrator] = Enum.GetValues<Permission>(),
        [Role.Auditor] = [Permission.SeeState, Permission.SeeAudit],
    };

    /// <summary>Whether a role may do something.</summary>
    public static bool May(this Role role, Permission permission) => s_permissions[role].Contains(permission);
}
