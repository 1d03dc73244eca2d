using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>The accept list of a source, asked for every message (protocol A04). Everything that is not taken is told at once.</summary>
internal sealed class AcceptList(AcceptConfig config)
{
    private static readonly FieldPath s_application = FieldPath.Parse("MSH-3.1");
    private static readonly FieldPath s_type = FieldPath.Parse("MSH-9.1");
    private static readonly FieldPath s_event = FieldPath.Parse("MSH-9.2");
    private static readonly FieldPath s_processing = FieldPath.Parse("MSH-11.1");
    private static readonly FieldPath s_version = FieldPath.Parse("MSH-12.1");

    public IReadOnlyList<MessageProblem> Check(Hl7Message message)
    {
        List<MessageProblem>? problems = null;
        if (config.Messages is { } messages)
            CheckType(message, messages, ref problems);
        CheckValue(message, s_application, config.SendingApplications, 200, "sending application", ref problems);
        CheckValue(message, s_processing, config.ProcessingIds, 202, "processing id", ref problems);
        CheckValue(message, s_version, config.Versions, 203, "version", ref problems);
        return problems ?? (IReadOnlyList<MessageProblem>)[];
    }

    private static void CheckType(Hl7Message message, IReadOnlyList<string> messages, ref List<MessageProblem>? problems)
    {
        string type = Value(message, s_type);
        string trigger = Value(message, s_event);
        bool typeFound = false;
        foreach (string wanted in messages)
        {
            if (!wanted.StartsWith(type, StringComparison.Ordinal) || type.Length == 0)
                continue;
            bool any = wanted.Length == type.Length;
            typeFound |= any || wanted[type.Length] == '^';
            if (any || (wanted[type.Length] == '^' && wanted.AsSpan(type.Length + 1).SequenceEqual(trigger)))
                return;
        }

        Add(ref problems, typeFound ? 201 : 200, typeFound ? s_event : s_type, typeFound ? "event" : "message type", typeFound ? trigger : type, messages);
    }

    private static void CheckValue(Hl7Message message, FieldPath path, IReadOnlyList<string>? wanted, int code, string what, ref List<MessageProblem>? problems)
    {
        if (wanted is null)
            return;
        string value = Value(message, path);
        for (int i = 0; i < wanted.Count; i++)
        {
            if (wanted[i] == value)
                return;
        }

        Add(ref problems, code, path, what, value, wanted);
    }

    private static string Value(Hl7Message message, FieldPath path) => message.CharacterSet.Show(message.GetRaw(path));

    private static void Add(ref List<MessageProblem>? problems, int code, FieldPath path, string what, string value, IReadOnlyList<string> wanted)
    {
        string shown = value.Length > 40 ? $"{value[..40]}…" : value;
        string place = $"MSH-{path.Field}";
        (problems ??= []).Add(new(code, place, $"{place}: the {what} \"{shown}\" is not taken here; the channel's accept list has {string.Join(", ", wanted)}."));
    }
}
