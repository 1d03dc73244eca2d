using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Hl7V2.Dictionary;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Mapping.Back;

/// <summary>Published messages to FHIR and back: every part that a rule mapped is there again, or its loss is one that is known and has a reason.</summary>
public sealed class FhirRoundTripTests
{
    // What does not come back, why, and how often at most: a figure that grows is something lost, one that falls is to be lowered here.
    // A reason that ends with "(not traced)" says what was seen, and that nobody followed it to the rule.
    private static readonly (string Places, int Most, string Why)[] s_known =
    [
        (@"^(OBX-2\.1)$", 10, "CE, CF, CNE and IS are one concept in FHIR; it comes back as CWE"),
        (@"^(OBX-5\.[1-4])$", 5, "SN with + and VR are one text in FHIR"),
        (@"^(MSH-(3\.3|5\.[12]|6\.1))$", 13, "an application with a second name (MSH-24, MSH-25) has one in this version"),
        (@"^(PID-6\.[1235])$", 12, "a mother's maiden name is one text in FHIR"),
        (@"^(PID-(13|14)\.[23])$", 6, "several codes of equipment and use are one in FHIR"),
        (@"^((PID-5|NK1-32)\.7)$", 2, "several kinds of names and addresses are one use in FHIR"),
        (@"^(PID-39\.14)$", 1, "citizenship and tribe have one extension"),
        (@"^(OBR-(8\.1|9\.1|10\.9\.2|14\.1|15\.(1|2|6|6\.2|6\.3)))$", 9, "two specimens of one order: one stands in SPM, and OBR has room for none"),
        (@"^(OBR-39\.[12])$", 4, "the collector's comment (not traced)"),
        (@"^(PV1-(16|50)\.1)$", 6, "a code without a table, and a second number of the kind"),
        (@"^(OBR-11\.1)$", 2, "the intent is said by ORC too"),
        (@"^(NK1-[89]\.1)$", 8, "a day in this version, without the time of it"),
        (@"^(PD1-7\.1|PID-(16|21)\.1|PID-11\.[12]|NK1-15\.1|OBX-10\.1)$", 10, "single parts of the fullest messages (not traced)"),
        (@"^(NK1-13\.(1|10)|ORC-21\.1)$", 3, "the second organization of two, which stands in an extension (not traced)"),
    ];

    // What came of the 175 messages on the day of the last change: more may come back, less may not.
    private const int Mapped = 5892;
    private const int Kept = 4668;
    private const int Moved = 703;
    private const int Later = 430;

    // What comes back elsewhere in the segment, and how often at most.
    private static readonly (string Why, int Most, Func<Leaf, Leaf, bool> Is)[] s_moved =
    [
        ("another item of the list that FHIR has", 274, (from, to) => from.Place == to.Place),
        ("another part of the field that says the same", 163, (from, to) => (from.Segment, from.Field) == (to.Segment, to.Field)),
        ("another field of the list that FHIR has for both", 206, (from, to) => (from.Segment, from.Field, to.Field) is ("NK1", 32, 4) or ("NK1", 31, 5 or 6) or ("NK1", 33, 12) or ("PID", 39, 26) or ("PID", 21, 3) or ("PID", 14, 13) or ("OBR", 47, 46)),
        ("another field that says the same", 60, (_, _) => true),
    ];

    [SkippableFact]
    public void What_was_mapped_of_published_messages_comes_back()
    {
        string folder = Corpus.Need(Path.Combine("v2-to-fhir", "cdc-prime-reportstream"));
        Tally tally = new();
        _ = Parallel.ForEach(Directory.EnumerateFiles(folder, "*.hl7", SearchOption.AllDirectories), new() { MaxDegreeOfParallelism = 2 }, file => Compare(file, tally));

        string report = tally.Report();
        Assert.True(tally.Mapped >= Mapped, report);
        Assert.True(tally.Kept >= Kept, report);
        Assert.True(tally.Kept + tally.Moved >= Kept + Moved, report);
        Assert.True(tally.Later.Count <= Later, report);
        Assert.True(tally.Lost.Count == 0, report);
        foreach (IGrouping<int, (Leaf From, Leaf To)> of in tally.Places.GroupBy(way => Array.FindIndex(s_moved, known => known.Is(way.From, way.To))))
            Assert.True(of.Count() <= s_moved[of.Key].Most, $"{s_moved[of.Key].Why}: {of.Count()}\n{report}");
        Assert.All(s_known, known => Assert.True(tally.Known.Count(lost => Class(lost.Place) == known) <= known.Most, $"{known.Places}: {known.Why}\n{report}"));
    }

    [Fact]
    public void The_page_tells_the_figures_of_the_test()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "how-to", "convert-from-fhir.md"));
        string figures = string.Create(CultureInfo.InvariantCulture, $"{Mapped:N0} parts that rules map) keeps {100.0 * Kept / Mapped:0} % of them where they were and {100.0 * Moved / Mapped:0} % elsewhere");
        Assert.Contains(figures, page, StringComparison.Ordinal);
        Assert.Contains($"{s_known.Sum(known => known.Most)} parts are lost", page, StringComparison.Ordinal);
    }

    private static (string Places, int Most, string Why) Class(string place) => s_known.FirstOrDefault(known => Regex.IsMatch(place, known.Places));

    private static void Compare(string file, Tally tally)
    {
        byte[] bytes = File.ReadAllBytes(file);
        byte[] bundle = RoundTrip.Forth(bytes)!;
        FhirBackConversion conversion = RoundTrip.Back(bundle);
        Assert.True(conversion.Messages.Count == 1, $"{file}: {conversion.Messages.Count} messages; {conversion.Fault?.Text}");
        List<Leaf> back = RoundTrip.Leaves(conversion.Messages[0].Bytes.ToArray());
        TimeSpan zone = RoundTrip.Zone(RoundTrip.Leaves(bytes));
        List<Leaf> mapped = [.. RoundTrip.Mapped(bytes, bundle)];
        lock (tally)
        {
            foreach (Leaf leaf in mapped)
                tally.Add(leaf, back, zone, Path.GetFileName(file));
        }
    }

    private sealed class Tally
    {
        public int Mapped { get; private set; }

        public int Kept { get; private set; }

        public int Moved => Places.Count;

        /// <summary>Where parts were, and where they came back.</summary>
        public List<(Leaf From, Leaf To)> Places { get; } = [];

        /// <summary>Parts in fields that the version of the way back does not have.</summary>
        public List<Leaf> Later { get; } = [];

        /// <summary>Parts of a known class.</summary>
        public List<Leaf> Known { get; } = [];

        /// <summary>Parts of none.</summary>
        public List<string> Lost { get; } = [];

        public string Report()
        {
            StringBuilder report = new($"{Mapped} mapped, {Kept} kept, {Moved} elsewhere in the segment, {Later.Count} of later versions, {Known.Count} known, {Lost.Count} lost\n");
            foreach (IGrouping<string, Leaf> of in Known.GroupBy(leaf => Class(leaf.Place).Places))
                _ = report.Append(CultureInfo.InvariantCulture, $"{of.Count()} of {of.Key}: {string.Join(' ', of.CountBy(leaf => leaf.Place).OrderByDescending(place => place.Value).Select(place => $"{place.Key}×{place.Value}"))}\n");
            foreach ((string why, int most, _) in s_moved)
                _ = report.Append(CultureInfo.InvariantCulture, $"{Places.Count(way => s_moved.First(known => known.Is(way.From, way.To)).Why == why)} of {most}: {why}\n");
            foreach (KeyValuePair<string, int> way in Places.CountBy(way => $"{way.From.Place} came back as {way.To.Place}{(way.To.Repetition == way.From.Repetition ? "" : " of another repetition")}{(way.To.Occurrence == way.From.Occurrence ? "" : " of another segment")}").OrderByDescending(way => way.Value))
                _ = report.Append(CultureInfo.InvariantCulture, $"{way.Value} × {way.Key}\n");
            return report.AppendJoin('\n', Lost.Take(40)).ToString();
        }

        public void Add(Leaf leaf, List<Leaf> back, TimeSpan zone, string file)
        {
            Mapped++;
            if (back.Exists(other => other.IsAt(leaf) && RoundTrip.IsSame(leaf.Text, other.Text, zone)))
                Kept++;
            else if (IsLater(leaf))
                Later.Add(leaf);
            // FHIR has one list where the segment has several fields, and several parts of a value are one.
            else if (Nearest(leaf, back, zone) is { } beside)
                Places.Add((leaf, beside));
            else if (Class(leaf.Place).Places is not null)
                Known.Add(leaf);
            else
                Lost.Add($"{file}: {leaf.Place}");
        }

        private static Leaf? Nearest(Leaf leaf, List<Leaf> back, TimeSpan zone) => back
            .Where(other => IsBeside(leaf, other) && RoundTrip.IsSame(leaf.Text, other.Text, zone))
            .OrderBy(other => (other.Segment == leaf.Segment ? 0 : 4) + (other.Occurrence == leaf.Occurrence ? 0 : 2) + (other.Field == leaf.Field ? 0 : 1)).FirstOrDefault();

        private static bool IsBeside(Leaf leaf, Leaf other) =>
            leaf.Segment == other.Segment || (leaf.Segment is "ORC" or "OBR" or "SPM" && other.Segment is "ORC" or "OBR" or "SPM") || (leaf.Segment is "PV1" or "PV2" && other.Segment is "PV1" or "PV2");

        // Fields of later versions, and components of fields that have one in this version.
        private static bool IsLater(Leaf leaf) => Hl7Dictionary.For("2.5.1").Segment(leaf.Segment) is { } known
            && (known.Field(leaf.Field) is not { } field || (field.Type.IsPrimitive && (leaf.Component > 1 || leaf.Subcomponent > 1)));
    }
}
