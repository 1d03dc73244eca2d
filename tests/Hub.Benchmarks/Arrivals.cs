using System.Globalization;
using System.Text;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>Where delivered messages arrive.</summary>
internal interface IArrivals
{
    /// <summary>How many arrived so far.</summary>
    int Count { get; }

    /// <summary>The control ids of those after the first <paramref name="before"/>, each sender's in the order of their arrival.</summary>
    IReadOnlyList<string> ControlIds(int before);
}

/// <summary>At an MLLP receiver.</summary>
internal sealed class MllpArrivals(MllpReceiver receiver) : IArrivals
{
    public int Count => receiver.Count;

    public IReadOnlyList<string> ControlIds(int before) => [.. receiver.Messages.Skip(before).Select(message => ControlId(Encoding.ASCII.GetString(message)))];

    /// <summary>MSH-10.</summary>
    public static string ControlId(string message) => message.Split('|', 11)[9];
}

/// <summary>In a folder, one file each. Files of one tick of the clock have no order that could be seen, so this shows that none is missing or doubled.</summary>
internal sealed class FileArrivals(string folder) : IArrivals
{
    public int Count => Directory.EnumerateFiles(folder, "*.hl7").Count();

    public IReadOnlyList<string> ControlIds(int before) => [.. Directory.EnumerateFiles(folder, "*.hl7")
        .Select(path => (Path: path, Written: File.GetLastWriteTimeUtc(path))).OrderBy(file => file.Written).Skip(before)
        .Select(file => MllpArrivals.ControlId(File.ReadAllText(file.Path))).OrderBy(id => int.Parse(id.Split('.')[1], CultureInfo.InvariantCulture))];
}

/// <summary>In one file, one after another.</summary>
internal sealed class AppendedArrivals(string path) : IArrivals
{
    public int Count => File.Exists(path) ? Messages().Count() : 0;

    public IReadOnlyList<string> ControlIds(int before) => [.. Messages().Skip(before).Select(MllpArrivals.ControlId)];

    private IEnumerable<string> Messages()
    {
        // The Hub may be writing to it.
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("MSH", StringComparison.Ordinal))
                yield return line;
        }
    }
}
