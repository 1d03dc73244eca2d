using Hub.Channels.Data;
using Hub.Formats.Documents;

namespace Hub.Channels.Splitting;

/// <summary>Divides by items: those of a JSON list, elements of XML, rows.</summary>
/// <param name="items">Where they are.</param>
/// <param name="keepsRest">Whether each part has the rest of the message around its item.</param>
internal sealed class ItemSplitter(MessagePath items, bool keepsRest) : ISplitter
{
    public IReadOnlyList<StepContext>? Split(StepContext context)
    {
        Document document = context.Document!;
        int count = document.Items(items.Place!, null).Count;
        if (count == 0)
            return document.HasPlace(items.Place!) ? [] : null;
        SplitLimit.Check(count);
        List<StepContext> parts = new(count);
        long bytes = 0;
        foreach (Document part in document.Divide(items.Place!, keepsRest))
        {
            bytes += part.ToBytes().Length;
            if (bytes > SplitLimit.MostBytes)
                throw new StepException($"The {count} parts would be too large together (more than {SplitLimit.MostBytes / 1024 / 1024} MiB){(keepsRest ? ": what they have in common is in each of them. Leave out \"keep\", or delete what is not needed before the split" : ". Send the message in smaller pieces")}.");
            parts.Add(context.PartOf(part));
        }

        return parts;
    }
}
