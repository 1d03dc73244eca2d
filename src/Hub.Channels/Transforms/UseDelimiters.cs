using System.Text;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Writes the whole message with other delimiters. Values keep their meaning: what has to be escaped is, what need not be is not.</summary>
/// <example><code>{ "type": "useDelimiters", "delimiters": "|^~\\&amp;" }</code></example>
public sealed record UseDelimitersConfig : StepConfig
{
    /// <summary>MSH-1 and MSH-2, <c>|^~\&amp;</c>: field, component, repetition, escape, subcomponent and (2.7) truncation.</summary>
    public required string Delimiters { get; init; }

    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    public override IEnumerable<ConfigProblem> Check()
    {
        if (!TryRead(Delimiters, out _))
            yield return new(ProblemCodes.Delimiters, "delimiters", $"\"{Delimiters}\" cannot be delimiters. Give 2 to 6 different punctuation characters, field separator first, usually \"|^~\\\\&\".");
    }

    internal static bool TryRead(string text, out Hl7Delimiters delimiters)
    {
        bool read = Hl7Delimiters.TryRead(Encoding.Latin1.GetBytes($"MSH{text}"), out delimiters);
        return read && Ascii.IsValid(text);
    }
}

/// <summary>Writes the whole message with other delimiters.</summary>
internal sealed class UseDelimiters : IStep
{
    private readonly UseDelimitersConfig _config;
    private readonly Hl7Delimiters _delimiters;

    public UseDelimiters(UseDelimitersConfig config)
    {
        _config = config;
        if (!UseDelimitersConfig.TryRead(config.Delimiters, out _delimiters))
            throw new FormatException($"\"{config.Delimiters}\" cannot be delimiters.");
    }

    public StepResult Apply(StepContext context)
    {
        context.Message.UseDelimiters(_delimiters);
        context.Trace?.Note($"delimiters {_config.Delimiters}");
        return StepResult.Continue;
    }
}
