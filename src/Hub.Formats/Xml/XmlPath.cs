using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using Hub.Formats.Documents;

namespace Hub.Formats.Xml;

/// <summary>One step of a path that can be made where nothing is: an element, by its name and number, or an attribute.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">The prefix that the path writes; empty for none.</param>
/// <param name="Index">Which element of that name, from 1; 0 for an attribute.</param>
internal sealed record XmlStep(XName Name, string Prefix, int Index);

/// <summary>
/// A place in XML: an XPath 1.0. One that begins with <c>/</c> begins at the root, any other at the element that a <c>forEach</c> is at or else at the root.
/// It stands for every node that it selects; where one value is wanted, for the first.
/// </summary>
public sealed partial class XmlPath : DocumentPath
{
    /// <summary>The namespace of HL7 v2 in XML, which the prefix <c>hl7</c> stands for unless a channel says otherwise.</summary>
    public const string Hl7Namespace = "urn:hl7-org:v2xml";

    private readonly XPathExpression? _expression;

    private XmlPath(string text, XPathExpression? expression, XmlStep[]? steps, XObject? node)
        : base(text)
    {
        _expression = expression;
        Steps = steps;
        Node = node;
    }

    /// <inheritdoc />
    public override bool IsPlace => Node is not null || _expression!.ReturnType is XPathResultType.NodeSet or XPathResultType.Any;

    /// <summary>The steps, when the path is so plain that what is missing can be made.</summary>
    internal XmlStep[]? Steps { get; }

    /// <summary>The one node that is meant, when the path came from another one.</summary>
    internal XObject? Node { get; }

    /// <summary>Reads a path.</summary>
    /// <param name="text">The XPath.</param>
    /// <param name="namespaces">The prefixes it may use.</param>
    /// <param name="value">The path, when the text is one.</param>
    /// <param name="error">What is wrong and how to write it, when it is not.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string text, IReadOnlyDictionary<string, string> namespaces, [NotNullWhen(true)] out XmlPath? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        error = null;
        XmlNamespaceManager known = new(new NameTable());
        known.AddNamespace("hl7", Hl7Namespace);
        foreach ((string prefix, string uri) in namespaces)
            known.AddNamespace(prefix, uri);
        try
        {
            XPathExpression expression = XPathExpression.Compile(text, known);
            // Functions and variables that are not there are only found when it is evaluated.
            new XDocument(new XElement("none")).CreateNavigator().Evaluate(expression.Clone());
            value = new(text, expression, StepsOf(text, known), null);
        }
        catch (Exception mistake) when (mistake is XPathException or ArgumentException or XmlException)
        {
            string? prefix = Prefix().Matches(text).Select(match => match.Groups[1].Value).FirstOrDefault(name => known.LookupNamespace(name) is null);
            error = prefix is null
                ? $"\"{text}\" is not an XPath 1.0: {mistake.Message} Write for example \"/order/patient/@id\"."
                : $"\"{text}\" uses the prefix {prefix}, which stands for nothing. Give its namespace in the source: \"xml\": {{ \"namespaces\": {{ \"{prefix}\": \"…\" }} }}.";
        }

        return value is not null;
    }

    /// <summary>Reads a path that is known to be right.</summary>
    /// <param name="text">The XPath.</param>
    /// <param name="namespaces">The prefixes it may use.</param>
    /// <returns>The path.</returns>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static XmlPath Parse(string text, IReadOnlyDictionary<string, string>? namespaces = null) =>
        TryParse(text, namespaces ?? new Dictionary<string, string>(), out XmlPath? path, out string? error) ? path : throw new FormatException(error);

    /// <summary>The same path, standing for one of the nodes that it selects.</summary>
    internal XmlPath At(XObject node, int number) => new(string.Create(CultureInfo.InvariantCulture, $"({Text})[{number}]"), null, null, node);

    /// <summary>What the XPath gives.</summary>
    /// <exception cref="DocumentException">It cannot be evaluated for this message.</exception>
    internal object Evaluate(XNode from)
    {
        try
        {
            // One that was compiled may not be used by two threads.
            return from.CreateNavigator().Evaluate(_expression!.Clone());
        }
        catch (XPathException)
        {
            throw new DocumentException($"The XPath {Text} cannot be evaluated for this message.");
        }
    }

    private static XmlStep[]? StepsOf(string text, XmlNamespaceManager known)
    {
        if (!Plain().IsMatch(text))
            return null;
        return [.. text.TrimStart('/').Split('/').Select(step => StepOf(step, known))];
    }

    private static XmlStep StepOf(string step, XmlNamespaceManager known)
    {
        bool isAttribute = step[0] == '@';
        int bracket = step.IndexOf('[', StringComparison.Ordinal);
        int index = bracket < 0 ? 1 : int.Parse(step.AsSpan(bracket + 1, step.Length - bracket - 2), CultureInfo.InvariantCulture);
        string[] parts = (bracket < 0 ? step : step[..bracket]).TrimStart('@').Split(':');
        string prefix = parts.Length > 1 ? parts[0] : "";
        XNamespace space = prefix.Length == 0 ? XNamespace.None : known.LookupNamespace(prefix)!;
        return new(space + parts[^1], prefix, isAttribute ? 0 : index);
    }

    [GeneratedRegex(@"^/?([\p{L}_][\p{L}\p{Nd}._-]*(:[\p{L}_][\p{L}\p{Nd}._-]*)?(\[[1-9][0-9]{0,5}\])?/)*(@?[\p{L}_][\p{L}\p{Nd}._-]*(:[\p{L}_][\p{L}\p{Nd}._-]*)?|[\p{L}_][\p{L}\p{Nd}._-]*(:[\p{L}_][\p{L}\p{Nd}._-]*)?\[[1-9][0-9]{0,5}\])\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    [GeneratedRegex(@"(?<![:\w.-])([A-Za-z_][\w.-]*):(?!:)", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
