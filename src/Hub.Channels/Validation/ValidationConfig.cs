using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Validation;

/// <summary>How strictly messages are checked, as the file says: the same before the steps of a channel and before a destination sends.</summary>
public abstract record ValidationConfig : ICheckFiles, IUseFiles
{
    /// <summary>
    /// How much is checked: <c>off</c> nothing; <c>lenient</c> what breaks any receiver, the header fields that say what the message is; <c>standard</c> what the version in MSH-12 says of segments, fields,
    /// data types and tables; <c>profile</c> the same as tightened and loosened by <c>profile</c>. Default: <c>profile</c> where one is named, else <c>standard</c>.
    /// </summary>
    public ValidationLevel? Level { get; init; }

    /// <summary>The file of the profile, relative to the channel file, <c>profiles/phw.json</c>. <c>hub profile learn</c> begins one; <c>hub schema --profile</c> describes it. The channel follows it as it follows its own file.</summary>
    [ShownMember]
    public string? Profile { get; init; }

    /// <summary>The level that holds.</summary>
    internal ValidationLevel Effective => Level ?? (Profile is null ? ValidationLevel.Standard : ValidationLevel.Profile);

    /// <summary>Finds a level and a profile that do not go together.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Level == ValidationLevel.Profile && Profile is null)
            yield return new(ProblemCodes.ValidationMembers, "level", "The level \"profile\" needs \"profile\", the file with the rules: \"profile\": \"profiles/NAME.json\". Make one from messages with: hub profile learn FILES --output profiles/NAME.json");
        if (Profile is not null && Level is ValidationLevel.Lenient or ValidationLevel.Standard)
            yield return new(ProblemCodes.ValidationMembers, "level", $"At the level {Quoted.Text(RecordShape.Word(Level!))} nobody looks at the profile. Leave \"level\" out, so that the profile holds, or leave \"profile\" out.");
    }

    /// <inheritdoc />
    public IEnumerable<ConfigProblem> CheckFiles(string folder) =>
        Profile is null ? [] : ProfileFile.Load(PathIn(folder)).Problems.Select(problem => problem.ToConfig("profile"));

    /// <summary>What cannot be known to be right in its profile, for people to look at.</summary>
    /// <param name="folder">The folder of the channel file.</param>
    /// <returns>Each in a sentence or two, with the file and the place in it.</returns>
    public IReadOnlyList<string> FindCautions(string folder) => Profile is null ? [] : ProfileFile.Load(PathIn(folder)).Cautions;

    bool IUseFiles.ArePartOfChannel => true;

    IEnumerable<string> IUseFiles.Files(string folder) => Profile is null ? [] : [PathIn(folder)];

    /// <summary>The file of the profile with its full path.</summary>
    internal string PathIn(string folder) => Path.GetFullPath(Profile!, Path.GetFullPath(folder));
}

/// <summary>What becomes of a message that is not valid when it comes in.</summary>
public enum OnInvalidEntry
{
    /// <summary>It is rejected: AE, with an ERR segment for each error and at most ten of them (AR where nothing is wrong but a type, event or version that is not known).</summary>
    Reject,

    /// <summary>It is taken; what was found is kept with it, for people to look at.</summary>
    Flag,
}

/// <summary>
/// Checks what comes in, before the first step and after <c>accept</c>. Warnings never reject a message; they are kept with it.
/// </summary>
/// <example><code>{ "level": "standard", "onFailure": "reject" }</code></example>
public sealed record EntryValidationConfig : ValidationConfig
{
    /// <summary>What becomes of a message with an error. Default <c>reject</c>.</summary>
    public OnInvalidEntry OnFailure { get; init; } = OnInvalidEntry.Reject;
}

/// <summary>What becomes of a message that is not valid for a destination.</summary>
public enum OnInvalidDelivery
{
    /// <summary>It is parked with what was found as the reason, and never sent unless a person says so (<c>hub replay ID --to DESTINATION</c>).</summary>
    Park,

    /// <summary>It is sent; what was found is kept with the message, for people to look at.</summary>
    Flag,
}

/// <summary>
/// Checks what a destination is about to get, after its steps. Warnings park nothing; they are kept with the message.
/// </summary>
/// <example><code>{ "profile": "profiles/lab.json", "onFailure": "park" }</code></example>
public sealed record DeliveryValidationConfig : ValidationConfig
{
    /// <summary>What becomes of a message with an error. Default <c>park</c>.</summary>
    public OnInvalidDelivery OnFailure { get; init; } = OnInvalidDelivery.Park;
}
