using System.Globalization;

namespace Hub.Formats.Fhir.Mapping;

// The form of rules, the guide's, ours and a site's alike. A line a rule; cells apart by " | ", those empty at the end left out; # begins a comment.
//
//   message ADT_A01                                   what follows is about this message; * is every message
//   group PROCEDURE | 0 | -1 … end                    a group of segments, how often it may stand there (-1: no limit)
//   place PR1 | 1 | 1                                 a segment
//   make CONDITION | Procedure | PR1[Procedure] | Procedure.subject.reference=Patient[1].id
//   segment PID Patient                               what follows is from this segment to this resource
//   type XPN HumanName                                … from this data type to this one
//   rule PID-8 | CONDITION | gender | CWE[code] | AdministrativeSex | "text"+PID-8.2
//   codes AdministrativeSex
//   code F | HL70001 | | female | Female | http://hl7.org/fhir/administrative-gender
//   back F | female                                   of several codes that become this one, the one to take on the way back to HL7 v2
//   drop PID-8 | gender                               takes rules away
//   when yes | IF THE CONDITION BEGINS SO | why       decides a condition that only people can read; also "no" and "IF …"
//   like MDM_T02 | MDM                                messages of this structure or kind are mapped as that one
//
// Later files stand over earlier ones: a rule with the source and target of an earlier one takes its place, one without adds itself.

/// <summary>Reads rules.</summary>
internal sealed class RuleReader(RuleSet rules, bool isGuide)
{
    private readonly HashSet<MapRule> _added = [];
    private readonly HashSet<MakeRule> _made = [];
    private RuleMap? _map;
    private CodeMap? _codes;
    private MessageMap? _message;
    private MapPlaceNode? _group;
    private MapPlaceNode? _place;

    /// <summary>Takes up a file; its lines are read when they are first used.</summary>
    public void Read(string file, IEnumerable<string> lines) => _ = Index(file, [.. lines]);

    /// <summary>Finds out what a file speaks of; the lines are read when that is first used.</summary>
    /// <returns>Reads all of them.</returns>
    public Action Index(string file, string[] lines)
    {
        List<Action> reads = [];
        int start = -1;
        for (int i = 0; i <= lines.Length; i++)
        {
            string word = i < lines.Length ? RuleLines.WordOf(lines[i]) : "";
            bool isHead = word is "message" or "segment" or "type" or "codes";
            if (start >= 0 && (isHead || i == lines.Length))
            {
                MapSection section = new(this, file, lines, start, i);
                if (Head(section) is { } read)
                    reads.Add(read);
                start = -1;
            }

            if (isHead)
                start = i;
            else if (word is "when" or "like" || (word.Length > 0 && start < 0))
                Read(file, lines[i], i + 1);
        }

        return () => reads.ForEach(read => read());
    }

    // What the section is about knows where to read it.
    private Action? Head(MapSection section)
    {
        MapLine line = RuleLines.LineOf(section.File, section.Lines[section.Start], section.Start + 1);
        string[] names = line.Cell(0).Split(' ');
        if (line.Word is "segment" or "type" && names.Length >= 2)
        {
            RuleMap map = rules.MapOf(line.Word, names[0], names[1]);
            map.Rows += RowsOf(names, 2);
            map.Sections.Add(section);
            return () => _ = map.Rules;
        }

        if (line.Word == "codes" && names[0].Length > 0)
        {
            CodeMap codes = rules.CodesOf(Plain(names[0]));
            codes.Rows += RowsOf(names, 1);
            codes.IsOfGuide |= isGuide;
            codes.Sections.Add(section);
            return () => _ = codes.GuideRows;
        }

        if (line.Word == "message" && names[0].Length > 0)
        {
            MessageMap message = rules.MessageOf(names[0]);
            message.Rows += RowsOf(names, 1);
            message.Sections.Add(section);
            return () => _ = message.Root;
        }

        Read(section);
        return null;
    }

    /// <summary>Reads a section.</summary>
    public void Read(MapSection section)
    {
        (_map, _codes, _message, _group, _place) = (null, null, null, null, null);
        for (int i = section.Start; i < section.End; i++)
        {
            string word = RuleLines.WordOf(section.Lines[i]);
            if (word.Length > 0 && word is not ("when" or "like"))
                Read(section.File, section.Lines[i], i + 1);
        }

        if (_group is { Parent: not null } && !isGuide)
            rules.Problems.Add(new(section.File, section.End, $"The group {_group.Name} has no end. Write a line \"end\" after its last place."));
    }

    private void Read(string file, string text, int number)
    {
        MapLine line = RuleLines.LineOf(file, text, number);
        if (ReadLine(line) is { } wrong)
            rules.Report(line, wrong);
    }

    private string? ReadLine(MapLine line)
    {
        string[] names = line.Cell(0).Split(' ');
        switch (line.Word)
        {
            case "message" when names[0].Length > 0:
                (_message, _map, _codes) = (rules.MessageOf(names[0]), null, null);
                (_group, _place) = (_message.Draft, null);
                return null;
            case "segment" or "type" when names.Length >= 2:
                _map = rules.MapOf(line.Word, names[0], names[1]);
                (_message, _codes) = (null, null);
                return line.Word == "segment" && FhirStructure.Type(_map.TargetType) is null ? $"\"{names[1]}\" is no resource of FHIR R4. Write for example \"segment ZPI Patient\"." : null;
            case "codes" when names[0].Length > 0:
                (_codes, _map, _message) = (rules.CodesOf(Plain(names[0])), null, null);
                return null;
            case "rule" or "drop" when _map is not null:
                return line.Word == "rule" ? AddRule(line) : Drop(line);
            case "code" when _codes is not null:
                return AddCode(line);
            case "back" when _codes is not null && line.Cell(1).Length > 0:
                _codes.Prefer(line.Cell(0), line.Cell(1));
                return null;
            case "group" or "place" or "end" or "make" when _message is not null:
                return ReadPlace(line);
            case "when" or "like":
                rules.Decisions.Insert(isGuide ? rules.Decisions.Count : 0, new(line.Word, line.Cell(0), line.Cell(1), line.Cell(2)));
                return line.Cell(1).Length == 0 ? $"\"{line.Word}\" needs an answer and what it is about: \"when no | If the condition begins so\", \"like MDM_T02 | MDM\"." : null;
            case "rule" or "drop":
                return $"\"{line.Word}\" stands under no map. Write \"segment PID Patient\" or \"type CX Identifier\" before it.";
            case "code" or "back":
                return $"\"{line.Word}\" stands under no table, or says too little. Write \"codes AdministrativeSex\" before it; \"back M | male\" says which code of HL7 v2 one of FHIR becomes.";
            case "group" or "place" or "end" or "make":
                return $"\"{line.Word}\" stands under no message. Write \"message ADT_A01\" before it, or \"message *\" for all.";
            default:
                return $"\"{line.Word}\" begins no line of rules. Lines begin with message, group, place, make, end, segment, type, rule, drop, codes, code, when or like.";
        }
    }

    private string? AddRule(MapLine line)
    {
        string target = line.Cell(2);
        if (target.Length == 0)
            return "A rule has a source, a condition (which may be empty) and a target: \"rule PID-8 | | gender | CWE[code] | AdministrativeSex\".";
        if (SourceOf(line.Cell(0)) is not { } source)
            return $"\"{line.Cell(0)}\" is no field of {_map!.Source}. Write for example \"{_map.Source}-3\" or \"{_map.Source}.1\".";
        if (!isGuide)
            Replace(line, line.Cell(0), target);
        MapRule rule = new(line) { Source = source, TypeMap = line.Cell(3).Replace('[', '.').TrimEnd(']') };
        _map!.Draft.Add(rule);
        _added.Add(rule);
        return null;
    }

    private void Replace(MapLine line, string source, string target)
    {
        foreach (MapRule old in _map!.Draft.Where(rule => !_added.Contains(rule) && rule.Line.Cell(0) == source && rule.Line.Cell(2) == target))
            rules.Replaced[old.Line] = (_map.Name, true, $"{line.File}({line.Number}) stands in its place");
        _map.Draft.RemoveAll(rule => rules.Replaced.ContainsKey(rule.Line));
    }

    private string? Drop(MapLine line)
    {
        int before = _map!.Draft.Count;
        foreach (MapRule old in _map.Draft.Where(rule => rule.Line.Cell(0) == line.Cell(0) && (line.Cell(1).Length == 0 || rule.Line.Cell(2) == line.Cell(1))))
            rules.Replaced[old.Line] = (_map.Name, false, line.Cell(2).Length > 0 ? line.Cell(2) : $"{line.File}({line.Number}) takes it away");
        _map.Draft.RemoveAll(rule => rules.Replaced.ContainsKey(rule.Line));
        return _map.Draft.Count == before ? $"{_map.Name} has no rule from {line.Cell(0)}{(line.Cell(1).Length > 0 ? $" to {line.Cell(1)}" : "")}. Run \"hub fhir coverage --rules {_map.Name}\" to see its rules." : null;
    }

    private int? SourceOf(string text)
    {
        int at = text.IndexOfAny(['-', '.']);
        string name = at < 0 ? text : text[..at];
        // The map of CF calls its components CWE; the number counts.
        bool isOurs = name == _map!.Source || (isGuide && _map.Kind == "type");
        if (!isOurs)
            return isGuide ? -1 : null;
        return at < 0 ? 0 : int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private string? AddCode(MapLine line)
    {
        if (line.Cell(0).Length == 0 || line.Cell(3).Length == 0)
            return "A code has what the message says and what it becomes: \"code F | HL70001 | | female | Female | http://hl7.org/fhir/administrative-gender\".";
        if (isGuide)
            _codes!.CountGuideRow();
        _codes!.Add(line.Cell(0), new(line.Cell(3), line.Cell(4), line.Cell(5)) { Table = line.Cell(1) }, replace: !isGuide);
        return null;
    }

    private string? ReadPlace(MapLine line)
    {
        if (line.Word == "end")
        {
            if (_group!.Parent is null)
                return "\"end\" ends no group. Take the line out.";
            (_group, _place) = (_group.Parent, null);
            return null;
        }

        if (line.Word == "make")
        {
            if (_place is null)
                return "\"make\" stands under no place. Write \"place PID | 1 | 1\" before it.";
            AddMake(line);
            return null;
        }

        if (line.Cell(0).Length == 0)
            return $"\"{line.Word}\" needs a name: \"{line.Word} PR1 | 0 | -1\".";
        bool isGroup = line.Word == "group";
        // A site's lines are about the places that are there; what is not there is added.
        MapPlaceNode? known = isGuide ? null : _group!.Children.FirstOrDefault(child => child.Name == line.Cell(0) && child.IsGroup == isGroup);
        if (known is null)
            _group!.Children.Add(known = new(line.Cell(0), isGroup, line.Cell(2) is not ("1" or "0" or ""), _group));
        (_group, _place) = isGroup ? (known, null) : (_group, known);
        return null;
    }

    private void AddMake(MapLine line)
    {
        if (!isGuide)
        {
            foreach (MakeRule old in _place!.Makes.Where(make => !_made.Contains(make) && make.Line.Cell(1) == line.Cell(1) && make.Line.Cell(2) == line.Cell(2)))
                rules.Replaced[old.Line] = (_message!.Name, true, $"{line.File}({line.Number}) stands in its place");
            _place.Makes.RemoveAll(make => rules.Replaced.ContainsKey(make.Line));
        }

        MakeRule made = new(line);
        _place!.Makes.Add(made);
        _made.Add(made);
    }

    private static string Plain(string name) => name.Replace("/", "", StringComparison.Ordinal);

    private static int RowsOf(string[] names, int place) => names.Length > place && int.TryParse(names[place], NumberStyles.None, CultureInfo.InvariantCulture, out int rows) ? rows : 0;
}
