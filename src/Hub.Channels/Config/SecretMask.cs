using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Config;

/// <summary>Keeps the secrets that were filled into a channel file out of texts for people: each value gives way to the name of its secret, <c>${secret:NAME}</c>, also with delimiters escaped, as it stands in a message of HL7 v2.</summary>
/// <param name="secrets">The secrets, with their values.</param>
internal sealed class SecretMask(IEnumerable<(string Name, string Value)> secrets)
{
    // One secret may hold another.
    private readonly (string Name, string Value)[] _secrets =
        [.. secrets.SelectMany(secret => new[] { secret, secret with { Value = Hl7Delimiters.Standard.Escaped(secret.Value) } }).Distinct().OrderByDescending(secret => secret.Value.Length)];

    /// <summary>The text without secrets.</summary>
    public string Mask(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret.Value, $"${{secret:{secret.Name}}}", StringComparison.Ordinal));

    /// <summary>The problems without secrets.</summary>
    public IReadOnlyList<MessageProblem> Mask(IReadOnlyList<MessageProblem> problems) =>
        [.. problems.Select(problem => problem with { Text = Mask(problem.Text), Remedy = MaskAny(problem.Remedy), Advice = MaskAny(problem.Advice) })];

    /// <summary>The delivery with a reason without secrets; its content is the message's own.</summary>
    public NewDelivery Mask(NewDelivery delivery) => delivery.ParkedFor is null ? delivery : delivery with { ParkedFor = Mask(delivery.ParkedFor) };

    private string? MaskAny(string? text) => text is null ? null : Mask(text);
}
