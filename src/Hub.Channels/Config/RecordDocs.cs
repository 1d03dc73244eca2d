using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Hub.Channels.Config;

/// <summary>
/// What the code's documentation says about the members of records, for problems and the schema. It is read from the file that the compiler writes,
/// which the program carries as a resource or has beside it; without either, there are no descriptions and all else works.
/// </summary>
internal static class RecordDocs
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> s_docs = new();

    /// <summary>What a member means; null when it is not known.</summary>
    public static string? Of(PropertyInfo property) => Find(property.DeclaringType!, $"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>What a record means; null when it is not known.</summary>
    public static string? Of(Type type) => Find(type, $"T:{type.FullName}");

    /// <summary>An example of a record as files write it; null when there is none.</summary>
    public static string? ExampleOf(Type type) => Find(type, $"E:{type.FullName}");

    /// <summary>What a member means, to follow "Add it": its first sentence after a colon.</summary>
    public static string Hint(PropertyInfo property)
    {
        string? text = Of(property);
        if (text is null)
            return "";
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return $": {char.ToLowerInvariant(text[0])}{(end < 0 ? text.TrimEnd('.') : text[..end])[1..]}";
    }

    private static string? Find(Type type, string key) => s_docs.GetOrAdd(type.Assembly, Load).GetValueOrDefault(key);

    private static Dictionary<string, string> Load(Assembly assembly)
    {
        string file = $"{assembly.GetName().Name}.xml";
        using Stream? stream = Assembly.GetEntryAssembly()?.GetManifestResourceStream(file) ?? OpenBeside(file);
        return stream is null ? [] : Read(stream);
    }

    private static FileStream? OpenBeside(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, file);
        return File.Exists(path) ? File.OpenRead(path) : null;
    }

    private static Dictionary<string, string> Read(Stream stream)
    {
        using XmlReader reader = XmlReader.Create(stream, new() { DtdProcessing = DtdProcessing.Prohibit });
        Dictionary<string, string> docs = [];
        foreach (XElement member in XDocument.Load(reader).Descendants("member"))
        {
            if (member.Attribute("name") is { } name && member.Element("summary") is { } summary)
                docs[name.Value] = Plain(summary);
            if (member.Attribute("name") is { } type && member.Element("example")?.Element("code") is { } example)
                docs[$"E{type.Value[1..]}"] = example.Value;
        }

        return docs;
    }

    private static string Plain(XElement summary)
    {
        StringBuilder text = new();
        foreach (XNode node in summary.Nodes())
            text.Append(node is XElement element ? PlainElement(element) : (node as XText)?.Value);
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    // A reference to a member of a record is shown as files write it.
    private static string PlainElement(XElement element)
    {
        string? target = (string?)element.Attribute("cref") ?? (string?)element.Attribute("langword");
        if (target is null)
            return element.Value;
        string name = target[(target.LastIndexOfAny(['.', ':']) + 1)..];
        return target.StartsWith("P:", StringComparison.Ordinal) ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name) : name;
    }
}
