namespace Hub.Channels.Config;

/// <summary>A record of a channel file that other files are part of: a change in one makes another version of the channel.</summary>
internal interface IUseFiles
{
    /// <summary>The files, with their full paths.</summary>
    /// <param name="folder">The folder of the channel file.</param>
    IEnumerable<string> Files(string folder);
}
