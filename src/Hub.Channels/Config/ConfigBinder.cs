using Hub.Channels.Certificates;
using Hub.Channels.Data;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Validation;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Decodes a file into its record. Nothing is guessed: an unknown, missing or mistyped member is a problem, and decoding goes on with the rest,
/// so that all problems come at once. A record checks itself as soon as its own required members are there.
/// </summary>
internal sealed class ConfigBinder(ComponentCatalog catalog, Settings settings, string folder, BindingProblems problems)
{
    private readonly ScalarBinder _scalars = new(settings, problems);
    private readonly SecretRules _secrets = new(settings);

    /// <summary>The records that have all they require, by their path, also those that have another problem.</summary>
    public Dictionary<string, object> Records { get; } = [];

    /// <summary>The texts that settings were filled into, as they came out.</summary>
    public IReadOnlyList<string> FilledIn => _scalars.FilledIn;

    /// <summary>What each of them came to, by its path; null where a setting has no value.</summary>
    public IReadOnlyDictionary<string, string?> Texts => _scalars.Texts;

    // What the message is where the values being decoded are used: the source says it first, each convert step changes it for the steps
    // after it, and what a destination's own steps make of it ends with the destination.
    private MessageFormat Format
    {
        get => _scalars.Format;
        set => _scalars.Format = value;
    }

    /// <summary>Decodes a value; null when it, or anything within it, has a problem.</summary>
    public object? Bind(JsonTreeNode node, Type type)
    {
        if (node.Kind == NodeKind.Null)
            return null; // The reader has said so.
        if (ScalarBinder.Takes(type))
            return _scalars.Bind(node, type);
        if (RecordShape.ItemOf(type) is { } item)
            return BindList(node, item);
        if (RecordShape.NamedValueOf(type) is { } value)
            return BindNamed(node, value);
        if (node.Kind != NodeKind.Object)
            return Fail(node, ProblemCodes.WrongType, ScalarBinder.Mismatch(node, "An object is wanted here: { … }."));
        if (ComponentKinds.Of(type) is not { } kind)
            return BindRecord(node, type);
        return FindComponent(node, kind) is { } component ? BindRecord(node, component.ConfigType) : null;
    }

    private Array? BindList(JsonTreeNode node, Type itemType)
    {
        if (node.Kind != NodeKind.Array)
        {
            Fail(node, ProblemCodes.WrongType, ScalarBinder.Mismatch(node, node.Kind == NodeKind.Object
                ? "A list is wanted here: put [ before it and ] after it."
                : $"A list is wanted here: write [ {(node.Kind == NodeKind.Text ? Quoted.Text(node.Text) : node.Text)} ]."));
            return null;
        }

        object?[] items = [.. node.Items.Select(item => Bind(item, itemType))];
        if (items.Contains(null))
            return null;
        Array list = Array.CreateInstance(itemType, items.Length);
        items.CopyTo(list, 0);
        return list;
    }

    private object? BindNamed(JsonTreeNode node, Type valueType)
    {
        if (node.Kind != NodeKind.Object)
            return Fail(node, ProblemCodes.WrongType, ScalarBinder.Mismatch(node, "An object of names and values is wanted here: { \"name\": … }."));
        System.Collections.IDictionary named = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        bool isWhole = true;
        foreach (JsonTreeMember member in node.Members)
        {
            if (Bind(member.Value, valueType) is { } value)
                named.Add(member.Name, value);
            else
                isWhole = false;
        }

        return isWhole ? named : null;
    }

    private Component? FindComponent(JsonTreeNode node, string kind)
    {
        string[] names = [.. catalog.Of(kind).Select(component => component.Name)];
        if (node.Member("type") is not { } type)
        {
            string? meant = node.Members.FirstOrDefault(member => Nearest.To(member.Name, ["type"]) is not null)?.Name;
            string hint = meant is null ? "Add it:" : $"Did you write {Quoted.Text(meant)} for it? It is";
            Fail(node, ProblemCodes.MissingMember, $"\"type\" is missing, so the kind of {kind} is not known. {hint} one of {Quoted.List(names)}.");
            return null;
        }

        if (type.Kind == NodeKind.Text && catalog.Find(kind, type.Text) is { } component)
            return component;
        if (type.Kind == NodeKind.Text)
            Fail(type, ProblemCodes.UnknownType, UnknownType(type.Text, kind, names));
        else if (type.Kind != NodeKind.Null)
            Fail(type, ProblemCodes.WrongType, ScalarBinder.Mismatch(type, $"The kind of {kind} is wanted here, in double quotes: {Quoted.List(names)}."));
        return null;
    }

    private static string UnknownType(string word, string kind, string[] names)
    {
        string? near = Nearest.To(word, names);
        return near is null
            ? $"There is no {kind} {Quoted.Text(word)}. Known are {Quoted.List(names, "and")}."
            : $"There is no {kind} {Quoted.Text(word)}. Did you mean {Quoted.Text(near)}? Known are {Quoted.List(names.OrderByDescending(name => name == near), "and")}.";
    }

    private object? BindRecord(JsonTreeNode node, Type type)
    {
        object record = Activator.CreateInstance(type)!;
        if (record is StepConfig step && !Format.IsUnknown && !step.Takes(Format.Type))
            return Fail(node, ProblemCodes.StepDataType, $"This step works on other messages: here the message is {Format.Name}. {StepRemedy(Format.Type)}");
        if (record is ValidationConfig && !Format.IsUnknown && Format.Type != DataType.Hl7v2)
            return Fail(node, ProblemCodes.ValidationDataType, $"Validation is of HL7 v2, and here the message is {Format.Name}. Leave \"validate\" out, or put it where the message is HL7 v2.");
        MessageFormat before = Format;
        if (record is StepConfig own)
            own.Format = before;
        object? bound = BindMembers(node, type, record, out bool follows);
        Format = MessageFormats.After(record, node, before, Format, follows);
        if (bound is DestinationConfig destination && MessageFormats.Refuses(destination, node, Format) is { } problem)
            problems.Add(problem);
        if (record is DestinationConfig)
            Format = before;
        return bound;
    }

    private static string StepRemedy(DataType type) => type == DataType.Hl7v2
        ? "Leave it out, or put it where the message is what it works on."
        : "Leave it out, put it before the convert if there is one, or use setField, copyField, deleteField and forEach.";

    private object? BindMembers(JsonTreeNode node, Type type, object record, out bool follows)
    {
        RecordShape shape = RecordShape.Of(type);
        // Members that stayed at their default though the file says something: what the record finds wrong about them is no news.
        HashSet<string> failed = [.. FindUnknown(node, shape)];
        bool isComplete = true;
        foreach (RecordMember member in shape.Members)
        {
            bool isBound = BindMember(node, member, record, failed);
            isComplete &= isBound || !member.IsRequired;
        }

        follows = isComplete && failed.Count == 0;
        if (!isComplete)
            return null;
        Records[node.Path] = record;
        if (record is DestinationConfig destination)
            destination.Format = Format;
        Check(node, shape, record, failed);
        return failed.Count == 0 ? record : null;
    }

    private bool BindMember(JsonTreeNode node, RecordMember member, object record, HashSet<string> failed)
    {
        if (node.Member(member.Name) is not { } given)
        {
            if (member.IsRequired && !failed.Contains(member.Name))
                problems.Add(new(node.Line, ProblemCodes.MissingMember, node.PathOf(member.Name), $"\"{member.Name}\" is missing. Add it{RecordDocs.Hint(member.Property)}."));
            return false;
        }

        if (_secrets.Refuse(member, given) is { } refusal)
        {
            problems.Add(given, refusal.Code, refusal.Text);
            failed.Add(member.Name);
            return false;
        }

        object? value = Bind(given, member.Type);
        if (value is null)
            failed.Add(member.Name);
        else
            member.Property.SetValue(record, value);
        return value is not null;
    }

    /// <summary>Tells of the members that a record does not know, and gives the names that were meant.</summary>
    private IEnumerable<string> FindUnknown(JsonTreeNode node, RecordShape shape)
    {
        string[] known = [.. shape.Members.Select(member => member.Name)];
        foreach (JsonTreeMember member in node.Members.Where(member => !known.Contains(member.Name)))
        {
            string? meant = Nearest.To(member.Name, known.Where(name => node.Member(name) is null)) ?? Nearest.To(member.Name, known);
            string remedy = meant is null ? $"Known are {Quoted.List(known, "and")}." : $"Did you mean {Quoted.Text(meant)}?";
            problems.Add(new(member.Line, ProblemCodes.UnknownMember, member.Value.Path, $"{Quoted.Text(member.Name)} is not known here. {remedy}"));
            if (meant is not null)
                yield return meant;
        }
    }

    private void Check(JsonTreeNode node, RecordShape shape, object record, HashSet<string> failed)
    {
        // Without the password that was meant, what the files say is no news.
        IEnumerable<ConfigProblem> found = shape.Check(record).Concat(failed.Contains("password") ? [] : TlsFileChecks.Check(record, folder));
        if (record is ICheckFiles files)
            found = found.Concat(files.CheckFiles(folder));
        if (record is ListenerConfig source)
            found = found.Concat(SourceChecks.Check(source));
        if (record is DestinationConfig destination)
            found = found.Concat(DestinationChecks.Of(destination)).Concat(ReplyChecks.Of(destination));
        foreach (ConfigProblem problem in found)
        {
            string member = problem.Path.Split('.', '[')[0];
            if (failed.Count > 0 && (member.Length == 0 || failed.Contains(member)))
                continue;
            string path = problem.Path.Length == 0 ? node.Path : problem.Path[0] == '[' ? node.Path + problem.Path : $"{node.Path}.{problem.Path}";
            problems.Add(problem.File is { } file
                ? new(problem.Line, problem.Code, path, problem.Text) { File = file, Column = problem.Column }
                : new(node.LineOf(path), problem.Code, path, problem.Text));
        }
    }

    private object? Fail(JsonTreeNode node, int code, string text)
    {
        problems.Add(node, code, text);
        return null;
    }
}
