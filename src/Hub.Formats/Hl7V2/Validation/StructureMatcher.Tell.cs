namespace Hub.Formats.Hl7V2.Validation;

/// <content>What is told.</content>
internal sealed partial class StructureMatcher
{
    private void TellMisplaced(int at, int frame, int child)
    {
        NodePlan node = _frames[frame].Group.Children[child];
        if (_misplaced.Add(node))
            _findings.Add(ValidationRules.SegmentOutOfOrder, new(at), $"The place of {NameOf(node, at)} in {structure.Name} is {PlaceOf(frame, child)}.");
        _frames[frame].Counts[child]++;
    }

    private string PlaceOf(int frame, int child)
    {
        GroupPlan group = _frames[frame].Group;
        string where = child == 0 ? "at the beginning" : $"after {NameOf(group.Children[child - 1])}";
        return frame == 0 ? where : $"{where} in the group {group.Name}";
    }

    private void TellMissing(GroupPlan group, NodePlan node)
    {
        string where = group.Name.Length == 0 ? structure.Name : $"the group {group.Name} of {structure.Name}";
        string name = LeadingSegment(node);
        Place place = new(_last) { Missing = name };
        if (node.Group is null)
            _findings.Add(ValidationRules.SegmentMissing, place, $"{node.Name} is missing; {where} requires it.");
        else
            _findings.Add(ValidationRules.GroupMissing, place, $"{name} is missing, and with it the group {node.Name} that it begins; {where} requires it.");
    }

    // People see segments in a message; groups are names of the standard alone.
    private string NameOf(NodePlan node, int at) => node.Group is null ? node.Name : $"{_findings.NameOf(at)} (of the group {node.Name})";

    private static string NameOf(NodePlan node) => node.Group is null ? node.Name : $"{LeadingSegment(node)} (of the group {node.Name})";

    private static string LeadingSegment(NodePlan node)
    {
        while (node.Group is not null)
            node = node.Group.Leading;
        return node.Name.Length >= 3 ? node.Name[..3] : "MSH";
    }
}
