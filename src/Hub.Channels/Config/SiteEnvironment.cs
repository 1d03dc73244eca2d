using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// The environment that channel files are read for: its file and what that holds now. While the file has problems it gives no value at all,
/// and no variable of the process stands in: a message must not go to the wrong system because of a comma.
/// </summary>
public sealed class SiteEnvironment
{
    private readonly Settings _process;
    private IReadOnlyDictionary<string, string>? _values;

    /// <summary>Names an environment; it is read with the channel files.</summary>
    /// <param name="folder">The folder of environment files.</param>
    /// <param name="name">The name of one, without <c>.json</c>.</param>
    /// <param name="process">Gives the value of a variable of the process. Default: this one.</param>
    public SiteEnvironment(string folder, string name, Func<string, string?>? process = null)
    {
        Name = name;
        File = Path.Combine(folder, $"{name}.json");
        _process = new("", process);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its file.</summary>
    public string File { get; }

    /// <summary>The environments of a folder, by name.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> Names(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => !name.EndsWith(".schema", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Chooses an environment by the name that a person gave.</summary>
    /// <param name="folder">The folder of environment files.</param>
    /// <param name="name">The name.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="IOException">There is none of that name; the text says which there are.</exception>
    public static SiteEnvironment Choose(string folder, string name)
    {
        IReadOnlyList<string> known = Names(folder);
        if (known.Contains(name))
            return new(folder, name);
        string meant = known.Count == 0 ? $"The folder {FileNames.Shown(folder)} has no environment file; add {name}.json."
            : Nearest.To(name, known) is { } near ? $"Did you mean {Quoted.Text(near)}?"
            : $"Known are {Quoted.List(known, "and")}.";
        throw new IOException($"There is no environment {Quoted.Text(name)}. {meant}");
    }

    /// <summary>Reads the file again.</summary>
    /// <returns>What is wrong with it.</returns>
    internal IReadOnlyList<ChannelProblem> Reload()
    {
        BindingProblems problems = new();
        _values = Read(problems)?.Values;
        return [.. problems.All().Select(problem => new ChannelProblem(FileNames.Shown(File), problem.Line, problem.Code, null, problem.Path, problem.Text))];
    }

    /// <summary>Looks a value up.</summary>
    /// <returns>The value, or why it is not to be had; null when the file does not name it.</returns>
    internal SettingValue? Find(string name)
    {
        if (_values is null)
            return SettingValue.Missing(ProblemCodes.EnvironmentMissing, $"The value {Quoted.Text(name)} is not known while {FileNames.Shown(File)} has problems. Put that file right first.");
        return _values.TryGetValue(name, out string? value) ? SettingValue.Of(value) : null;
    }

    private EnvironmentConfig? Read(BindingProblems problems)
    {
        if (JsonFile.Read(File, problems.Add) is not { } content || JsonFile.Parse(content, problems, "the environment's object: { \"values\": { … } }.") is not { } root)
            return null;
        foreach (JsonTreeMember member in root.Member("values")?.Members ?? [])
        {
            if (member.Value.Kind == NodeKind.Text && member.Value.Text.Contains("${secret:", StringComparison.Ordinal))
                problems.Add(member.Value, ProblemCodes.SecretInEnvironment, "An environment's value cannot hold a secret. Write ${secret:…} where the channel file needs it, and keep the secret among the secrets of the machine that runs this environment.");
        }

        // Looked at before, so that no secret is ever read for it.
        return problems.Count > 0 ? null : (EnvironmentConfig?)new ConfigBinder(new(), _process, "", problems).Bind(root, typeof(EnvironmentConfig));
    }
}
