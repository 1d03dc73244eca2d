namespace Hub.Engine;

// The operating system tells of changes at once where it can; network folders and mounted volumes tell of nothing, so the
// folder is also looked at every few seconds. Either way the same cheap look decides whether anything is different: names,
// times and sizes of the files. A file that is being written is looked at again until it has rested for a moment.
// Files and folders elsewhere that channel files name are looked at with the folders; the operating system is not asked about those.

/// <summary>Notices changes in folders and the folders below them, and in files that may be elsewhere.</summary>
/// <param name="folders">The folders.</param>
/// <param name="files">The files, asked for at each look.</param>
/// <param name="clock">The time.</param>
internal sealed class FolderWatch(IReadOnlyList<string> folders, Func<IReadOnlyList<string>> files, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _told = new(0);
    private readonly List<FileSystemWatcher> _watchers = [];
    private string _seen = Look(folders, files());

    /// <summary>Begins to listen to the operating system. Without it (no such folder, no watches left) the regular look remains.</summary>
    public void Start()
    {
        foreach (string folder in folders)
            Listen(folder);
    }

    /// <summary>Waits until the folder is different from when it was last told, and at rest.</summary>
    /// <param name="stopping">Fires when nobody wants to know any more.</param>
    public async Task ChangedAsync(CancellationToken stopping)
    {
        while (true)
        {
            await WaitAsync(s_look, stopping);
            string now = Look(folders, files());
            if (now == _seen)
                continue;
            string before;
            do
            {
                before = now;
                await Task.Delay(s_rest, clock, stopping);
                now = Look(folders, files());
            }
            while (now != before);
            _seen = now;
            return;
        }
    }

    public void Dispose()
    {
        foreach (FileSystemWatcher watcher in _watchers)
            watcher.Dispose();
        _told.Dispose();
    }

    private void Listen(string folder)
    {
        try
        {
            FileSystemWatcher watcher = new(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.DirectoryName };
            _watchers.Add(watcher);
            watcher.Changed += (_, _) => _told.Release();
            watcher.Created += (_, _) => _told.Release();
            watcher.Deleted += (_, _) => _told.Release();
            watcher.Renamed += (_, _) => _told.Release();
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The regular look remains.
        }
    }

    private async Task WaitAsync(TimeSpan most, CancellationToken stopping)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task told = _told.WaitAsync(waiting.Token);
        await Task.WhenAny(told, Task.Delay(most, clock, waiting.Token));
        await waiting.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private static string Look(IReadOnlyList<string> folders, IReadOnlyList<string> files) =>
        string.Join('\n', folders.Select(Look).Concat(files.Where(file => !folders.Any(folder => IsBeneath(folder, file))).Select(file => Directory.Exists(file) ? Look(file) : Look(new FileInfo(file)))));

    private static bool IsBeneath(string folder, string file) => file.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Look(FileInfo file) => file.Exists ? $"{file.FullName}|{file.LastWriteTimeUtc.Ticks}|{file.Length}" : $"{file.FullName}|none";

    private static string Look(string folder)
    {
        try
        {
            return string.Join('\n', new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Select(Look));
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
