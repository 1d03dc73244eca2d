namespace Hub.Formats.Hl7V2.Validation;

// How it works. The open groups are a stack of frames; each knows where it is among its children and how often each child came.
// A segment is looked for onwards from there, first in the innermost group, then outwards, where a group may also begin anew.
// Of several places that one is taken which passes over the fewest optional parts of a group it enters, the innermost of equals: so ORC
// after the results of an order begins the next order and not the prior results of this one. When no place is right, a group is entered
// by a segment in its midst (what should stand before is missing), unless an open group has a place further back (out of order); then it is
// too many.
// A segment that is far ahead while the ones after it are not is itself the one out of order; those after it are looked at, sixteen at most.
// What is missing is told when a group closes, so a segment that comes late is out of order and not missing too.
// Each segment costs at most frames times children, both given by the structure, never by the message: no recursion, O(n).

/// <summary>Matches the segments of a message with its structure. Used again for later messages, by one thread at a time.</summary>
internal sealed partial class StructureMatcher(StructurePlan structure)
{
    private const int LookAhead = 16;

    // The deepest structure of the standard nests groups eight deep; groups out of order stand on top.
    private const int MaxFrames = 24;

    // What was told to be out of order since a segment last stood right: a run of forty results is one mistake.
    private readonly HashSet<NodePlan> _misplaced = new(ReferenceEqualityComparer.Instance);
    private readonly Frame[] _frames = new Frame[MaxFrames];
    private Findings _findings = null!;
    private int _top;
    private int _last;

    /// <summary>Matches. Segments that are not part of the structure have been told already and have a number below 0.</summary>
    public void Match(ReadOnlySpan<sbyte> symbols, Findings findings)
    {
        _findings = findings;
        _top = -1;
        _last = 0;
        _misplaced.Clear();
        Push(structure.Root);
        for (int i = 0; i < symbols.Length; i++)
        {
            if (symbols[i] < 0)
                continue;
            Take(symbols, i);
            _last = i;
        }

        while (_top >= 0)
            Pop();
        _findings = null!;
    }

    private void Take(ReadOnlySpan<sbyte> symbols, int at)
    {
        int symbol = symbols[at];
        if (FindStrict(symbol, out int frame, out int child))
            Move(symbols, at, frame, child);
        else if (FindBehind(symbol, out frame, out child))
            TellMisplaced(at, frame, child);
        else if (FindLoose(symbol, again: false, out frame, out child))
            Move(symbols, at, frame, child);
        else if (!TakeMisplaced(symbol, at, out NodePlan? full))
            TakeLast(symbols, at, full);
    }

    private void Move(ReadOnlySpan<sbyte> symbols, int at, int frame, int child)
    {
        ref Frame found = ref _frames[frame];
        NodePlan node = found.Group.Children[child];
        if (child > found.Cursor && Overtaken(symbols, at, frame, child, out int later) is { } overtaken)
        {
            if (_misplaced.Add(node))
                _findings.Add(ValidationRules.SegmentOutOfOrder, new(at), $"{NameOf(node, at)} stands before {NameOf(overtaken, later)}, and its place in {structure.Name} is after it.");
            found.Counts[child]++;
            return;
        }

        _misplaced.Clear();

        while (_top > frame)
            Pop();
        found.Cursor = child;
        found.Counts[child]++;
        if (node.Group is not null)
            Enter(node.Group, symbols[at]);
    }

    /// <summary>The part that is passed over though it comes right after; null when going on is right.</summary>
    private NodePlan? Overtaken(ReadOnlySpan<sbyte> symbols, int at, int frame, int child, out int later)
    {
        later = at;
        GroupPlan group = _frames[frame].Group;
        UInt128 ahead = group.ContainsFrom[child];
        // Passing over what has to be there cannot be right; passing over the rest is, when it may come later or in the next repetition.
        for (int f = frame - 1; f >= 0 && !PassesRequired(frame, child); f--)
            ahead |= _frames[f].Group.ContainsFrom[_frames[f].Cursor];
        UInt128 passed = group.ContainsFrom[_frames[frame].Cursor] & ~ahead;
        if (passed == 0)
            return null;
        int end = Math.Min(symbols.Length, at + 1 + LookAhead);
        for (int i = at + 1; i < end; i++)
        {
            if (symbols[i] < 0)
                continue;
            // Here the group begins anew; what follows is of its next repetition.
            if (frame > 0 && group.FirstRank[symbols[i]] == 0)
                return null;
            if (((passed >> symbols[i]) & 1) == 0)
                continue;
            for (int c = _frames[frame].Cursor; c < child; c++)
            {
                if (!group.Children[c].Has(symbols[i]) || !_frames[frame].HasRoom(c))
                    continue;
                later = i;
                return group.Children[c];
            }
        }

        return null;
    }

    private bool PassesRequired(int frame, int child)
    {
        for (int c = _frames[frame].Cursor; c < child; c++)
        {
            if (_frames[frame].Counts[c] < _frames[frame].Group.Children[c].Min)
                return true;
        }

        return false;
    }

    /// <summary>Takes a segment for one that should have stood further back.</summary>
    private bool TakeMisplaced(int symbol, int at, out NodePlan? full)
    {
        full = null;
        for (int f = _top; f >= 0; f--)
        {
            NodePlan[] children = _frames[f].Group.Children;
            for (int c = children.Length - 1; c >= 0; c--)
            {
                NodePlan node = children[c];
                if (!node.Has(symbol))
                    continue;
                if (!_frames[f].HasRoom(c))
                {
                    full ??= node;
                    continue;
                }

                if (c >= _frames[f].Cursor)
                    continue;
                TellMisplaced(at, f, c);
                // What follows may be of the group. One that it cannot begin with says nothing about the rest of it.
                if (node.Group is not null && node.RankOf(symbol) >= 0 && _top + 8 < MaxFrames)
                    Enter(node.Group, symbol);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a segment for the next repetition of a group that lacks its beginning, or for one too many.</summary>
    private void TakeLast(ReadOnlySpan<sbyte> symbols, int at, NodePlan? full)
    {
        if (FindLoose(symbols[at], again: true, out int frame, out int child))
            Move(symbols, at, frame, child);
        else if (full is not null)
            _findings.Add(ValidationRules.SegmentRepeats, new(at), $"{(full.Group is null ? "" : "Group ")}{full.Name} may come {full.Max} time(s) in {structure.Name}{(_top > 0 ? " at this place" : "")}.");
    }

    /// <summary>Opens a group, and those within it, down to the segment.</summary>
    private void Enter(GroupPlan group, int symbol)
    {
        while (true)
        {
            Push(group);
            int child = FirstPlace(group, symbol);
            ref Frame frame = ref _frames[_top];
            frame.Cursor = child;
            frame.Counts[child]++;
            if (group.Children[child].Group is not { } within || _top + 1 == MaxFrames)
                return;
            group = within;
        }
    }

    private static int FirstPlace(GroupPlan group, int symbol)
    {
        for (int c = 0; group.FirstRank[symbol] >= 0 && c < group.Children.Length; c++)
        {
            if (group.Children[c].RankOf(symbol) >= 0)
                return c;
        }

        return Array.FindIndex(group.Children, child => child.Has(symbol));
    }

    private void Push(GroupPlan group)
    {
        ref Frame frame = ref _frames[++_top];
        frame.Group = group;
        frame.Cursor = 0;
        if (frame.Counts is null || frame.Counts.Length < group.Children.Length)
            frame.Counts = new int[Math.Max(16, group.Children.Length)];
        frame.Counts.AsSpan(0, group.Children.Length).Clear();
    }

    private void Pop()
    {
        ref Frame frame = ref _frames[_top--];
        for (int c = 0; c < frame.Group.Children.Length; c++)
        {
            if (frame.Counts[c] < frame.Group.Children[c].Min)
                TellMissing(frame.Group, frame.Group.Children[c]);
        }
    }

    private struct Frame
    {
        public GroupPlan Group;
        public int Cursor;
        public int[] Counts;

        public readonly bool HasRoom(int child) => Group.Children[child].Max is var max && (max == 0 || Counts[child] < max);
    }
}
