namespace Hub.Formats.Documents;

/// <summary>A place in a document, read from the text of a channel file by its data type. Each data type has its own kind; a document takes its own alone.</summary>
public abstract class DocumentPath
{
    private protected DocumentPath(string text) => Text = text;

    /// <summary>The path as people write it.</summary>
    public string Text { get; }

    /// <summary>Whether it is written so that it stands for any number of places (<c>[*]</c>). An XPath never is, though it may select several nodes.</summary>
    public virtual bool IsMany => false;

    /// <summary>Whether something can be written there; an XPath that counts or joins only gives a value.</summary>
    public virtual bool IsPlace => true;

    /// <summary>The path as people write it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;
}
