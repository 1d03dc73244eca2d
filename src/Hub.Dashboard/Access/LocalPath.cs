namespace Hub.Dashboard.Access;

/// <summary>Where to go after a login: a page of this Hub, whatever the address says.</summary>
public static class LocalPath
{
    private const int Longest = 2_000;

    /// <summary>A path as it was asked for; <c>/</c> for any that could lead elsewhere.</summary>
    public static string Of(string? path) => path is ['/', ..] && path is not ['/', '/' or '\\', ..] && path.Length <= Longest && !path.Any(letter => char.IsControl(letter) || letter == '\\') ? path : "/";
}
