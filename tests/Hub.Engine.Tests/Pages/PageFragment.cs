using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Channels;
using Hub.Contracts;

namespace Hub.Engine.Tests.Pages;

/// <summary>A piece of a channel file as pages show it: made whole, so that the real loader reads it.</summary>
internal static class PageFragment
{
    private static readonly string[] s_ofChannel = ["source", "validate", "steps", "destinations"];

    /// <summary>A whole channel file around a piece, told by its shape; null when it is none.</summary>
    public static string? Complete(string text, ComponentCatalog catalog)
    {
        bool isMembers = text.TrimStart().StartsWith('"');
        JsonNode? piece = Parse(isMembers ? $"{{{text}}}" : text);
        JsonObject channel = new()
        {
            ["id"] = "fragment",
            ["source"] = new JsonObject { ["type"] = "mllp", ["listen"] = "127.0.0.1:0" },
            ["destinations"] = new JsonArray(new JsonObject { ["id"] = "out", ["type"] = "file", ["folder"] = "out" }),
        };
        switch (piece)
        {
            case JsonObject whole when !isMembers && whole.ContainsKey("source") && whole.ContainsKey("destinations"):
                return text;
            case JsonObject members when isMembers:
                JsonObject owner = s_ofChannel.Contains(members.First().Key) ? channel : channel["source"]!.AsObject();
                foreach ((string name, JsonNode? value) in members)
                    owner[name] = value?.DeepClone();
                return channel.ToJsonString();
            case JsonArray steps:
                channel["steps"] = steps;
                return channel.ToJsonString();
            case JsonObject part when part["type"] is not null:
                return Place(channel, part, $"{part["type"]}", catalog) ? channel.ToJsonString() : null;
            default:
                return null;
        }
    }

    private static bool Place(JsonObject channel, JsonObject part, string type, ComponentCatalog catalog)
    {
        if (part.ContainsKey("id"))
            channel["destinations"] = new JsonArray(part);
        else if (catalog.Find(ChannelCatalog.StepKind, type) is not null)
            channel["steps"] = new JsonArray(part);
        else if (part.ContainsKey("listen"))
            channel["source"] = part;
        else
            return false;
        return true;
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
