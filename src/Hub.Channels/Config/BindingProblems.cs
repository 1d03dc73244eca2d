using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Collects what is wrong with one file while it is decoded. It also knows the secrets that were filled in, and keeps them out of every text:
/// a problem of the very value that holds one is not told in words that could quote it, and elsewhere its value is replaced by its name.
/// </summary>
internal sealed class BindingProblems
{
    private readonly List<FileProblem> _problems = [];
    private readonly List<(string Path, string Name, string Value)> _secrets = [];

    /// <summary>How many were found so far.</summary>
    public int Count => _problems.Count;

    public void Add(FileProblem problem) => _problems.Add(problem);

    public void Add(JsonTreeNode node, int code, string text) => _problems.Add(FileProblem.At(node, code, text));

    /// <summary>A secret was filled in at this value.</summary>
    public void HasSecret(JsonTreeNode node, string name, string value) => _secrets.Add((node.Path, name, value));

    /// <summary>The secrets that were filled in; null when there are none.</summary>
    public SecretMask? Secrets => _secrets.Count == 0 ? null : new(_secrets.Select(secret => (secret.Name, secret.Value)));

    /// <summary>All problems, without secrets, in the order of lines. What two records found alike is there once.</summary>
    public IEnumerable<FileProblem> All() => _problems.Select(Masked).Distinct().OrderBy(problem => problem.Line);

    private FileProblem Masked(FileProblem problem)
    {
        string? name = _secrets.Find(secret => problem.Code is < ProblemCodes.UnknownSetting or > ProblemCodes.SecretUnusable && problem.Path == secret.Path).Name;
        if (name is not null)
            return problem with { Text = $"This is wrong once the secret \"{name}\" is filled in; it is not shown. Look at what the secret holds and at the rules of this member." };
        return problem with { Text = Secrets?.Mask(problem.Text) ?? problem.Text };
    }
}
