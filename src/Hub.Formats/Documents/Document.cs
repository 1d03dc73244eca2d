namespace Hub.Formats.Documents;

/// <summary>
/// One message that is not HL7 v2: JSON, XML, rows, bytes. What was read and not changed is written as the very bytes that were read.
/// Paths are those of its own data type. <c>at</c> is what a <c>forEach</c> is at (one of <see cref="Items"/>), where paths that do not begin
/// at the root begin; null outside. Not safe for use by several threads at once.
/// </summary>
public abstract class Document
{
    private readonly ReadOnlyMemory<byte> _original;

    private protected Document(ReadOnlyMemory<byte> original) => _original = original;

    /// <summary>Whether anything was changed since it was read.</summary>
    public bool IsChanged { get; private protected set; }

    /// <summary>The bytes that were read.</summary>
    private protected ReadOnlyMemory<byte> Original => _original;

    /// <summary>The text at a place.</summary>
    /// <param name="path">The place; of several the first.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <returns>Empty when nothing is there.</returns>
    /// <exception cref="DocumentException">What is there cannot be read as text.</exception>
    public abstract string GetText(DocumentPath path, object? at);

    /// <summary>Whether a place holds anything: not when it is missing, empty or null.</summary>
    /// <param name="path">The place; of several any.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <returns>Whether it does.</returns>
    public abstract bool Exists(DocumentPath path, object? at);

    /// <summary>One path for each place that a path stands for now; the path itself when it stands for one.</summary>
    /// <param name="path">The path.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <returns>The paths. They are good until the next change of structure.</returns>
    public virtual IReadOnlyList<DocumentPath> Expand(DocumentPath path, object? at) => [path];

    /// <summary>What a <c>forEach</c> goes through.</summary>
    /// <param name="path">Where the items are.</param>
    /// <param name="at">What a <c>forEach</c> around this one is at.</param>
    /// <returns>The items, in order. Each stays right while others change.</returns>
    public abstract IReadOnlyList<object> Items(DocumentPath path, object? at);

    /// <summary>Whether an item is still in the document.</summary>
    /// <param name="item">One of <see cref="Items"/>.</param>
    /// <returns>False once it was deleted.</returns>
    public abstract bool Has(object item);

    /// <summary>
    /// Divides the document: one document for each of <see cref="Items"/>, in order, each on its own. They are made one after another as they are asked for, so that who
    /// asks can stop when they become too many or too large together. This document stays as it is.
    /// </summary>
    /// <param name="path">Where the items are.</param>
    /// <param name="keepsRest">Whether each has the rest of the document around its item, with the others taken out. Rows always keep what stands before the first, their header.</param>
    /// <returns>The documents.</returns>
    /// <exception cref="DocumentException">The items cannot be divided so; the text says why. Thrown when the first is asked for.</exception>
    public abstract IEnumerable<Document> Divide(DocumentPath path, bool keepsRest);

    /// <summary>Whether the place of <see cref="Items"/> is there though there may be no item in it: an empty list, no rows. An XPath is there when it selects something.</summary>
    /// <param name="path">Where the items are.</param>
    /// <returns>Whether it is.</returns>
    public abstract bool HasPlace(DocumentPath path);

    /// <summary>Writes text to a place, or to every place that a path stands for. What leads there is made where that can be done.</summary>
    /// <param name="path">The place.</param>
    /// <param name="text">The text.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <exception cref="DocumentException">The place cannot be written; the text says why.</exception>
    public abstract void SetText(DocumentPath path, string text, object? at);

    /// <summary>Takes a place away, or every place that a path stands for. Where nothing is, nothing changes.</summary>
    /// <param name="path">The place.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <exception cref="DocumentException">It cannot be taken away.</exception>
    public abstract void Delete(DocumentPath path, object? at);

    /// <summary>Copies what stands at a place, with all within it. When nothing is there, the target is taken away.</summary>
    /// <param name="from">The place to copy from; of several the first.</param>
    /// <param name="to">The place to copy to.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <exception cref="DocumentException">The place cannot be written; the text says why.</exception>
    public abstract void Copy(DocumentPath from, DocumentPath to, object? at);

    /// <summary>Moves what stands at a place, as <see cref="Copy"/> and <see cref="Delete"/> together.</summary>
    /// <param name="from">The place to move from; of several the first.</param>
    /// <param name="to">The place to move to.</param>
    /// <param name="at">What a <c>forEach</c> is at.</param>
    /// <exception cref="DocumentException">A place cannot be written; the text says why.</exception>
    public abstract void Move(DocumentPath from, DocumentPath to, object? at);

    /// <summary>Writes the document.</summary>
    /// <returns>The bytes that were read when nothing was changed, else new ones.</returns>
    public ReadOnlyMemory<byte> ToBytes() => IsChanged ? Write() : _original;

    /// <summary>The document as text, without a byte order mark.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="DocumentException">Raw bytes are not text in UTF-8, or the document cannot be written.</exception>
    public abstract string ToText();

    /// <summary>Another document of this kind, in the same character set.</summary>
    /// <param name="text">Its text.</param>
    /// <returns>The document.</returns>
    /// <exception cref="DocumentException">The text is none, or the character set does not have all of it.</exception>
    public abstract Document WithText(string text);

    /// <summary>A copy; a change in one is not seen in the other.</summary>
    /// <returns>The copy.</returns>
    public abstract Document Clone();

    private protected abstract ReadOnlyMemory<byte> Write();

    /// <exception cref="DocumentException">The character set does not have all of the text.</exception>
    private protected static byte[] Encode(System.Text.Encoding encoding, string text)
    {
        try
        {
            return encoding.GetBytes(text);
        }
        catch (System.Text.EncoderFallbackException)
        {
            throw new DocumentException($"The text has a character that {encoding.WebName} has not, or half a character (a lone surrogate), which cannot be written.");
        }
    }

    private protected static DocumentException NotTaken(DocumentFault? fault) => new($"The text cannot be the message. {fault?.Text}");
}
