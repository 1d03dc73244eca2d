using Hub.Dashboard.Access;

namespace Hub.Dashboard.Tests;

/// <summary>What each role may, written out as docs/how-to/accounts-and-audit.md says it, so that tests do not ask the product what is right.</summary>
internal static class Rights
{
    private const string Matrix = """
                      Viewer  Operator  Analyst  Administrator  Auditor
        SeeState      yes     yes       yes      yes            yes
        SeeContent    no      no        yes      yes            no
        Operate       no      yes       yes      yes            no
        EditContent   no      no        yes      yes            no
        Change        no      no        no       yes            no
        ManageAccess  no      no        no       yes            no
        SeeAudit      no      no        no       yes            yes
        """;

    private static readonly string[][] s_rows = [.. Matrix.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Whether a role may do something. Fails for a permission that is not in the matrix: who adds one says here who has it.</summary>
    public static bool Of(Role role, Permission permission) =>
        s_rows.Single(row => row[0] == permission.ToString())[Array.IndexOf(s_rows[0], role.ToString()) + 1] == "yes";
}
