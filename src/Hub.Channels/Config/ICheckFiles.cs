using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>A record of a channel file that names other files, such as a table. The loader asks it once, after <c>Check</c>.</summary>
public interface ICheckFiles
{
    /// <summary>Finds what is wrong with the files that the record names.</summary>
    /// <param name="folder">The folder of the channel file; names are relative to it.</param>
    /// <returns>The problems, with paths relative to this record. A missing file is a problem, not an exception.</returns>
    IEnumerable<ConfigProblem> CheckFiles(string folder);
}
