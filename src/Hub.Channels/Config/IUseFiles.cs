namespace Hub.Channels.Config;

/// <summary>A record of a channel file that names other files, which the running channel follows.</summary>
internal interface IUseFiles
{
    /// <summary>Whether the files are part of the channel: a change in one makes another version of it. Otherwise the running version reads them again.</summary>
    bool ArePartOfChannel { get; }

    /// <summary>The files, with their full paths; a folder stands for whatever files are in it, so that a new one is noticed.</summary>
    /// <param name="folder">The folder of the channel file.</param>
    IEnumerable<string> Files(string folder);
}
