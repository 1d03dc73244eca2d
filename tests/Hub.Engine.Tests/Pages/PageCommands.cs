using System.Text.RegularExpressions;

namespace Hub.Engine.Tests.Pages;

/// <summary>Which commands of pages are not run, and why. Everything else is.</summary>
internal static partial class PageCommands
{
    private const string FromSource = "dotnet run --project src/Hub.Engine";
    private const string Installs = "changes the machine: needs root and an init system";
    private const string Container = "needs a container engine; tests/smoke.sh publishes and runs the file that the Dockerfile puts into the image, and ManifestTests reads the other files of docker/";

    /// <summary>The beginning of a command, and why it is not run.</summary>
    public static IReadOnlyDictionary<string, string> NotRun { get; } = new Dictionary<string, string>
    {
        ["dotnet publish"] = "takes minutes; tests/smoke.sh does it",
        ["tests/run.sh"] = "is what runs this",
        ["HUB_PICTURES=1 dotnet test"] = "makes the pictures anew, minutes of work that the tests of Hub.Dashboard do without writing any",
        ["useradd"] = Installs,
        ["install"] = Installs,
        ["cp docker/channels/adt-to-files.json /etc"] = Installs,
        ["echo HUB_ENVIRONMENT="] = Installs,
        ["systemctl"] = Installs,
        ["journalctl"] = Installs,
        ["docker"] = Container,
    };

    /// <summary>Commands that go on until they are stopped: they are started and run until the page ends.</summary>
    public static IReadOnlyList<string> Staying { get; } = ["hub run", "openssl s_server"];

    /// <summary>Why a command is not run; null when it is.</summary>
    public static string? WhyNot(string command) => NotRun.FirstOrDefault(entry => command.StartsWith(entry.Key, StringComparison.Ordinal)).Value;

    /// <summary>Whether a command goes on until it is stopped.</summary>
    public static bool Stays(string command) => Staying.Any(staying => Assignments().Replace(command, "").StartsWith(staying, StringComparison.Ordinal));

    /// <summary>Commands one by one, with the lines that they go on for.</summary>
    public static IEnumerable<string> Split(string script)
    {
        string command = "";
        foreach (string line in script.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // What a fresh copy of the repository has for hub.
            command += line.Replace(FromSource + " --", "hub", StringComparison.Ordinal).Replace(FromSource, "hub run", StringComparison.Ordinal);
            if (line.EndsWith('\\') || line.EndsWith('|'))
                command += "\n";
            else
            {
                yield return command;
                command = "";
            }
        }
    }

    // LAB_HOST=lab.example hub run
    [GeneratedRegex("^([A-Z_]+=\\S* )+", RegexOptions.ExplicitCapture)]
    private static partial Regex Assignments();
}
