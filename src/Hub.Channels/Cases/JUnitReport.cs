using System.Globalization;
using System.Text;
using System.Xml;
using Hub.Channels.Config;

namespace Hub.Channels.Cases;

/// <summary>Writes how tests went as JUnit XML, which build servers read: a suite for each channel, a test for each case.</summary>
public static class JUnitReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="results">How the tests went.</param>
    public static void Write(Stream output, IReadOnlyList<ChannelResult> results)
    {
        using XmlWriter xml = XmlWriter.Create(output, new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, "hub test", [.. results.SelectMany(result => result.Cases)], results.Sum(result => result.Problems.Count));
        foreach (ChannelResult result in results.Where(result => result.Cases.Count + result.Problems.Count > 0))
            WriteSuite(xml, result);
        xml.WriteEndElement();
    }

    private static void WriteSuite(XmlWriter xml, ChannelResult result)
    {
        xml.WriteStartElement("testsuite");
        WriteCounts(xml, result.Channel, result.Cases, result.Problems.Count);
        foreach (CaseResult one in result.Cases)
        {
            WriteStart(xml, result.Channel, one.Name, one.File, one.Took);
            foreach (ChannelProblem problem in one.Problems)
                WriteOutcome(xml, "error", problem.Text, problem.ToString());
            if (one.Differences.Count > 0)
                WriteOutcome(xml, "failure", one.Differences[0].ToString(), string.Join('\n', one.Differences));
            xml.WriteEndElement();
        }

        foreach (ChannelProblem problem in result.Problems)
        {
            WriteStart(xml, result.Channel, Path.GetFileName(problem.File), problem.File, TimeSpan.Zero);
            WriteOutcome(xml, "error", problem.Text, problem.ToString());
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, string name, IReadOnlyList<CaseResult> cases, int strays)
    {
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("tests", Number(cases.Count + strays));
        xml.WriteAttributeString("failures", Number(cases.Count(one => one.Problems.Count == 0 && one.Differences.Count > 0)));
        xml.WriteAttributeString("errors", Number(cases.Count(one => one.Problems.Count > 0) + strays));
        xml.WriteAttributeString("time", Seconds(TimeSpan.FromTicks(cases.Sum(one => one.Took.Ticks))));
    }

    private static void WriteStart(XmlWriter xml, string channel, string name, string file, TimeSpan took)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(channel));
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("file", Clean(file));
        xml.WriteAttributeString("time", Seconds(took));
    }

    private static void WriteOutcome(XmlWriter xml, string kind, string message, string text)
    {
        xml.WriteStartElement(kind);
        xml.WriteAttributeString("message", Clean(message));
        xml.WriteString(Clean(text));
        xml.WriteEndElement();
    }

    // XML 1.0 section 2.2: most control characters cannot be written at all, and messages hold them.
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.Value is 9 or 10 || (rune.Value >= 32 && rune.Value is not (0xFFFE or 0xFFFF)) ? rune.ToString() : "·"));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
