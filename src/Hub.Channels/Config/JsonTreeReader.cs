using System.Text.Json;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>Reads JSON once from start to end. Keeps where it was, for the diagnosis when it ends in a <see cref="JsonException"/>.</summary>
internal sealed class JsonTreeReader(byte[] json)
{
    private static readonly JsonReaderOptions s_lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Allow, MaxDepth = JsonTree.MaxDepth };

    private readonly List<int> _lineStarts = [0, .. Enumerable.Range(0, json.Length).Where(at => json[at] == (byte)'\n').Select(at => at + 1)];

    /// <summary>What the JSON has that channel files may not have.</summary>
    public List<FileProblem> Problems { get; } = [];

    /// <summary>Where the objects and lists begin that are open.</summary>
    public Stack<int> Open { get; } = new();

    /// <summary>The last token that was right.</summary>
    public JsonTokenType Last { get; private set; }

    /// <summary>Where it ends.</summary>
    public int LastEnd { get; private set; }

    /// <summary>The number of the line that a byte is in.</summary>
    public int LineAt(int at)
    {
        int line = _lineStarts.BinarySearch(at);
        return line >= 0 ? line + 1 : ~line;
    }

    public JsonTreeNode Read()
    {
        Utf8JsonReader reader = new(json, s_lenient);
        Next(ref reader, "$");
        if (Last == JsonTokenType.None)
            throw new JsonException(); // Nothing but comments.
        JsonTreeNode root = ReadValue(ref reader, "$");
        Next(ref reader, "$");
        return root;
    }

    private void Next(ref Utf8JsonReader reader, string path)
    {
        int end = LastEnd;
        int comma = -1;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            int found = json.AsSpan(end, start - end).IndexOf((byte)',');
            comma = found < 0 ? comma : end + found;
            end = (int)reader.BytesConsumed;
            if (reader.TokenType == JsonTokenType.Comment)
            {
                Problems.Add(new(LineAt(start), ProblemCodes.Comment, path, "Comments are not allowed. Say it in \"description\", or remove it."));
                continue;
            }

            if (comma >= 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                Problems.Add(new(LineAt(comma), ProblemCodes.TrailingComma, path, $"A comma stands before \"{(char)json[start]}\" with nothing after it. Remove the comma."));
            Last = reader.TokenType;
            LastEnd = end;
            return;
        }
    }

    private JsonTreeNode ReadValue(ref Utf8JsonReader reader, string path)
    {
        int line = LineAt((int)reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, path, line),
            JsonTokenType.StartArray => ReadArray(ref reader, path, line),
            JsonTokenType.String => new() { Kind = NodeKind.Text, Line = line, Path = path, Text = ReadText(ref reader, path) },
            JsonTokenType.Number => new() { Kind = NodeKind.Number, Line = line, Path = path, Text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan) },
            JsonTokenType.True => new() { Kind = NodeKind.Boolean, Line = line, Path = path, Text = "true" },
            JsonTokenType.False => new() { Kind = NodeKind.Boolean, Line = line, Path = path, Text = "false" },
            _ => ReadNull(path, line),
        };
    }

    private JsonTreeNode ReadNull(string path, int line)
    {
        JsonTreeNode node = new() { Kind = NodeKind.Null, Line = line, Path = path };
        Problems.Add(FileProblem.At(node, ProblemCodes.NullValue, "null says nothing. Give a value, or leave the member out to get its default."));
        return node;
    }

    private JsonTreeNode ReadObject(ref Utf8JsonReader reader, string path, int line)
    {
        Open.Push((int)reader.TokenStartIndex);
        List<JsonTreeMember> members = [];
        JsonTreeNode node = new() { Kind = NodeKind.Object, Line = line, Path = path, Members = members };
        for (Next(ref reader, path); reader.TokenType == JsonTokenType.PropertyName; Next(ref reader, path))
        {
            int nameLine = LineAt((int)reader.TokenStartIndex);
            string name = ReadText(ref reader, path);
            string memberPath = node.PathOf(name);
            Next(ref reader, memberPath);
            JsonTreeNode value = ReadValue(ref reader, memberPath);
            if (members.Find(member => member.Name == name) is { } first)
                Problems.Add(new(nameLine, ProblemCodes.DoubledMember, memberPath, $"{Quoted.Text(name)} is here twice, first in line {first.Line}. Keep one of them."));
            else
                members.Add(new(name, nameLine, value));
        }

        Open.Pop();
        return node;
    }

    private JsonTreeNode ReadArray(ref Utf8JsonReader reader, string path, int line)
    {
        Open.Push((int)reader.TokenStartIndex);
        List<JsonTreeNode> items = [];
        for (Next(ref reader, path); reader.TokenType != JsonTokenType.EndArray; Next(ref reader, path))
            items.Add(ReadValue(ref reader, $"{path}[{items.Count}]"));
        Open.Pop();
        return new() { Kind = NodeKind.Array, Line = line, Path = path, Items = items };
    }

    private string ReadText(ref Utf8JsonReader reader, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A \u escape names half of a surrogate pair.
            Problems.Add(new(LineAt((int)reader.TokenStartIndex), ProblemCodes.Syntax, path, "A \\u escape is one half of a character. Write the character itself."));
            return "";
        }
    }
}
