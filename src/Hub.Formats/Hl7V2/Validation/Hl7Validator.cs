namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Checks messages. Made once; safe for use by several threads at once.</summary>
public sealed class Hl7Validator
{
    private readonly ProfilePlan? _plan;

    /// <summary>How many errors, and how many other problems, are told of one message. An answer takes 10, a person reads no more than this; a hostile message has millions.</summary>
    public const int DefaultMaxProblems = 200;

    /// <summary>Makes a validator ready.</summary>
    /// <param name="level">How much is checked.</param>
    /// <param name="profile">The profile, with <see cref="ValidationLevel.Profile"/>; else null.</param>
    /// <param name="maxProblems">How many errors, and how many other problems, are told at most; one more says how many were left out.</param>
    /// <exception cref="ArgumentException">The level and the profile do not go together, or the profile has mistakes (ask <see cref="Hl7Profile.Check"/> first).</exception>
    public Hl7Validator(ValidationLevel level, Hl7Profile? profile = null, int maxProblems = DefaultMaxProblems)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxProblems);
        if (level == ValidationLevel.Profile && profile is null)
            throw new ArgumentException("The level profile needs a profile.", nameof(profile));
        if (level != ValidationLevel.Profile && profile is not null)
            throw new ArgumentException("A profile is for the level profile alone.", nameof(profile));
        if (profile?.Check().FirstOrDefault() is { } mistake)
            throw new ArgumentException($"{mistake.Member}: {mistake.Text}", nameof(profile));
        Level = level;
        Profile = profile;
        MaxProblems = maxProblems;
        _plan = profile is null ? null : new(profile);
    }

    /// <summary>How much is checked.</summary>
    public ValidationLevel Level { get; }

    /// <summary>The profile, if there is one.</summary>
    public Hl7Profile? Profile { get; }

    /// <summary>How many errors, and how many other problems, are told at most.</summary>
    public int MaxProblems { get; }

    /// <summary>Checks a message. It is not changed.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The problems, in the order of the message; a message without errors is valid.</returns>
    public IReadOnlyList<Hl7Problem> Check(Hl7Message message)
    {
        if (Level == ValidationLevel.Off)
            return [];
        Findings findings = new(message, Level, MaxProblems, _plan);
        HeaderChecker header = new(message, findings);
        header.Check();
        if (header.Version is { } version)
            new StandardChecker(message, version, header.Structure, findings).Check();
        if (_plan is not null)
            new ProfileChecker(message, _plan, findings).Check();
        return findings.ToList();
    }
}
