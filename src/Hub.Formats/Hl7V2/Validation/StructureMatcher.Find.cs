namespace Hub.Formats.Hl7V2.Validation;

/// <content>Finding a place for a segment.</content>
internal sealed partial class StructureMatcher
{
    private bool FindStrict(int symbol, out int frame, out int child)
    {
        int best = int.MaxValue;
        (frame, child) = (-1, -1);
        for (int f = _top; f >= 0; f--)
        {
            NodePlan[] children = _frames[f].Group.Children;
            for (int c = _frames[f].Cursor; c < children.Length; c++)
            {
                int rank = children[c].RankOf(symbol);
                if (rank < 0 || !_frames[f].HasRoom(c))
                    continue;
                if (rank < best)
                    (best, frame, child) = (rank, f, c);
                break;
            }

            if (best == 0)
                return true;
        }

        return frame >= 0;
    }

    /// <summary>A place for the segment itself in an open group, before where that group is.</summary>
    private bool FindBehind(int symbol, out int frame, out int child)
    {
        for (frame = _top; frame >= 0; frame--)
        {
            NodePlan[] children = _frames[frame].Group.Children;
            for (child = _frames[frame].Cursor - 1; child >= 0; child--)
            {
                if (children[child].Group is null && children[child].Has(symbol) && _frames[frame].HasRoom(child))
                    return true;
            }
        }

        child = -1;
        return false;
    }

    /// <summary>A group that has the segment in its midst: one not reached yet, or the next repetition of an open one.</summary>
    private bool FindLoose(int symbol, bool again, out int frame, out int child)
    {
        for (frame = _top; frame >= 0; frame--)
        {
            NodePlan[] children = _frames[frame].Group.Children;
            for (child = _frames[frame].Cursor; child < children.Length; child++)
            {
                if (children[child].Has(symbol) && _frames[frame].HasRoom(child) && (again || _frames[frame].Counts[child] == 0))
                    return true;
            }
        }

        child = -1;
        return false;
    }
}
