namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>The resources that become messages, and what their references name.</summary>
internal sealed class BackInput
{
    // A patient's whole record is some thousand resources; more belongs into several bundles.
    private const int Most = 5_000;

    private readonly Dictionary<string, List<BackNode>> _known = new(StringComparer.Ordinal);
    private readonly List<BackNode> _resources = [];
    private readonly Dictionary<BackNode, string> _servers = [];

    public BackInput(BackNode root)
    {
        Root = root;
        Bundle = root.Resource == "Bundle" ? root : null;
        foreach (BackNode entry in Bundle?.All("entry") ?? [])
        {
            if (entry.Find("resource") is not { } resource || IsOutcome(entry))
                continue;
            Know(resource, entry.TextOf("fullUrl"));
        }

        if (Bundle is null)
            Know(root, null);
        if (_resources.Count > Most)
            Fault = new(FhirBackCodes.TooLarge, "Bundle.entry", $"There are more than {Most} resources. Split the bundle.");
    }

    public BackNode Root { get; }

    /// <summary>The bundle; null when there is one resource.</summary>
    public BackNode? Bundle { get; }

    public FhirBackFault? Fault { get; }

    public IReadOnlyList<BackNode> Resources => _resources;

    /// <summary>The observations that a report, an order or a visit has.</summary>
    public HashSet<BackNode> Reported => _reported ??= [.. Named("result"), .. Named("supportingInfo")];

    /// <summary>The orders that a report answers.</summary>
    public HashSet<BackNode> Answered => _answered ??= [.. Named("basedOn", "DiagnosticReport")];

    /// <summary>The observations that components were made.</summary>
    public Dictionary<BackNode, IReadOnlyList<BackNode>> Parts { get; } = [];

    private HashSet<BackNode>? _reported;
    private HashSet<BackNode>? _answered;

    private IEnumerable<BackNode> Named(string element, string? by = null) =>
        _resources.Where(each => by is null || each.Resource == by).SelectMany(each => each.All(element)).Select(Resolve).OfType<BackNode>();

    public IEnumerable<BackNode> Of(string type) => _resources.Where(resource => resource.Resource == type);

    /// <summary>What a reference names: a contained resource, or the one in the bundle. One that could be two is none.</summary>
    public BackNode? Resolve(BackNode reference)
    {
        if (reference.Target is { } made)
            return made;
        if (reference.TextOf("reference") is not { Length: > 0 } text)
            return ByIdentifier(reference);
        if (text[0] == '#')
            return text.Length == 1 ? reference.Whole : reference.Whole.All("contained").Where(each => each.TextOf("id") == text[1..]).Take(2).ToList() is [var only] ? only : null;
        int version = text.IndexOf("/_history/", StringComparison.Ordinal);
        if (version > 0)
            text = text[..version];
        if (_known.GetValueOrDefault(text) is { } found)
            return found is [var one] && IsOfOneServer(reference.Whole, one, text) ? one : null;
        return text.IndexOf("?identifier=", StringComparison.Ordinal) is var query and > 0 ? ByQuery(text[..query], text[(query + 12)..]) : null;
    }

    // Patient/1 of a resource of one server is not the Patient/1 of another, who is somebody else.
    private bool IsOfOneServer(BackNode from, BackNode to, string text) =>
        text.Contains(':', StringComparison.Ordinal) || !_servers.TryGetValue(from, out string? here) || !_servers.TryGetValue(to, out string? there) || here == there;

    // What stands before Type/id of a fullUrl; none of urn:uuid:…
    private static string? ServerOf(string? url, string type) =>
        url is not null && url.StartsWith("http", StringComparison.Ordinal) && url.LastIndexOf($"/{type}/", StringComparison.Ordinal) is var end and > 0 ? url[..end] : null;

    private void Know(BackNode resource, string? url)
    {
        if (resource.Resource is not { } type)
            return;
        _resources.Add(resource);
        if (ServerOf(url, type) is { } server)
            _servers[resource] = server;
        HashSet<string> names = new(StringComparer.Ordinal);
        if (url is not null)
            names.Add(url);
        if (resource.TextOf("id") is { } id)
        {
            names.Add($"{type}/{id}");
            names.Add($"urn:uuid:{id}");
        }

        foreach (string name in names)
        {
            if (!_known.TryGetValue(name, out List<BackNode>? named))
                _known[name] = named = [];
            named.Add(resource);
        }
    }

    // A server adds what it has to say of a search.
    private static bool IsOutcome(BackNode entry) => entry.Find("search")?.TextOf("mode") == "outcome";

    private BackNode? ByIdentifier(BackNode reference)
    {
        if (reference.Find("identifier") is not { } identifier || identifier.TextOf("system") is not { } system || identifier.TextOf("value") is not { } value)
            return null;
        return One(_resources.Where(each => reference.TextOf("type") is not { } type || each.Resource == type), system, value);
    }

    private BackNode? ByQuery(string type, string token)
    {
        string[] parts = Uri.UnescapeDataString(token).Split('|');
        return parts.Length == 2 ? One(Of(type), parts[0], parts[1]) : null;
    }

    private static BackNode? One(IEnumerable<BackNode> among, string system, string value) =>
        among.Where(each => each.All("identifier").Any(known => known.TextOf("system") == system && known.TextOf("value") == value)).Take(2).ToList() is [var one] ? one : null;
}
