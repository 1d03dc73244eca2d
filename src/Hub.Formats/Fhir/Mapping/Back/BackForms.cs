using System.Text.RegularExpressions;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Values in the forms of their data types, where FHIR says more or less than the type has room for.</summary>
internal static partial class BackForms
{
    /// <summary>Puts a value and its parts into form.</summary>
    public static void Mend(DraftValue value, DataTypeDefinition type)
    {
        if (value.IsEmpty)
            return;
        if (type.IsPrimitive)
        {
            Date(value, type);
            return;
        }

        for (int i = 1; i <= Math.Min(value.Count, type.Components.Count); i++)
        {
            if (value.Find(i) is { } part)
                Mend(part, type.Components[i - 1].Type);
        }

        if (type.Name is "HD" or "EI")
            Universal(value, type.Name == "HD" ? 2 : 3);
    }

    // DT is a day; times of FHIR that stand there have no hours.
    private static void Date(DraftValue value, DataTypeDefinition type)
    {
        if (type.Name == "DT" && value.First.Length > 8 && Day().IsMatch(value.First))
            value.Set(value.First[..8]);
    }

    // A universal ID and its type stand together; a type alone says nothing.
    private static void Universal(DraftValue value, int at)
    {
        string id = value.Find(at)?.First ?? "";
        if (id.Length == 0)
            value.Find(at + 1)?.Clear();
        else if (value.Find(at + 1) is null or { IsEmpty: true })
            value.Part(at + 1).Set(TypeOf(id));
    }

    // HL7 table 0301; what is of no known kind is local.
    private static string TypeOf(string id) => id switch
    {
        _ when Oid().IsMatch(id) => "ISO",
        _ when Guid.TryParse(id, out _) => "UUID",
        _ when id.Contains("://", StringComparison.Ordinal) || id.StartsWith("urn:", StringComparison.Ordinal) => "URI",
        _ when Host().IsMatch(id) => "DNS",
        _ => "L",
    };

    [GeneratedRegex("^[0-9]{8}")]
    private static partial Regex Day();

    [GeneratedRegex("^[0-2](?:\\.[0-9]+)+$")]
    private static partial Regex Oid();

    [GeneratedRegex("^(?=.*[A-Za-z])[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$")]
    private static partial Regex Host();
}
