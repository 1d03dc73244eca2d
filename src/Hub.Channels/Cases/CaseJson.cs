using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>Decodes the JSON files of cases as strictly as channel files, with the same problems.</summary>
internal sealed class CaseJson(string channel, ComponentCatalog catalog)
{
    // Nothing of the machine gets into a case.
    private readonly Settings _settings = new("no-secrets-in-tests", _ => null);

    /// <summary>The values of the file that was read last, for the lines of what is found later; null when there is none.</summary>
    public JsonTreeNode? Root { get; private set; }

    /// <summary>Decodes a file; null when it has a problem.</summary>
    public T? Read<T>(string path, List<ChannelProblem> problems)
        where T : class
    {
        Root = null;
        string shown = FileNames.Shown(path);
        byte[] content;
        try
        {
            if (new FileInfo(path).Length > JsonTree.MaxBytes)
            {
                problems.Add(new(shown, 0, ProblemCodes.FileTooLarge, channel, "", $"A case has at most {JsonTree.MaxBytes} bytes. Put the message into a file of its own and name it."));
                return null;
            }

            content = File.ReadAllBytes(path);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(shown, 0, ProblemCodes.Unreadable, channel, "", $"The file cannot be read: {reason.Message} Check its rights."));
            return null;
        }

        return Decode<T>(shown, content, problems);
    }

    private T? Decode<T>(string shown, byte[] content, List<ChannelProblem> problems)
        where T : class
    {
        List<FileProblem> syntax = [];
        BindingProblems found = new();
        JsonTreeNode? root = Root = JsonTree.Read(content, syntax, "the test's object: { \"description\": …, \"input\": { … }, \"expect\": { … } }.");
        syntax.ForEach(found.Add);
        T? config = root is null ? null : (T?)new ConfigBinder(catalog, _settings, "", found).Bind(root, typeof(T));
        problems.AddRange(found.All().Select(problem => new ChannelProblem(shown, problem.Line, problem.Code, channel, problem.Path, problem.Text)));
        return found.Count == 0 ? config : null;
    }
}
