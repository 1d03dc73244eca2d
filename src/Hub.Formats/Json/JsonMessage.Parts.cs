using Hub.Formats.Documents;

namespace Hub.Formats.Json;

/// <content>Dividing a list.</content>
public sealed partial class JsonMessage
{
    /// <inheritdoc />
    public override IEnumerable<Document> Divide(DocumentPath path, bool keepsRest) => keepsRest ? WithRest((JsonPath)path) : Items(path, null).Cast<JsonItem>().Select(Alone);

    /// <summary>Whether a list, or the value that stands for a list of one, is there; null is a list without items.</summary>
    /// <param name="path">The list, or with <c>[*]</c> at the end its items.</param>
    /// <returns>Whether it is.</returns>
    public override bool HasPlace(DocumentPath path)
    {
        JsonStep[] steps = ((JsonPath)path).Steps;
        return steps is [.., { Index: JsonStep.Every }]
            ? Find(Root, steps[..^1], 0).Any(item => item.IsArray)
            : Find(Root, steps, 0).Any();
    }

    // The bytes of an item that nobody changed are a view of those of the whole: ten thousand parts cost no copy.
    private static JsonMessage Alone(JsonItem item)
    {
        ReadOnlyMemory<byte> json = item.ToMemory();
        return new(json, json);
    }

    // In a copy all items are taken out of what holds them; each is then put back alone, the whole written, and the item taken out again.
    private IEnumerable<JsonMessage> WithRest(JsonPath path)
    {
        JsonMessage copy = (JsonMessage)Clone();
        JsonItem[] items = [.. copy.Items(path, null).Cast<JsonItem>()];
        HashSet<JsonItem> selected = [.. items];
        Dictionary<JsonItem, JsonPart[]> holders = items.Select(item => item.Parent).OfType<JsonItem>().Distinct().ToDictionary(holder => holder, holder => holder.Parts!.ToArray());
        foreach ((JsonItem holder, JsonPart[] parts) in holders)
            holder.Hold(parts, part => !selected.Contains(part.Value));
        foreach (JsonItem item in items)
        {
            JsonItem? holder = item.Parent;
            holder?.Hold(holders[holder], part => part.Value == item || !selected.Contains(part.Value));
            ReadOnlyMemory<byte> whole = copy.Write();
            yield return new(whole, whole[_mark..]);
            holder?.Hold(holders[holder], part => !selected.Contains(part.Value));
        }
    }
}
