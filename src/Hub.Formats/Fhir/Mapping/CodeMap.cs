namespace Hub.Formats.Fhir.Mapping;

/// <summary>A code and what it becomes.</summary>
internal sealed record CodeEntry(string Code, string Display, string System)
{
    /// <summary>The table of HL7 v2 that the code stands in, <c>HL70001</c>, for the way back.</summary>
    public string Table { get; init; } = "";
}

/// <summary>A table of codes.</summary>
internal sealed class CodeMap(string name)
{
    private readonly Dictionary<string, CodeEntry> _codes = new(StringComparer.OrdinalIgnoreCase);

    public string Name => name;

    public int Rows { get; set; }

    /// <summary>Whether the guide has the table.</summary>
    public bool IsOfGuide { get; set; }

    /// <summary>How many rows of the guide's table map a code.</summary>
    public int GuideRows
    {
        get
        {
            Ready();
            return _guideRows;
        }
    }

    /// <summary>Where files speak of it.</summary>
    public MapSections Sections { get; } = new();

    private int _guideRows;

    public CodeEntry? Find(string code)
    {
        Ready();
        return _codes.GetValueOrDefault(code);
    }

    private void Ready()
    {
        if (!Sections.IsReady)
            Sections.Ready(() => { });
    }

    /// <summary>Counts a row of the guide.</summary>
    public void CountGuideRow() => _guideRows++;

    /// <summary>The code of HL7 v2 that becomes a code of FHIR; where several do, the one that <c>back</c> prefers, else the first.</summary>
    /// <param name="code">The code of FHIR.</param>
    /// <param name="system">Its system; empty for any.</param>
    public (string Code, string Table)? Back(string code, string system) => IsBack(code, known => system.Length == 0 || known.Length == 0 || known == system, out (string, string) found) ? found : null;

    /// <summary>As <see cref="Back"/>, for whom the name of a system is not its URI.</summary>
    public bool IsBack(string code, Func<string, bool> isSystem, out (string Code, string Table) found)
    {
        Ready();
        found = default;
        if (_preferred.TryGetValue(code, out string? preferred))
        {
            found = (preferred, Find(preferred)?.Table ?? "");
            return true;
        }

        foreach ((string own, CodeEntry entry) in _codes)
        {
            if (entry.Code != code || !isSystem(entry.System))
                continue;
            found = (own, entry.Table);
            return true;
        }

        return false;
    }

    /// <summary>Whether it maps any code.</summary>
    public bool HasCodes
    {
        get
        {
            Ready();
            return _codes.Count > 0;
        }
    }

    /// <summary>Says which code of HL7 v2 a code of FHIR becomes.</summary>
    public void Prefer(string own, string code) => _preferred[code] = own;

    private readonly Dictionary<string, string> _preferred = new(StringComparer.Ordinal);

    /// <summary>Adds a code; the last one counts when <paramref name="replace"/>, else the first.</summary>
    public void Add(string code, CodeEntry entry, bool replace)
    {
        if (replace || !_codes.ContainsKey(code))
            _codes[code] = entry;
    }
}
