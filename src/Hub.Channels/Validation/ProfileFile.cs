using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Validation;

/// <summary>A mistake in the file of a profile, as people and editors read it.</summary>
/// <param name="File">The file, with its full path.</param>
/// <param name="Line">The line, from 1; 0 when it is about the file as a whole.</param>
/// <param name="Column">The column, from 1; 0 when it is not known.</param>
/// <param name="Code">One of <see cref="ProblemCodes"/>.</param>
/// <param name="Path">The place in the file, <c>$.segments.PID</c>; empty when it is not JSON.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record ProfileProblem(string File, int Line, int Column, int Code, string Path, string Text)
{
    /// <summary>The problem in one line, <c>profiles/lab.json(5): HUB1024 $.segments.PID: …</c></summary>
    /// <returns>The line.</returns>
    public override string ToString() => new ChannelProblem(FileNames.Shown(File), Line, Code, null, Path, Text) { Column = Column }.ToString();

    /// <summary>The problem as one of the channel file that names the profile.</summary>
    /// <param name="member">The member that names it.</param>
    internal ConfigProblem ToConfig(string member) => Code == ProblemCodes.ProfileFile
        ? new(Code, member, $"{Text} It is relative to the channel file.")
        : new(Code, member, Path.Length == 0 ? Text : $"{Path}: {Text}") { File = File, Line = Line, Column = Column };
}

/// <summary>The file of a profile: decoded as strictly as a channel file, with all problems at once.</summary>
/// <param name="Profile">The profile; null when the file has a problem.</param>
/// <param name="Problems">What is wrong with it, in the order of lines.</param>
public sealed record ProfileFile(Hl7Profile? Profile, IReadOnlyList<ProfileProblem> Problems)
{
    /// <summary>What cannot be known to be right, for people to look at: <c>profiles/lab.json $.fields[2].path: …</c></summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];

    // The same profile means the same everywhere: nothing of the machine gets into it.
    private static readonly Settings s_none = new("no-secrets-in-profiles", _ => null);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The profile or its problems. A file that is not there is a problem, not an exception.</returns>
    public static ProfileFile Load(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            return new(null, [new(full, 0, 0, ProblemCodes.ProfileFile, "", $"The profile {FileNames.Shown(full)} does not exist. Put it there, or correct its name.")]);
        BindingProblems found = new();
        Hl7Profile? profile = JsonFile.Read(full, found.Add) is { } content && JsonFile.Parse(content, found, "the profile's object: { \"name\": …, \"segments\": [ … ], \"fields\": [ … ] }.") is { } root ? Bind(root, found) : null;
        ProfileProblem[] problems = [.. found.All().Select(problem => new ProfileProblem(full, problem.Line, problem.Column, problem.Code, problem.Path, problem.Text))];
        return problems.Length > 0 ? new(null, problems) : new(profile, []) { Cautions = [.. profile!.FindCautions().Select(caution => $"{FileNames.Shown(full)} $.{caution.Member}: {caution.Text}")] };
    }

    private static Hl7Profile? Bind(JsonTreeNode root, BindingProblems problems)
    {
        Hl7Profile? profile = (Hl7Profile?)new ConfigBinder(new(), s_none, "", problems).Bind(root, typeof(Hl7Profile));
        foreach (ProfileMistake mistake in profile?.Check() ?? [])
        {
            string path = mistake.Member.Length == 0 ? "$" : $"$.{mistake.Member}";
            problems.Add(new(root.LineOf(path), ProblemCodes.ProfileRules, path, mistake.Text));
        }

        return profile;
    }
}
