using System.Globalization;
using System.Text;
using Hub.Testing;

namespace Hub.Benchmarks;

/// <summary>Where delivered messages arrive.</summary>
internal interface IArrivals
{
    /// <summary>How many arrived so far.</summary>
    int Count { get; }

    /// <summary>Whether this many, and so the last of each sender, are there. Asked often beside the load: it must cost little.</summary>
    bool Have(int count, IReadOnlyList<string> last);

    /// <summary>The control ids of those after the first <paramref name="before"/>, each sender's in the order of their arrival.</summary>
    IReadOnlyList<string> ControlIds(int before);
}

/// <summary>At an MLLP receiver.</summary>
internal sealed class MllpArrivals(MllpReceiver receiver) : IArrivals
{
    public int Count => receiver.Count;

    public bool Have(int count, IReadOnlyList<string> last) => receiver.Count >= count;

    public IReadOnlyList<string> ControlIds(int before) => [.. receiver.Messages.Skip(before).Select(message => ControlId(Encoding.ASCII.GetString(message)))];

    /// <summary>MSH-10.</summary>
    public static string ControlId(string message) => message.Split('|', 11)[9];
}

/// <summary>At several MLLP receivers, each of which gets every message.</summary>
internal sealed class AllArrivals(IReadOnlyList<MllpReceiver> receivers) : IArrivals
{
    private readonly MllpArrivals[] _each = [.. receivers.Select(receiver => new MllpArrivals(receiver))];

    public int Count => _each.Min(arrivals => arrivals.Count);

    public bool Have(int count, IReadOnlyList<string> last) => Array.TrueForAll(_each, arrivals => arrivals.Have(count, last));

    public IReadOnlyList<string> ControlIds(int before) => _each.Select(arrivals => arrivals.ControlIds(before)).Aggregate((first, other) =>
        first.Order().SequenceEqual(other.Order()) ? other : throw new InvalidOperationException("The receivers did not get the same messages."));
}

/// <summary>In a folder, one file each. Files of one tick of the clock have no order that could be seen, so this shows that none is missing or doubled.</summary>
internal sealed class FileArrivals(string folder) : IArrivals
{
    public int Count => Directory.EnumerateFiles(folder, "*.hl7").Count();

    // A lane keeps the order, so that nothing is missing once the last ones are there.
    public bool Have(int count, IReadOnlyList<string> last) => last.All(id => File.Exists(Path.Combine(folder, $"{id}.hl7")));

    public IReadOnlyList<string> ControlIds(int before) => [.. Directory.EnumerateFiles(folder, "*.hl7")
        .Select(path => (Path: path, Written: File.GetLastWriteTimeUtc(path))).OrderBy(file => file.Written).Skip(before)
        .Select(file => MllpArrivals.ControlId(File.ReadAllText(file.Path))).OrderBy(id => int.Parse(id.Split('.')[1], CultureInfo.InvariantCulture))];
}

/// <summary>In one file, one after another.</summary>
internal sealed class AppendedArrivals(string path) : IArrivals
{
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private long _read;
    private int _count;

    // Looks at what came since it was asked last; the Hub puts a line feed behind each message.
    public int Count
    {
        get
        {
            if (!File.Exists(path))
                return 0;
            // The Hub may be writing to it.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite) { Position = _read };
            int length;
            while ((length = file.Read(_buffer)) > 0)
            {
                _count += _buffer.AsSpan(0, length).Count((byte)'\n');
                _read += length;
            }

            return _count;
        }
    }

    public bool Have(int count, IReadOnlyList<string> last) => Count >= count;

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
