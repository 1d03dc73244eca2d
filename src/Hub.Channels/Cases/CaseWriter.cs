using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Cases;

// What was expected in a file is expected in that file again, what was a field is a field again, what was not looked at is not
// looked at now. Only what is new becomes a file of its own, NAME.DESTINATION.hl7.

/// <summary>Takes what came out of a case as what is expected from now on.</summary>
public static class CaseWriter
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a case has something to take: it ran, and what came out is not what it expects.</summary>
    /// <param name="result">How the case went.</param>
    public static bool CanAccept(CaseResult result) => result is { Passed: false, Run: not null, Case: not null };

    /// <summary>Writes the expectations of one case.</summary>
    /// <param name="result">How the case went; one that <see cref="CanAccept"/>.</param>
    /// <returns>The files that were written, or deleted because nothing is expected there any more; as people see them.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Accept(CaseResult result)
    {
        (ChannelCase one, CaseRun run) = (result.Case!, result.Run!);
        CaseFileWriter files = new(one);
        JsonObject? root = one.ConfigFile is null ? null : JsonNode.Parse(System.IO.File.ReadAllBytes(Path.Combine(one.Folder, one.ConfigFile)))!.AsObject();
        string? before = root?.ToJsonString();
        bool inConfig = one.Expect.Destinations is not null;
        if (inConfig)
            WriteDestinations(run, root!["expect"]!["destinations"]!.AsObject(), files);
        else if (one.Destinations is not null || !one.ExpectsSomething)
            files.WriteAll(run);
        if (NeedsConfig(one, run))
        {
            root ??= [];
            WriteOutcome(one, run, root["expect"] as JsonObject ?? Add(root, "expect"));
        }

        // A file that says the same as before keeps the form that its author gave it.
        if (root is not null && root.ToJsonString() != before)
            files.Write(one.ConfigFile ?? $"{one.Name}.json", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString(s_readable) + "\n"));
        return files.Written;
    }

    // Files say that a message is accepted; anything else has to be said in words.
    private static bool NeedsConfig(ChannelCase one, CaseRun run) => one.Config.Expect is not null || run.Outcome.State != MessageState.Accepted;

    private static void WriteOutcome(ChannelCase one, CaseRun run, JsonObject expect)
    {
        bool isNew = one.Expect.IsEmpty;
        if (isNew || one.Expect.Outcome is not null || run.Outcome.State != MessageState.Accepted)
            expect["outcome"] = RecordShape.Word(run.Outcome.State);
        if (isNew || one.Expect.Answer is not null)
            expect["answer"] = OutcomeDiff.AnswerOf(run.Outcome.Answer);
        MessageProblem[] errors = OutcomeDiff.ErrorsOf(run.Outcome);
        if (one.Expect.Problems is not null || (isNew && errors.Length > 0))
            expect["problems"] = new JsonArray([.. errors.Select(Problem)]);
        if (one.Expect.Warnings is not null)
            expect["warnings"] = new JsonArray([.. OutcomeDiff.WarningsOf(run.Outcome).Select(Problem)]);
    }

    private static JsonObject Problem(MessageProblem was)
    {
        JsonObject problem = new() { ["code"] = was.Code };
        if (was.Path is not null)
            problem["path"] = was.Path;
        if (was.Rule is not null)
            problem["rule"] = was.Rule;
        return problem;
    }

    private static void WriteDestinations(CaseRun run, JsonObject destinations, CaseFileWriter files)
    {
        foreach (string id in destinations.Select(member => member.Key).Union(run.Deliveries.Select(delivery => delivery.Destination)).ToArray())
        {
            JsonArray old = destinations[id] as JsonArray ?? [];
            ReadOnlyMemory<byte>[] contents = run.To(id);
            JsonArray list = [];
            for (int i = 0; i < contents.Length; i++)
            {
                JsonObject? was = i < old.Count ? old[i]!.DeepClone().AsObject() : null;
                list.Add(was is null ? InFile(run, id, i, files) : Update(was, contents[i], run.FormatOf(id), files) ?? InFile(run, id, i, files));
            }

            destinations[id] = list;
        }
    }

    private static JsonObject InFile(CaseRun run, string destination, int index, CaseFileWriter files) => new() { ["file"] = files.WriteDelivery(run, destination, index) };

    // Null: the content cannot be written the way it was.
    private static JsonObject? Update(JsonObject was, ReadOnlyMemory<byte> content, MessageFormat format, CaseFileWriter files)
    {
        if (was["file"] is JsonValue file)
            files.WriteMessage((string)file!, content);
        else if (was["fields"] is JsonObject fields)
            UpdateFields(fields, content, format);
        else if (was["text"] is not null || was["segments"] is not null)
            return UpdateText(was, content);
        return was;
    }

    private static void UpdateFields(JsonObject fields, ReadOnlyMemory<byte> content, MessageFormat format)
    {
        foreach (string path in fields.Select(field => field.Key).ToArray())
            fields[path] = ContentField.TryRead(content, path, format, out string text) ? Escape(text) : "";
    }

    private static JsonObject? UpdateText(JsonObject was, ReadOnlyMemory<byte> content)
    {
        if (!System.Text.Unicode.Utf8.IsValid(content.Span))
            return null;
        string text = System.Text.Encoding.UTF8.GetString(content.Span);
        if (was["segments"] is null)
            was["text"] = Escape(text);
        else
            was["segments"] = new JsonArray([.. text.TrimEnd('\r', '\n').ReplaceLineEndings("\r").Split('\r').Select(segment => (JsonNode)Escape(segment))]);
        return was;
    }

    // What stands in a case is read like any text of a channel file.
    private static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    private static JsonObject Add(JsonObject root, string name)
    {
        JsonObject added = [];
        root[name] = added;
        return added;
    }
}
