using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Channels.Config;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Channels.Validation;

/// <summary>Writes a profile as a file that <see cref="ProfileFile"/> reads again: what is not at its default, with the names that files use.</summary>
public static class ProfileJson
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>The text of its file, lines ended by a line feed.</returns>
    public static string Write(Hl7Profile profile) => OfRecord(profile).ToJsonString(s_readable) + "\n";

    private static JsonObject OfRecord(object record)
    {
        JsonObject written = [];
        object defaults = Activator.CreateInstance(record.GetType())!;
        foreach (RecordMember member in RecordShape.Of(record.GetType()).Members)
        {
            object? value = member.Property.GetValue(record);
            bool isDefault = !member.IsRequired && (Equals(value, member.Property.GetValue(defaults)) || value is ICollection { Count: 0 });
            if (value is not null && !isDefault)
                written[member.Name] = Of(value);
        }

        return written;
    }

    private static JsonNode? Of(object value) => value switch
    {
        string text => Escaped(text),
        bool or int => JsonSerializer.SerializeToNode(value),
        Enum word => RecordShape.Word(word),
        IEnumerable list => new JsonArray([.. list.Cast<object>().Select(Of)]),
        _ => OfRecord(value),
    };

    // Text of files is read with ${…} filled in.
    private static string Escaped(string text) => text.Replace("${", "$${", StringComparison.Ordinal);
}
