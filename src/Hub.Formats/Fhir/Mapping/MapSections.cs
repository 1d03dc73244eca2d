namespace Hub.Formats.Fhir.Mapping;

/// <summary>Lines of a file of rules that belong to one map, message or table of codes.</summary>
/// <param name="Reader">Who reads them.</param>
/// <param name="File">The file, for people.</param>
/// <param name="Lines">All lines of the file.</param>
/// <param name="Start">The line that names what the section is about, from 0.</param>
/// <param name="End">The line after the last, from 0.</param>
internal sealed record MapSection(RuleReader Reader, string File, string[] Lines, int Start, int End);

/// <summary>
/// What files say of one map, message or table, in their order. It is read and made ready when it is first asked for: a message needs some dozens of
/// the guide's 292 tables, and the start-up pays for those alone. Safe for many threads; what is read never changes again.
/// </summary>
internal sealed class MapSections
{
    // One lock for all: maps name each other while they are made ready.
    private static readonly Lock s_gate = new();

    private readonly List<MapSection> _sections = [];
    private volatile bool _isReady;
    private bool _isReading;
    private bool _isRead;

    /// <summary>Whether all is read and ready.</summary>
    public bool IsReady => _isReady;

    public void Add(MapSection section) => _sections.Add(section);

    /// <summary>Reads the sections, then does the rest. Once; while it goes on, the same thread sees what is there so far.</summary>
    public void Ready(Action finish)
    {
        if (_isReady)
            return;
        lock (s_gate)
        {
            if (_isReady || _isReading)
                return;
            _isReading = true;
            Read();
            finish();
            _isReady = true;
        }
    }

    /// <summary>Reads the sections alone, for who puts them into another message.</summary>
    public void Read()
    {
        lock (s_gate)
        {
            if (_isRead)
                return;
            _isRead = true;
            foreach (MapSection section in _sections)
                section.Reader.Read(section);
        }
    }
}
