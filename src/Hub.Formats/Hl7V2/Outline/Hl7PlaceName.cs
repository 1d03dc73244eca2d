using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Outline;

/// <summary>What a place of a message is called.</summary>
public sealed class Hl7PlaceName
{
    private readonly PartFact _fact;

    private Hl7PlaceName(string name, PartFact fact)
    {
        Name = name;
        _fact = fact;
    }

    /// <summary>The names from the field down, <c>Patient Name, Family Name</c>, or the segment's; empty when the version does not have the place.</summary>
    public string Name { get; }

    /// <summary>Names a place.</summary>
    /// <param name="message">The message: its version gives the names, its values the type of fields that vary.</param>
    /// <param name="path">The place.</param>
    /// <returns>The name.</returns>
    public static Hl7PlaceName Of(Hl7Message message, FieldPath path)
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For(message.CharacterSet.Show(message.GetRaw(FieldPath.Parse("MSH-12.1"))));
        if (path.Field == 0)
            return new(dictionary.Segment(path.Segment)?.Description ?? "", default);
        FieldPath segment = new() { Segment = path.Segment, Occurrence = path.Occurrence };
        PartFact fact = PartFact.OfField(dictionary, path.Segment, path.Field, field => message.CharacterSet.Show(message.GetRaw(segment with { Field = field })));
        List<string?> names = [fact.Name];
        foreach (int part in new[] { path.Component, path.Subcomponent }.Where(part => part > 0))
        {
            fact = fact.Part(part);
            names.Add(fact.Name);
        }

        return new(string.Join(", ", names.OfType<string>()), fact);
    }

    /// <summary>What a value there means.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Null when it is no code of a known table.</returns>
    public string? Meaning(string value) => _fact.Codes?.Meaning(value);
}
