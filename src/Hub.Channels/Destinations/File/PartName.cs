using System.Globalization;
using Hub.Contracts;

namespace Hub.Channels.Destinations.File;

/// <summary>Keeps the files of a split message's parts apart when their names do not.</summary>
internal static class PartName
{
    /// <summary>A name with the number of the part before its extension: <c>17-part03.hl7</c>, with as many digits as the last part needs, so that a list is in order.</summary>
    /// <param name="name">The name that every part would have.</param>
    /// <param name="part">The part; a whole message keeps its name.</param>
    /// <returns>The name.</returns>
    public static string Of(string name, MessagePart part)
    {
        if (part.IsWhole || name.Length == 0)
            return name;
        string number = part.Number.ToString(CultureInfo.InvariantCulture).PadLeft(part.Of.ToString(CultureInfo.InvariantCulture).Length, '0');
        return $"{Path.GetFileNameWithoutExtension(name)}-part{number}{Path.GetExtension(name)}";
    }
}
