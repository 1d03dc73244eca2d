using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>A record of a channel file that names files of its own.</summary>
public interface ICheckFiles
{
    /// <summary>Finds what is wrong with the files. Called once when the channel file is loaded.</summary>
    /// <param name="folder">The folder of the channel file, which paths are relative to.</param>
    /// <returns>The problems, with paths relative to this record.</returns>
    IEnumerable<ConfigProblem> CheckFiles(string folder);
}
