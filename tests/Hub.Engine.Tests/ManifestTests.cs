using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The files that start the Hub in containers, as far as they can be looked at without an engine.</summary>
public sealed partial class ManifestTests
{
    // Debian's own, which its packages are for, before any other.
    private static readonly string s_python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    private static readonly Lazy<string?> s_missing = new(FindMissing);

    private static string Docker(params string[] parts) => Path.Combine([Repository.Root, "docker", .. parts]);

    [SkippableFact]
    public async Task Each_mount_of_compose_has_its_volume_and_its_folder_in_the_image()
    {
        JsonNode compose = Assert.Single(await ReadAsync(Docker("compose.yaml")));
        Dictionary<string, string> mounts = compose["services"]!["hub"]!["volumes"]!.AsArray().Select(mount => mount!.GetValue<string>().Split(':')).ToDictionary(parts => parts[1], parts => parts[0]);
        string[] folders = FoldersOfImage();
        Assert.Equal([], mounts.Keys.Except(folders));
        Assert.Equal(folders.Order(), mounts.Keys.Order());
        Assert.Equal([], mounts.Values.Where(from => !from.StartsWith("./", StringComparison.Ordinal)).Except(NamesOf(compose["volumes"])));
    }

    [SkippableFact]
    public async Task The_Hub_of_compose_sends_its_mail_to_the_catcher_there()
    {
        JsonNode compose = Assert.Single(await ReadAsync(Docker("compose.yaml")));
        Assert.Contains("mail", NamesOf(compose["services"]));
        Assert.Contains("./alerts:/hub/alerts:ro", compose["services"]!["hub"]!["volumes"]!.AsArray().Select(mount => mount!.GetValue<string>()));

        CommandResult check = await HubProcess.RunAsync("alerts", "check", "--alerts", Docker("alerts"));

        Assert.Equal((0, ""), (check.Exit, check.Errors));
        Assert.StartsWith("No problem. Mails go over mail:1025 to ", check.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Each_mount_of_Kubernetes_has_its_volume_and_its_folder_in_the_image()
    {
        JsonNode[] objects = await ReadAsync(Docker("kubernetes", "hub.yaml"));
        JsonNode set = objects.Single(found => Kind(found) == "StatefulSet")["spec"]!;
        JsonNode pod = set["template"]!["spec"]!;
        JsonNode[] volumes = [.. pod["volumes"]!.AsArray().OfType<JsonNode>()];
        Dictionary<string, string> mounts = pod["containers"]![0]!["volumeMounts"]!.AsArray().ToDictionary(mount => Text(mount, "mountPath"), mount => Text(mount, "name"));

        string[] named = [.. volumes.Select(volume => Text(volume, "name")), .. set["volumeClaimTemplates"]!.AsArray().Select(claim => Text(claim!["metadata"], "name"))];
        Assert.Equal(named.Order(), mounts.Values.Order());
        // Secrets come as credentials, for the sake of their modes; /tmp and /run are in every image.
        Assert.Equal([.. FoldersOfImage().Where(folder => folder != "/hub/secrets").Append("/run/credentials").Append("/tmp").Order()], mounts.Keys.Order());
        string[] made = [.. objects.Select(found => $"{Kind(found)} {Text(found["metadata"], "name")}")];
        IEnumerable<string> needed = volumes.Select(volume => volume["configMap"] ?? volume["secret"]).OfType<JsonNode>().Where(source => source["optional"] is null)
            .Select(source => source["name"] is { } map ? $"ConfigMap {map}" : $"Secret {source["secretName"]}");
        Assert.Equal([], needed.Except(made));
    }

    [SkippableFact]
    public async Task The_channels_that_are_shipped_for_containers_pass_the_check()
    {
        JsonNode channels = (await ReadAsync(Docker("kubernetes", "hub.yaml"))).Single(found => Kind(found) == "ConfigMap" && Text(found["metadata"], "name") == "hub-channels")["data"]!;
        using TestFolder folder = new();
        Assert.NotEmpty(channels.AsObject());
        foreach ((string name, JsonNode? text) in channels.AsObject())
            folder.Write($"channels/{name}", text!.GetValue<string>());
        foreach (string path in new[] { folder.Path("channels"), Docker("channels") })
        {
            CommandResult check = await HubProcess.RunAsync("check", path);
            Assert.True(check.Exit == 0, check.Errors);
        }
    }

    // What the Dockerfile makes below the folder that the Hub runs in.
    private static string[] FoldersOfImage()
    {
        string made = MakesFolders().Match(File.ReadAllText(Docker("Dockerfile"))).Groups["folders"].Value;
        Assert.NotEqual("", made);
        return made.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string Kind(JsonNode found) => Text(found, "kind");

    private static string Text(JsonNode? node, string member) => node![member]!.GetValue<string>();

    private static IEnumerable<string> NamesOf(JsonNode? node) => node!.AsObject().Select(member => member.Key);

    // The documents of a file.
    private static async Task<JsonNode[]> ReadAsync(string file)
    {
        Skip.If(s_missing.Value is not null, s_missing.Value);
        using Process python = Process.Start(new ProcessStartInfo(s_python, ["-c", "import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)", file]) { RedirectStandardOutput = true })!;
        string json = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        return [.. JsonNode.Parse(json)!.AsArray().OfType<JsonNode>()];
    }

    private static string? FindMissing()
    {
        try
        {
            using Process python = Process.Start(new ProcessStartInfo(s_python, ["-c", "import yaml"]) { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0 ? null : "PyYAML is not installed (Debian package python3-yaml); tests/run.sh installs it as root";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "python3 is not installed";
        }
    }

    [GeneratedRegex(@"mkdir -p (?<folders>[^\\&]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex MakesFolders();
}
