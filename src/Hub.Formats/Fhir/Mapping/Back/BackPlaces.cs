namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Places within places: FHIR has a resource for each, HL7 v2 one value (PL, NDL).</summary>
internal static class BackPlaces
{
    // A place in a place in a place: more than ten levels no building has; a circle ends here.
    private const int Deepest = 10;

    /// <summary>A location and what it is part of, as PL.</summary>
    public static void Location(BackFill fill, BackNode narrowest, DraftValue value)
    {
        BackNode? at = narrowest;
        HashSet<BackNode> seen = [];
        for (int i = 0; at is not null && i < Deepest && seen.Add(at); i++)
        {
            int component = ComponentOf(at) switch { "bd" => 3, "ro" => 2, "lvl" => 8, "bu" => 7, "si" => 4, _ => 1 };
            if (component == 1 && value.Find(1) is { IsEmpty: false })
                component = value.Find(4) is { IsEmpty: false } ? 7 : 4;
            One(fill, at, value, component, description: 9);
            if (i == 0)
                Status(fill, at, value, 5);
            at = Up(fill, at);
        }
    }

    /// <summary>A practitioner at a place, as NDL.</summary>
    public static void Role(BackFill fill, BackNode role, DraftValue value)
    {
        if (role.Find("practitioner") is { } reference && fill.Opened(reference, "Practitioner") is { } practitioner && fill.Run.Rules.Map("CNN.Practitioner") is { } map)
        {
            if (fill.TakeType(map, practitioner, value.Part(1), null, null))
                fill.TakeReference(reference, practitioner);
        }

        foreach ((string name, int component) in ((string, int)[])[("start", 2), ("end", 3)])
        {
            if (role.Find("period")?.Find(name) is { Text: { } text } moment && BackText.Time(text) is { } written)
            {
                value.Part(component).Set(written);
                fill.Take(moment);
            }
        }

        foreach (BackNode place in role.All("location"))
        {
            if (fill.Opened(place, "Location") is not { } location)
                continue;
            int component = ComponentOf(location) switch { "bd" => 6, "ro" => 5, "lvl" => 11, "bu" => 10, "si" => 7, _ => 4 };
            if (value.Find(component) is { IsEmpty: false })
                continue;
            One(fill, location, value, component, description: 0);
            Status(fill, location, value, 8);
            fill.TakeReference(place, location);
            if (location.Find("partOf") is { } partOf)
                fill.TakeReference(partOf, location);
        }
    }

    private static string? ComponentOf(BackNode location) => BackFit.At(location, ["physicalType", "coding", "code"]).FirstOrDefault()?.Text;

    private static BackNode? Up(BackFill fill, BackNode location)
    {
        if (location.Find("partOf") is not { } reference || fill.Opened(reference, "Location") is not { } found)
            return null;
        fill.TakeReference(reference, found);
        return found;
    }

    private static void One(BackFill fill, BackNode location, DraftValue value, int component, int description)
    {
        DraftValue part = value.Part(component);
        List<BackNode> identifiers = [.. location.All("identifier").Where(identifier => identifier.Find("value") is not null)];
        // The universal ID of an HD is an identifier of its own, with its type; the entity's has its assigner, or is not the place's name.
        BackNode? universal = identifiers.Find(each => each.Find("type") is not null);
        BackNode? main = identifiers.Find(each => each.TextOf("value") == location.TextOf("name") && each != universal) ?? identifiers.Find(each => each != universal && each.Find("assigner") is null);
        BackNode? entity = description > 0 ? identifiers.Find(each => each != universal && each != main) : null;
        if (main is not null)
            Take(fill, main, part, 1);
        if (universal is not null)
        {
            Take(fill, universal, part, 2);
            if (BackFit.At(universal, ["type", "coding", "code"]).FirstOrDefault()?.Text is { } type)
                part.Part(3).Set(type);
        }

        if (entity is not null)
            Entity(fill, entity, value);
        Name(fill, location, value, part, description);
        foreach (BackNode leaf in location.Children.Where(child => child.Name is "mode" or "physicalType").SelectMany(child => child.Deep()).Where(leaf => leaf.IsLeaf))
            fill.Take(leaf);
    }

    private static void Take(BackFill fill, BackNode identifier, DraftValue part, int number)
    {
        BackNode said = identifier.Find("value")!;
        if (said.Text is not { Length: > 0 } text)
            return;
        if (number == 1)
            part.Set(text);
        else
            part.Part(number).Set(text);
        foreach (BackNode leaf in identifier.Deep().Where(leaf => leaf.IsLeaf && (leaf == said || number > 1)))
            fill.Take(leaf);
    }

    private static void Entity(BackFill fill, BackNode identifier, DraftValue value)
    {
        Take(fill, identifier, value.Part(10), 1);
        if (identifier.Find("assigner") is not { } reference || fill.Opened(reference, "Organization") is not { } assigner || fill.Run.Rules.Map("HD.Organization") is not { } map)
            return;
        if (fill.TakeType(map, assigner, value.Part(11), null, null))
            fill.TakeReference(reference, assigner);
    }

    private static void Name(BackFill fill, BackNode location, DraftValue value, DraftValue part, int description)
    {
        if (location.Find("name") is { Text: { Length: > 0 } text } name)
        {
            if (part.IsEmpty)
                part.Set(text);
            else if (part.First != text && description > 0 && value.Find(description) is null or { IsEmpty: true })
                value.Part(description).Set(text);
            if (part.First == text || (description > 0 && value.Find(description)?.First == text))
                fill.Take(name);
        }

        if (description > 0 && location.Find("description") is { Text: { Length: > 0 } words } described && value.Find(description) is null or { IsEmpty: true })
        {
            value.Part(description).Set(words);
            fill.Take(described);
        }
    }

    private static void Status(BackFill fill, BackNode location, DraftValue value, int component)
    {
        if (location.Find("status") is not { Text: { } text } status)
            return;
        value.Part(component).Set(text);
        fill.Take(status);
    }
}
