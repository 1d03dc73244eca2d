using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>The reference page of channel files in Markdown: the same facts as <see cref="ChannelSchema"/>, for people.</summary>
public static class ChannelReference
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the page.</summary>
    /// <param name="catalog">The components.</param>
    /// <returns>The text, lines ended by a line feed.</returns>
    public static string Write(ComponentCatalog catalog)
    {
        StringBuilder page = new("# Channel files\nMade from the code by `hub schema --reference`; do not edit. Members in bold have to be there.\n");
        Sections(page, "A channel", ChannelSchema.Write(catalog));
        Sections(page, "A profile of messages", ChannelSchema.WriteProfile(catalog));
        return page.ToString();
    }

    private static void Sections(StringBuilder page, string title, string text)
    {
        JsonObject schema = JsonNode.Parse(text)!.AsObject();
        Section(page, title, schema);
        foreach ((string name, JsonNode? definition) in schema["$defs"]!.AsObject())
        {
            // What only picks a kind by its type is told by the kinds themselves.
            if (definition!["allOf"] is null)
                Section(page, Title(name), definition.AsObject());
        }
    }

    private static string Title(string name) => name.Split('.') is [string kind, string type]
        ? $"{char.ToUpperInvariant(kind[0])}{kind[1..]} `{type}`"
        : name.Replace("Config", "", StringComparison.Ordinal) is var plain ? $"{char.ToUpperInvariant(plain[0])}{plain[1..]}" : name;

    private static void Section(StringBuilder page, string title, JsonObject definition)
    {
        page.Append("\n## ").Append(title).Append('\n').Append(definition["description"]).Append("\n\n| member | what it means |\n| --- | --- |\n");
        HashSet<string> required = [.. definition["required"]?.AsArray().Select(name => (string)name!) ?? []];
        foreach ((string name, JsonNode? member) in definition["properties"]!.AsObject())
        {
            if (name == "type")
                continue;
            string words = member!["enum"] is JsonArray choices ? $" One of {string.Join(", ", choices.Select(choice => $"`{choice}`"))}." : "";
            string shown = required.Contains(name) ? $"**`{name}`**" : $"`{name}`";
            page.Append("| ").Append(shown).Append(" | ").Append($"{member["description"]}{words}".Trim().Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
        }

        foreach (JsonNode? example in definition["examples"]?.AsArray() ?? [])
            page.Append("\n```json\n").Append(example!.ToJsonString(s_readable)).Append("\n```\n");
    }
}
