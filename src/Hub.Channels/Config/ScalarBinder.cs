using System.Globalization;
using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Config;

/// <summary>Decodes single values: text, words of an enum, numbers, true and false.</summary>
internal sealed class ScalarBinder(Settings settings, BindingProblems problems)
{
    private const NumberStyles Real = NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite);

    private readonly List<string> _filledIn = [];

    /// <summary>What the message is where the value being decoded is used.</summary>
    public MessageFormat Format { get; set; } = MessageFormat.Hl7;

    /// <summary>The texts that settings were filled into, as they came out.</summary>
    public IReadOnlyList<string> FilledIn => _filledIn;

    /// <summary>What each of them came to, by its path; null where a setting has no value.</summary>
    public Dictionary<string, string?> Texts { get; } = [];

    public static bool Takes(Type type) => type == typeof(string) || type == typeof(bool) || type.IsEnum || IsNumber(type) || TextType.Of(type) is not null;

    public static bool IsNumber(Type type) => IsWhole(type) || type == typeof(double) || type == typeof(decimal);

    public static bool IsWhole(Type type) => type == typeof(int) || type == typeof(long);

    /// <summary>Decodes a value, or says why not and gives null.</summary>
    public object? Bind(JsonTreeNode node, Type type)
    {
        if (type == typeof(bool))
            return BindBoolean(node);
        if (IsNumber(type))
            return BindNumber(node, type);
        if (node.Kind != NodeKind.Text)
            return Fail(node, ProblemCodes.WrongType, TextWanted(node));
        if (type.IsEnum)
            return BindWord(node, type);
        TextType? reader = TextType.Of(type);
        string? text = Fill(node, isReadFurther: reader is not null);
        if (text is null || reader is null)
            return text;
        if (type == typeof(FieldPath) && Format.Type != DataType.Hl7v2 && !Format.IsUnknown)
            return Fail(node, ProblemCodes.Hl7Place, $"This member takes a place of HL7 v2, and the message is {Format.Name} here. Leave it out, or put the step where the message is HL7 v2.");
        return reader.Read(text, Format, out string error) ?? Fail(node, ProblemCodes.NotUnderstood, error);
    }

    /// <summary>Says what stands at a place and that something else is wanted.</summary>
    public static string Mismatch(JsonTreeNode node, string wanted) => node.Kind switch
    {
        NodeKind.Text => $"{Quoted.Text(node.Text)} is text. {wanted}",
        NodeKind.Number => $"{node.Text} is a number. {wanted}",
        NodeKind.Boolean => $"This is {node.Text}. {wanted}",
        NodeKind.Array => $"This is a list. {wanted}",
        _ => $"This is an object. {wanted}",
    };

    private static string TextWanted(JsonTreeNode node) => Mismatch(node, node.Kind switch
    {
        NodeKind.Array when node.Items is [{ Kind: NodeKind.Text } only] => $"One text is wanted here: write {Quoted.Text(only.Text)} without the square brackets.",
        NodeKind.Array or NodeKind.Object => "Text in double quotes is wanted here.",
        _ => $"Text is wanted here: write it in double quotes, {Quoted.Text(node.Text)}.",
    });

    private string? Fill(JsonTreeNode node, bool isReadFurther)
    {
        SettingText filler = new(settings, isReadFurther);
        string text = filler.Fill(node.Text);
        if (text != node.Text)
            _filledIn.Add(text);
        foreach ((string name, string value) in filler.Secrets)
            problems.HasSecret(node, name, value);
        foreach ((int code, string problem) in filler.Problems)
            problems.Add(node, code, problem);
        string? whole = filler.Problems.Count == 0 ? text : null;
        if (whole != node.Text)
            Texts[node.Path] = whole;
        return whole;
    }

    private object? BindBoolean(JsonTreeNode node)
    {
        if (node.Kind == NodeKind.Boolean)
            return node.Text == "true";
        if (IsSetting(node))
            return BindSetting(node, text => bool.TryParse(text, out bool value) ? value : null, "true or false");
        bool isQuoted = node.Kind == NodeKind.Text && bool.TryParse(node.Text, out _);
        string wanted = isQuoted ? $"Write it without quotes: {node.Text.ToLowerInvariant()}." : "true or false is wanted here, without quotes.";
        return Fail(node, ProblemCodes.WrongType, Mismatch(node, wanted));
    }

    private object? BindNumber(JsonTreeNode node, Type type)
    {
        string kind = IsWhole(type) ? "whole number" : "number";
        if (IsSetting(node))
            return BindSetting(node, text => Parse(text, type), $"a {kind}");
        if (node.Kind != NodeKind.Number)
        {
            bool isQuoted = node.Kind == NodeKind.Text && Parse(node.Text, type) is not null;
            string wanted = isQuoted ? $"Write the number without quotes: {node.Text}." : $"A {kind} is wanted here, without quotes.";
            return Fail(node, ProblemCodes.WrongType, Mismatch(node, wanted));
        }

        if (Parse(node.Text, type) is { } number)
            return number;
        return IsWhole(type) && node.Text.AsSpan().IndexOfAny(".eE") >= 0
            ? Fail(node, ProblemCodes.WrongType, $"{node.Text} is not a whole number. Write it with digits alone.")
            : Fail(node, ProblemCodes.NumberOutOfRange, $"{node.Text} is too large for this member. The largest {kind} is {Largest(type)}.");
    }

    // Switches and numbers that differ between environments.
    private static bool IsSetting(JsonTreeNode node) => node.Kind == NodeKind.Text && node.Text.Contains("${", StringComparison.Ordinal);

    private object? BindSetting(JsonTreeNode node, Func<string, object?> parse, string wanted)
    {
        if (Fill(node, isReadFurther: false) is not { } text)
            return null;
        return parse(text) ?? Fail(node, ProblemCodes.WrongType, $"{Quoted.Text(node.Text)} is {Quoted.Text(text)} here, and {wanted} is wanted.");
    }

    private static object? Parse(string text, Type type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int whole) ? whole : null;
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long large) ? large : null;
        if (type == typeof(decimal))
            return decimal.TryParse(text, Real, culture, out decimal exact) ? exact : null;
        return double.TryParse(text, Real, culture, out double real) && double.IsFinite(real) ? real : null;
    }

    private static string Largest(Type type) =>
        string.Create(CultureInfo.InvariantCulture, $"{type.GetField("MaxValue")!.GetValue(null)}");

    private object? BindWord(JsonTreeNode node, Type type)
    {
        Dictionary<string, object> words = Enum.GetValues(type).Cast<object>().ToDictionary(RecordShape.Word);
        if (words.TryGetValue(node.Text, out object? value))
            return value;
        string known = $"Known are {Quoted.List(words.Keys, "and")}.";
        string meant = IsSetting(node) ? $"No setting is filled in for a word of a list, which is the same in every environment: write the word. {known}"
            : Nearest.To(node.Text, words.Keys) is { } near ? $"Did you mean {Quoted.Text(near)}? {known}"
            : known;
        return Fail(node, ProblemCodes.UnknownWord, $"{Quoted.Text(node.Text)} is not known here. {meant}");
    }

    private object? Fail(JsonTreeNode node, int code, string text)
    {
        problems.Add(node, code, text);
        return null;
    }
}
