using System.Text;

namespace Hub.Formats.Documents;

/// <summary>Bytes that nobody looks into. They have no places and are never copied.</summary>
/// <param name="content">The bytes.</param>
public sealed class RawMessage(ReadOnlyMemory<byte> content) : Document(content)
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <inheritdoc />
    public override string GetText(DocumentPath path, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override bool Exists(DocumentPath path, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override IReadOnlyList<object> Items(DocumentPath path, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override bool Has(object item) => throw NoPlaces();

    /// <inheritdoc />
    public override IEnumerable<Document> Divide(DocumentPath path, bool keepsRest) => throw NoPlaces();

    /// <inheritdoc />
    public override bool HasPlace(DocumentPath path) => throw NoPlaces();

    /// <inheritdoc />
    public override void SetText(DocumentPath path, string text, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override void Delete(DocumentPath path, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override void Copy(DocumentPath from, DocumentPath to, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override void Move(DocumentPath from, DocumentPath to, object? at) => throw NoPlaces();

    /// <inheritdoc />
    public override string ToText()
    {
        try
        {
            return s_utf8.GetString(Original.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new DocumentException("The raw bytes are not text in UTF-8, so they cannot be read as text.");
        }
    }

    /// <inheritdoc />
    public override Document WithText(string text) => new RawMessage(Encode(s_utf8, text));

    /// <inheritdoc />
    public override Document Clone() => this;

    private protected override ReadOnlyMemory<byte> Write() => Original;

    private static DocumentException NoPlaces() => new("Raw bytes have no places to read or write.");
}
