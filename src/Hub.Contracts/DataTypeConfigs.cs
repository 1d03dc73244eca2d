namespace Hub.Contracts;

/// <summary>How rows with a delimiter are written.</summary>
public sealed record DelimitedConfig
{
    /// <summary>The character between values. Default a comma; <c>\t</c> for a tab.</summary>
    public string Delimiter { get; init; } = ",";

    /// <summary>The character around values that hold a delimiter, a line end or itself (then doubled). Empty: there is none. Default <c>"</c>.</summary>
    public string Quote { get; init; } = "\"";

    /// <summary>Whether the first row names the columns. Without, and without <c>columns</c>, they are called 1, 2, 3… Default true.</summary>
    public bool Header { get; init; } = true;

    /// <summary>The names of the columns, so that paths can be checked when the file is loaded. With a header they have to be the ones it gives. Default: what the header says.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>How bytes are read as text. Default <c>utf8</c>.</summary>
    public TextCharset Charset { get; init; } = TextCharset.Utf8;

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (!IsMark(Delimiter))
            yield return new(ProblemCodes.TableLayout, "delimiter", "The delimiter has to be one ASCII character that is no letter, digit or line end, for example \",\", \";\", \"|\" or \"\\t\".");
        if (Quote.Length > 0 && (!IsMark(Quote) || Quote == Delimiter || Quote is " " or "\t"))
            yield return new(ProblemCodes.TableLayout, "quote", "The quote has to be one ASCII character other than the delimiter, usually a double quote; leave it empty when values are never quoted.");
        if (Columns is { Count: 0 })
            yield return new(ProblemCodes.TableLayout, "columns", "The list is empty. Name the columns, or leave it out.");
        if (Columns?.GroupBy(name => name).FirstOrDefault(names => names.Count() > 1 || names.Key.Length == 0) is { } wrong)
            yield return new(ProblemCodes.TableLayout, "columns", wrong.Key.Length == 0 ? "A column has an empty name. Give every column one." : $"\"{wrong.Key}\" is there twice. Give every column its own name.");
    }

    private static bool IsMark(string text) => text.Length == 1 && char.IsAscii(text[0]) && !char.IsAsciiLetterOrDigit(text[0]) && (text[0] is '\t' || !char.IsControl(text[0]));
}

/// <summary>Where the values of a fixed-width row stand.</summary>
public sealed record FixedWidthConfig
{
    private const int Longest = 100_000;

    /// <summary>The fields.</summary>
    public required IReadOnlyList<FixedWidthFieldConfig> Fields { get; init; }

    /// <summary>How bytes are read as text. Default <c>utf8</c>.</summary>
    public TextCharset Charset { get; init; } = TextCharset.Utf8;

    /// <summary>Finds what is wrong in this record.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        if (Fields.Count == 0)
            yield return new(ProblemCodes.TableLayout, "fields", "There are no fields. Name them: { \"name\": \"id\", \"start\": 1, \"length\": 10 }.");
        for (int i = 0; i < Fields.Count; i++)
        {
            FixedWidthFieldConfig field = Fields[i];
            if (field.Name.Length == 0 || Fields.Take(i).Any(other => other.Name == field.Name))
                yield return new(ProblemCodes.TableLayout, $"fields[{i}].name", $"\"{field.Name}\" {(field.Name.Length == 0 ? "is no name" : "is there twice")}. Give every field its own name.");
            if (field.Start < 1 || field.Length < 1 || field.Start > Longest || field.Length > Longest)
                yield return new(ProblemCodes.TableLayout, $"fields[{i}]", $"\"start\" counts characters from 1 and \"length\" is at least 1; both are at most {Longest}.");
            else if (Fields.Take(i).FirstOrDefault(other => other.Start < field.Start + field.Length && field.Start < other.Start + other.Length) is { } over)
                yield return new(ProblemCodes.TableLayout, $"fields[{i}]", $"It lies over \"{over.Name}\". Fields cannot share characters.");
            if (field.Pad.Length != 1 || char.IsControl(field.Pad, 0))
                yield return new(ProblemCodes.TableLayout, $"fields[{i}].pad", "The pad is one character, usually a blank or 0.");
        }
    }
}

/// <summary>At which end of its field a value stands.</summary>
public enum FieldAlign
{
    /// <summary>At the start, padded after it. The default.</summary>
    Left,

    /// <summary>At the end, padded before it: numbers, usually.</summary>
    Right,
}

/// <summary>One field of a fixed-width row.</summary>
public sealed record FixedWidthFieldConfig
{
    /// <summary>Its name in paths.</summary>
    public required string Name { get; init; }

    /// <summary>The first character of it, counted from 1.</summary>
    public required int Start { get; init; }

    /// <summary>How many characters it has.</summary>
    public required int Length { get; init; }

    /// <summary>Whether the padding is taken off a value that is read. Default true.</summary>
    public bool Trim { get; init; } = true;

    /// <summary>What fills the rest of the field. Default a blank.</summary>
    public string Pad { get; init; } = " ";

    /// <summary>At which end of the field values stand. Default <c>left</c>.</summary>
    public FieldAlign Align { get; init; } = FieldAlign.Left;
}

/// <summary>What paths into XML need.</summary>
public sealed record XmlConfig
{
    /// <summary>The prefixes that XPaths of the channel use, with their namespaces: <c>{ "v3": "urn:hl7-org:v3" }</c>. XPath has no default namespace, so elements in one need a prefix in paths. <c>hl7</c> stands for <c>urn:hl7-org:v2xml</c> unless it is given here.</summary>
    public IReadOnlyDictionary<string, string> Namespaces { get; init; } = new Dictionary<string, string>();
}

/// <summary>Where messages that are not HL7 v2 say what the journal keeps of them. Paths as the steps of the channel write them.</summary>
public sealed record HeaderPathsConfig
{
    /// <summary>The id that the sender gave the message. With it, a message that comes again is found to be a duplicate (protocol D01), and <c>requireControlId</c> holds.</summary>
    public string? ControlId { get; init; }

    /// <summary>What kind of message it is.</summary>
    public string? Type { get; init; }

    /// <summary>Who sent it.</summary>
    public string? Sender { get; init; }

    /// <summary>The version of its format.</summary>
    public string? Version { get; init; }
}
