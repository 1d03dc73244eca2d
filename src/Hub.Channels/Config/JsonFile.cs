using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>Reads the files of a site. One that cannot be read is one with a problem.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file; null after it has told why it cannot.</summary>
    public static byte[]? Read(string path, Action<FileProblem> tell)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > JsonTree.MaxBytes)
            {
                tell(new(0, ProblemCodes.FileTooLarge, "", $"The file has {file.Length} bytes; such a file has at most {JsonTree.MaxBytes}. Move tables and templates into files of their own."));
                return null;
            }

            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            tell(new(0, ProblemCodes.Unreadable, "", $"The file cannot be read: {reason.Message} Check its name and its rights."));
            return null;
        }
    }

    /// <summary>Reads the values of a file; null after it has told why it is not JSON.</summary>
    public static JsonTreeNode? Parse(byte[] content, BindingProblems problems, string wanted)
    {
        List<FileProblem> syntax = [];
        JsonTreeNode? root = JsonTree.Read(content, syntax, wanted);
        syntax.ForEach(problems.Add);
        return root;
    }
}
