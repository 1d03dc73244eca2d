using System.Text;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Documents: an OBX for each content of a DocumentReference, as text, data or a pointer.</summary>
internal static class BackDocuments
{
    // The kind of data (HL7 table 0191) of everything that is no text, image or sound.
    private const string Application = "AP";

    /// <summary>Takes an attachment into OBX-2, 3 and 5.</summary>
    /// <param name="fill">The OBX.</param>
    /// <param name="attachment">The attachment of a content.</param>
    /// <param name="value">OBX-5.</param>
    public static void Content(BackFill fill, BackNode attachment, DraftValue value)
    {
        BackNode? data = attachment.Find("data");
        BackNode? said = data ?? attachment.Find("url");
        if (said?.Text is not { Length: > 0 } text)
            return;
        string type = attachment.TextOf("contentType") ?? "";
        string? plain = data is not null && IsPlain(type) ? Text(text) : null;
        _ = fill.Set(fill.Segment.Value(2), plain is not null ? "TX" : data is not null ? "ED" : "RP");
        if (plain is not null)
            value.Set(plain);
        else if (data is not null)
            Put(value, (2, Kind(type)), (3, Subtype(fill, type)), (4, "Base64"), (5, string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)))));
        else
            Put(value, (1, text), (3, Kind(type)), (4, Subtype(fill, type)));
        fill.Take(said);
        // Data have no field that tells their character set; it is told that nobody learns it.
        if (attachment.Find("contentType") is { } told && (plain is not null || CharacterSet(type) is null))
            fill.Take(told);
        Name(fill, attachment);
    }

    /// <summary>Sets what TXA requires and the resource does not say.</summary>
    /// <param name="run">The message.</param>
    /// <param name="document">TXA.</param>
    /// <param name="controlId">MSH-10.</param>
    public static void Finish(BackRun run, DraftSegment document, string controlId)
    {
        if (document.TextOf(3).Length == 0 && run.Segments.Find(segment => segment.Name == "OBX") is { } content)
        {
            DraftValue? value = content.All(5) is [var first, ..] ? first : null;
            document.Set(3, content.TextOf(2) switch { "ED" => value?.Find(2)?.First ?? Application, "RP" => value?.Find(3)?.First ?? Application, _ => "TX" });
        }

        // HL7 v2.5.1 chapter 9: TXA-12 names the document for good. Without a name of its own it has that of the placer or filler, else of the message that brings it.
        if (document.TextOf(12).Length == 0)
            document.Set(12, document.TextOf(16) is { Length: > 0 } file ? file : controlId);
        BackNode[] described = [.. run.Resources.Where(each => each.Resource == "DocumentReference")];
        bool isRetracted = Array.Exists(described, IsRetracted);
        // Table 0273: CA deleted. Whatever else is said of it, nobody shall read on.
        if (isRetracted)
            document.Set(19, "CA");
        foreach (BackNode said in described.SelectMany(each => each.Children).Where(child => child is { Name: "status" or "docStatus", Text: "entered-in-error" }))
            said.Use();
        // Table 0271: DO documented is the least that can be said of a document that is there; of one whose state is told in another way it says too much.
        if (document.TextOf(17).Length == 0 && !isRetracted && Array.TrueForAll(described, each => each.Find("docStatus") is null))
            document.Set(17, "DO");
    }

    /// <summary>Whether a document, or what is told of it, was entered in error: nobody shall take it for a good one.</summary>
    /// <param name="document">A DocumentReference.</param>
    public static bool IsRetracted(BackNode document) => document.TextOf("status") == "entered-in-error" || document.TextOf("docStatus") == "entered-in-error";

    // OBX-3 is what the document is; without that its title.
    private static void Name(BackFill fill, BackNode attachment)
    {
        DraftValue name = fill.Segment.Value(3);
        BackNode? title = attachment.Find("title");
        if (name.IsEmpty && attachment.Whole.Find("type") is { } type && fill.Run.Rules.Map("CWE.CodeableConcept") is { } map)
            _ = fill.TakeType(map, type, name, null, null);
        if (title?.Text is { Length: > 0 } text && (name.IsEmpty || name.Find(2) is null or { IsEmpty: true }))
            name.Part(2).Set(text);
        if (name.IsEmpty)
            name.Part(2).Set("Document");
        if (title is not null && name.Find(2)?.First == title.Text)
            fill.Take(title);
    }

    private static void Put(DraftValue value, params (int Part, string Text)[] parts)
    {
        foreach ((int part, string text) in parts.Where(each => each.Text.Length > 0))
            value.Part(part).Set(text);
    }

    // Only text whose bytes are UTF-8 can be told as text.
    private static bool IsPlain(string type) =>
        type.Split(';')[0].Trim().Equals("text/plain", StringComparison.OrdinalIgnoreCase) && CharacterSet(type)?.ToUpperInvariant() is null or "UTF-8" or "UTF8" or "US-ASCII";

    private static string? CharacterSet(string type) => type.Split(';').Skip(1).Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals("charset", StringComparison.OrdinalIgnoreCase))?[1].Trim('"');

    private static string Kind(string type) => type.Split('/')[0] switch { "image" => "IM", "audio" => "AU", "text" => "TEXT", _ => Application };

    private static string Subtype(BackFill fill, string type) =>
        fill.Run.Rules.Codes("DataSubtype")?.Back(type.Split(';')[0], "")?.Code ?? type.Split(';')[0].Split('/')[^1];

    // Null: the bytes are no text.
    private static string? Text(string base64)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(base64));
            // A mark of the byte order is no letter of the text.
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (Exception fault) when (fault is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
