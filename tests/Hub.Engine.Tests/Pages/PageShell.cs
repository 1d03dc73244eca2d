using System.Diagnostics;
using System.Text;
using Hub.Testing;

namespace Hub.Engine.Tests.Pages;

/// <summary>Runs the commands of a page in its site, with the real <c>hub</c>.</summary>
internal sealed class PageShell : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _site;
    private readonly string _path;
    private readonly List<Process> _staying = [];

    /// <param name="folder">The page's folder: <c>site</c> is where commands run.</param>
    public PageShell(TestFolder folder)
    {
        _site = Directory.CreateDirectory(folder.Path("site")).FullName;
        string hub = folder.Write("bin/hub", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "hub.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hub, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _path = $"{folder.Path("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    /// <summary>A tool that commands of pages use and this machine does not have; null when all are there.</summary>
    public static string? MissingTool => ((string[])["bash", "openssl", "curl", "python3"]).FirstOrDefault(tool =>
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool))));

    /// <summary>Whether a Hub runs.</summary>
    public bool HasHub { get; private set; }

    /// <summary>Runs commands to their end.</summary>
    /// <returns>The exit status, and everything that they wrote.</returns>
    public async Task<(int Exit, string Output)> RunAsync(string script)
    {
        using Process shell = Start($"exec 2>&1\n{script}");
        shell.StandardInput.Close();
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
        await shell.WaitForExitAsync().WaitAsync(s_patience);
        return (shell.ExitCode, output + await errors);
    }

    /// <summary>Starts a command that goes on; a Hub is waited for until it is ready. One Hub runs at a time, as the page's reader has one journal.</summary>
    /// <returns>What it wrote until then.</returns>
    public async Task<string> StartAsync(string command)
    {
        bool isHub = command.Contains("hub run", StringComparison.Ordinal);
        if (isHub && HasHub)
            await StopAsync();
        // The page's admin address may be somebody else's on this machine.
        Process process = Start($"exec {(isHub ? $"env {command} --urls http://127.0.0.1:0" : command)}");
        _staying.Add(process);
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, data) => errors.AppendLine(data.Data);
        process.BeginErrorReadLine();
        if (!isHub)
            return "";
        StringBuilder output = new();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) is { } line)
        {
            output.AppendLine(line);
            if (line != "Hub ready")
                continue;
            HasHub = true;
            return output.ToString();
        }

        throw new InvalidOperationException($"{command} ended: {output}{errors}");
    }

    /// <summary>Waits until a file is there.</summary>
    public async Task UntilFileAsync(string name)
    {
        string path = Path.GetFullPath(name, _site);
        string folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
        await UntilAsync(folder, () => File.Exists(path), $"{name} is not there.");
    }

    /// <summary>Waits until the log of the running Hub holds a text more often than before.</summary>
    public async Task UntilLogAsync(string text, int before) =>
        await UntilAsync(Path.Combine(_site, "data", "logs"), () => CountInLog(text) > before, $"The log does not say: {text}");

    /// <summary>How often the log of the Hub holds a text.</summary>
    public int CountInLog(string text)
    {
        string logs = Path.Combine(_site, "data", "logs");
        return Directory.Exists(logs) ? Directory.EnumerateFiles(logs).Sum(file => ReadShared(file).Split(text).Length - 1) : 0;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopAsync()
    {
        foreach (Process process in _staying)
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(s_patience);
            process.Dispose();
        }

        _staying.Clear();
        HasHub = false;
    }

    private static async Task UntilAsync(string folder, Func<bool> isThere, string otherwise)
    {
        using SemaphoreSlim changed = new(1);
        using FileSystemWatcher watcher = new(folder);
        watcher.Created += (_, _) => changed.Release();
        watcher.Changed += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        do
            Assert.True(await changed.WaitAsync(s_patience), otherwise);
        while (!isThere());
    }

    private static string ReadShared(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private Process Start(string script)
    {
        ProcessStartInfo start = new("bash", ["-e", "-o", "pipefail", "-c", script])
        {
            WorkingDirectory = _site,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = _path;
        start.Environment["NO_COLOR"] = "1";
        start.Environment["COLUMNS"] = "200";
        return Process.Start(start)!;
    }
}
