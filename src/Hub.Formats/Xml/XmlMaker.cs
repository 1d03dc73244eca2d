using System.Xml.Linq;
using Hub.Formats.Documents;

namespace Hub.Formats.Xml;

/// <summary>Makes and removes elements and attributes, with the white space that sets elements off from each other.</summary>
internal static class XmlMaker
{
    /// <summary>Makes what a path names and all that leads there.</summary>
    /// <exception cref="DocumentException">The path is not plain enough, or the root of the message is another one.</exception>
    public static XObject Make(XDocument document, XmlPath path, XElement? at)
    {
        if (path.Steps is not { } steps)
            throw new DocumentException($"{path} selects nothing in this message, and an XPath like this one cannot be made. Write element names, numbers and one attribute, such as \"/a/b[2]/@c\".");
        bool fromRoot = path.Text[0] == '/' || at is null;
        XElement element = fromRoot ? document.Root! : at!;
        if (fromRoot && (steps[0].Name != element.Name || steps[0].Index != 1))
            throw new DocumentException($"{path} begins at another root than this message has. A message has one root, which cannot be made.");
        foreach (XmlStep step in steps.Skip(fromRoot ? 1 : 0))
        {
            if (step.Index == 0)
                return Attribute(element, step);
            element = Child(element, step, path);
        }

        return element;
    }

    /// <summary>Takes a node away, and the white space that set it off.</summary>
    public static void Remove(XObject node)
    {
        switch (node)
        {
            case XAttribute attribute:
                attribute.Remove();
                break;
            case XElement { PreviousNode: XText { NodeType: System.Xml.XmlNodeType.Text } before } element when string.IsNullOrWhiteSpace(before.Value):
                before.Remove();
                element.Remove();
                break;
            case XNode other:
                other.Remove();
                break;
        }
    }

    private static XAttribute Attribute(XElement element, XmlStep step)
    {
        Declare(element, step);
        XAttribute attribute = new(step.Name, "");
        element.Add(attribute);
        return attribute;
    }

    private static XElement Child(XElement parent, XmlStep step, XmlPath path)
    {
        XElement[] there = [.. parent.Elements(step.Name)];
        if (step.Index <= there.Length)
            return there[step.Index - 1];
        if (step.Index > there.Length + 1)
            throw new DocumentException($"{path}: there are {there.Length} elements {step.Name.LocalName}, and they are added one after another.");
        if (!parent.HasElements && parent.Value.Trim().Length > 0)
            throw new DocumentException($"{path}: text stands where elements would have to be. Write to a place beside it.");
        XElement child = new(step.Name);
        XElement? last = there.LastOrDefault() ?? parent.Elements().LastOrDefault();
        if (last is null)
            parent.Add(child);
        else
            last.AddAfterSelf(last.PreviousNode is XText space && string.IsNullOrWhiteSpace(space.Value) ? [new XText(space.Value), child] : [child]);
        Declare(child, step);
        return child;
    }

    // The prefix that the path writes, unless the namespace has one there already.
    private static void Declare(XElement element, XmlStep step)
    {
        bool known = step.Prefix.Length == 0 || element.GetPrefixOfNamespace(step.Name.Namespace) is not null
            || (step.Index > 0 && element.Parent?.GetDefaultNamespace() == step.Name.Namespace);
        // A prefix that stands for something else there stays that: a new element may give it another meaning, for one that is there the writer makes one up.
        bool isTaken = step is { Index: 0, Prefix.Length: > 0 } && element.GetNamespaceOfPrefix(step.Prefix) is not null;
        if (!known && !isTaken)
            element.Add(new XAttribute(XNamespace.Xmlns + step.Prefix, step.Name.NamespaceName));
    }
}
