namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Looks for mistakes in a profile.</summary>
internal static class ProfileChecks
{
    public static IEnumerable<ProfileMistake> Of(Hl7Profile profile)
    {
        if (profile.Name.Trim().Length == 0)
            yield return new("name", "The profile has no name. Give it one; problems tell it.");
    }
}
