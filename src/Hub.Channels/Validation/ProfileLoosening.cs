using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Validation;

/// <summary>
/// Makes a profile take messages as they come: where they break a rule of the standard, the profile judges it a warning at that place.
/// </summary>
public static class ProfileLoosening
{
    // Each round sees the first problems of each message; what is loosened makes room for the next.
    private const int MostRounds = 100;

    /// <summary>Loosens a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="messages">The messages that it has to take. Gone through several times.</param>
    /// <returns>The profile, with a rule for each rule and place that one of them breaks.</returns>
    /// <exception cref="InvalidOperationException">It cannot be loosened so far, which is a mistake in the Hub.</exception>
    public static Hl7Profile For(Hl7Profile profile, IReadOnlyList<Hl7Message> messages)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            ProfileRule[] broken = Broken(profile, messages);
            if (broken.Length == 0)
                return profile;
            // A place that is no segment cannot be named: the rule is loosened everywhere.
            ProfileRule[] loosened = [.. broken.Select(rule => profile.Rules.Contains(rule) ? rule with { Path = null } : rule).Distinct()];
            if (loosened.Any(profile.Rules.Contains))
                break;
            profile = profile with { Rules = [.. profile.Rules, .. loosened] };
        }

        throw new InvalidOperationException("The profile refuses its messages whatever is loosened.");
    }

    private static ProfileRule[] Broken(Hl7Profile profile, IReadOnlyList<Hl7Message> messages)
    {
        Hl7Validator validator = new(ValidationLevel.Profile, profile);
        return
        [
            .. messages.SelectMany(validator.Check)
                .Where(problem => problem.Severity == Hl7Severity.Error)
                .Select(problem => new ProfileRule { Rule = problem.Rule, Path = PlaceOf(problem.Path), Severity = ProfileSeverity.Warning })
                .Distinct()
                // A place that no version has cannot be named in a profile.
                .Select(rule => new Hl7Profile { Name = profile.Name, Versions = profile.Versions, Rules = [rule] }.Check().Any() ? rule with { Path = null } : rule)
                .Distinct()
                .OrderBy(rule => rule.Rule).ThenBy(rule => rule.Path, StringComparer.Ordinal),
        ];
    }

    // The same place in every segment and repetition.
    private static string? PlaceOf(string? path) =>
        path is not null && FieldPath.TryParse(path, out FieldPath? place, out _) ? (place with { Occurrence = 0, Repetition = 0 }).ToString() : null;
}
