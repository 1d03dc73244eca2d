using System.Xml.Linq;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Conversions;

/// <summary>
/// Puts segments, one after another, into the groups of their message structure: <c>ORU_R01.PATIENT_RESULT</c>. A segment goes to the nearest place
/// that it can have after the one before it: further on in the group, in the next repetition of a group that it begins, or further on around it.
/// One that the structure has no place for (Z segments, or an order of the sender's own) stays where it came, so that the order is kept.
/// </summary>
internal sealed class Hl7XmlGroups
{
    private readonly string _structure;
    private readonly List<Frame> _open;

    /// <param name="root">The element of the message.</param>
    /// <param name="structure">Its structure; null when it is not known, and then there are no groups.</param>
    public Hl7XmlGroups(XElement root, StructureDefinition? structure)
    {
        _structure = structure?.Name ?? "";
        _open = [new(structure?.Nodes ?? [], root)];
    }

    /// <summary>Adds the next segment.</summary>
    public void Add(XElement segment)
    {
        string name = segment.Name.LocalName;
        for (int depth = _open.Count - 1; depth >= 0; depth--)
        {
            if (_open[depth].Find(name) is not (>= 0 and int place))
                continue;
            _open.RemoveRange(depth + 1, _open.Count - depth - 1);
            Enter(_open[depth], place, name).Add(segment);
            return;
        }

        _open[^1].Element.Add(segment);
    }

    private XElement Enter(Frame frame, int place, string name)
    {
        frame.At = place;
        StructureNode node = frame.Children[place];
        while (node.Kind == StructureNodeKind.Choice)
            node = node.Children.First(child => Holds(child, name));
        if (node.Kind != StructureNodeKind.Group)
            return frame.Element;
        XElement group = new(Hl7Xml.Space + $"{_structure}.{node.Name}");
        frame.Element.Add(group);
        Frame inner = new(node.Children, group);
        _open.Add(inner);
        return Enter(inner, inner.Find(name), name);
    }

    private static bool Holds(StructureNode node, string name) =>
        node.Kind == StructureNodeKind.Segment ? node.Name == name : node.Children.Any(child => Holds(child, name));

    /// <summary>Whether a group can begin with a segment: nothing that has to be there stands before it.</summary>
    private static bool Begins(StructureNode node, string name)
    {
        if (node.Kind == StructureNodeKind.Choice)
            return node.Children.Any(child => Begins(child, name));
        if (node.Kind != StructureNodeKind.Group)
            return Holds(node, name);
        foreach (StructureNode child in node.Children)
        {
            if (Begins(child, name))
                return true;
            if (child.Min > 0)
                return false;
        }

        return false;
    }

    /// <summary>A group that is being filled.</summary>
    private sealed class Frame(IReadOnlyList<StructureNode> children, XElement element)
    {
        public IReadOnlyList<StructureNode> Children => children;

        public XElement Element => element;

        /// <summary>The place of what came last; -1 at the start.</summary>
        public int At { get; set; } = -1;

        /// <summary>The place that a segment can have next; -1 for none.</summary>
        public int Find(string name)
        {
            if (At >= 0 && children[At].Max != 1 && Begins(children[At], name))
                return At;
            for (int i = At + 1; i < children.Count; i++)
            {
                if (Holds(children[i], name))
                    return i;
            }

            return -1;
        }
    }
}
