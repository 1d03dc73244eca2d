using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Channels.Cases;

/// <summary>A file that says what a destination gets.</summary>
/// <param name="Destination">The destination's id.</param>
/// <param name="Number">Which of the messages it gets, from 1.</param>
/// <param name="File">The file's name.</param>
internal sealed record DeliveryFile(string Destination, int Number, string File);

/// <summary>Which files of a folder belong to which case, by their names.</summary>
internal sealed partial class CaseFiles
{
    private readonly string[] _files;
    private readonly HashSet<string> _used = [];

    /// <summary>Looks through a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The names of its files.</param>
    /// <param name="destinations">The ids of the channel's destinations; null when the channel cannot be read, and any name may be one.</param>
    public CaseFiles(string folder, string[] files, IReadOnlyCollection<string>? destinations)
    {
        Folder = folder;
        _files = files;
        string[] names = [.. files.Select(NameOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        HashSet<string> inputs = [.. files.Select(file => Input().Match(file)).Where(match => match.Success).Select(match => match.Groups["case"].Value)];
        // What a destination gets may be JSON too: NAME.DESTINATION.json is a case of its own only when it has an input of its own.
        Names = [.. names.Where(name => inputs.Contains(name) || !names.Any(other => IsDelivery(name, other, id => destinations?.Contains(id) ?? true)))];
    }

    public string Folder { get; }

    /// <summary>The names of the cases.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The case's own file; null when there is none.</summary>
    public string? Config(string name) => Take(file => file == $"{name}.json").FirstOrDefault();

    /// <summary>The files of its input: one, or a mistake.</summary>
    public IReadOnlyList<string> Inputs(string name) => Take(file => Input().Match(file) is { Success: true } match && match.Groups["case"].Value == name);

    /// <summary>The files of what destinations get, in order.</summary>
    public IReadOnlyList<DeliveryFile> Deliveries(string name)
    {
        List<DeliveryFile> found = [];
        foreach (string file in _files.Where(file => Owner(file) == name && file != $"{name}.json" && !Input().IsMatch(file)))
        {
            if (Delivery().Match(file[(name.Length + 1)..]) is not { Success: true } match)
                continue;
            int number = match.Groups["number"].Success ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : 1;
            found.Add(new(match.Groups["destination"].Value, number, file));
        }

        return [.. found.OrderBy(file => file.Destination, StringComparer.Ordinal).ThenBy(file => file.Number)];
    }

    /// <summary>A file is spoken for.</summary>
    public void Use(string file) => _used.Add(file);

    /// <summary>All that a case could mean is spoken for: the case itself is broken, and its files are no news.</summary>
    public void UseAllOf(string name) => _used.UnionWith(_files.Where(file => Owner(file) == name));

    /// <summary>The files that no case has spoken for.</summary>
    public IEnumerable<string> Strays() => _files.Where(file => !_used.Contains(file));

    private static bool IsDelivery(string name, string owner, Func<string, bool> isDestination) =>
        name.StartsWith(owner + ".", StringComparison.Ordinal) && Delivery().Match(name[(owner.Length + 1)..] + ".json") is { Success: true } match && isDestination(match.Groups["destination"].Value);

    private string[] Take(Func<string, bool> isWanted)
    {
        string[] taken = [.. _files.Where(isWanted)];
        _used.UnionWith(taken);
        return taken;
    }

    private static string? NameOf(string file) => file == CaseFolder.DefaultsFile
        ? null
        : Input().Match(file) is { Success: true } input ? input.Groups["case"].Value : file.EndsWith(".json", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(file) : null;

    // The longest name wins: "a01.late.mpi.hl7" is of the case "a01.late" when there is one, else of "a01".
    private string? Owner(string file) => Names.Where(name => file.StartsWith(name + ".", StringComparison.Ordinal)).MaxBy(name => name.Length);

    [GeneratedRegex(@"^(?<case>.+)\.in\.[^.]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex Input();

    [GeneratedRegex(@"^(?<destination>[^.]+)(\.(?<number>[1-9][0-9]{0,5}))?\.[^.]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex Delivery();
}
