namespace Hub.Channels.Config;

/// <summary>A JSON file of a site beside its channel files, decoded as strictly as these: unknown, doubled, missing and null members are problems, all told at once.</summary>
/// <typeparam name="T">Its record.</typeparam>
public sealed class SiteFile<T>
    where T : class
{
    private readonly BindingProblems _found = new();
    private readonly JsonTreeNode? _root;

    internal SiteFile(string path, Settings settings, string wanted)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (JsonFile.Read(Path, _found.Add) is not { } content || JsonFile.Parse(content, _found, wanted) is not { } root)
            return;
        _root = root;
        Value = (T?)new ConfigBinder(new(), settings, System.IO.Path.GetDirectoryName(Path)!, _found).Bind(root, typeof(T));
    }

    /// <summary>The file, with its full path.</summary>
    public string Path { get; }

    /// <summary>What it says; null when it has a problem of its own.</summary>
    public T? Value { get; }

    /// <summary>What is wrong with it, in the order of lines, as people and editors read it.</summary>
    public IReadOnlyList<ChannelProblem> Problems =>
        [.. _found.All().Select(problem => new ChannelProblem(FileNames.Shown(Path), problem.Line, problem.Code, null, problem.Path, problem.Text) { Column = problem.Column })];

    /// <summary>Adds a problem that shows only beside other files.</summary>
    /// <param name="code">Its number.</param>
    /// <param name="path">The place, <c>$.rules[0].to</c>.</param>
    /// <param name="text">What is wrong and what to do.</param>
    public void Add(int code, string path, string text) => _found.Add(new(_root?.LineOf(path) ?? 0, code, path, text));
}

/// <summary>Reads files of a site.</summary>
public static class SiteFile
{
    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">Its record.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="settings">Where <c>${env:…}</c> and <c>${secret:…}</c> get their values.</param>
    /// <param name="wanted">What is wanted when it holds no object, <c>an object of rules: { "rules": [ … ] }.</c></param>
    /// <returns>It, with its problems. One that is not there has one.</returns>
    public static SiteFile<T> Load<T>(string path, Settings settings, string wanted)
        where T : class => new(path, settings, wanted);
}
