using System.Text;
using Hub.Contracts;

namespace Hub.Channels.Scripts;

/// <summary>The text of a script and where it stands.</summary>
/// <param name="Code">The text.</param>
/// <param name="Name">What people are told: the file as the channel names it, or <c>code</c>.</param>
/// <param name="File">The file with its full path; null when the code stands in the channel file.</param>
internal sealed record ScriptSource(string Code, string Name, string? File)
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>The full path of a script that a channel file names.</summary>
    public static string PathOf(string file, string folder) => Path.GetFullPath(file, Path.GetFullPath(folder));

    /// <summary>Reads the script of a step.</summary>
    /// <param name="config">The step.</param>
    /// <param name="folder">The folder of the channel file.</param>
    /// <param name="problem">Why it cannot be read.</param>
    public static ScriptSource? Of(ScriptConfig config, string folder, out string? problem)
    {
        problem = null;
        if (config.File is null)
            return new(config.Code ?? "", "code", null);
        string path = PathOf(config.File, folder);
        try
        {
            byte[] bytes = System.IO.File.ReadAllBytes(path);
            if (bytes.Length <= LongestFile)
                return new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF'), config.File, path);
            problem = $"The script {config.File} is longer than 1 MiB. Write less of it, or use the steps that are there.";
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"The script {config.File} does not exist. Put it there, or correct \"file\", which is relative to the channel file.";
        }
        catch (ArgumentException)
        {
            problem = $"The script {config.File} is not UTF-8. Save it as UTF-8.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"The script {config.File} cannot be read: {failure.Message}";
        }

        return null;
    }
}

/// <summary>A mistake in a script.</summary>
/// <param name="Code">One of <see cref="ProblemCodes"/>.</param>
/// <param name="Line">The line of the script, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record ScriptProblem(int Code, int Line, int Column, string Text);
