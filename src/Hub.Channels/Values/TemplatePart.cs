using System.Globalization;
using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Values;

/// <summary>One stretch of a template.</summary>
internal abstract class TemplatePart
{
    /// <summary>Plain text.</summary>
    public abstract string Text(StepContext context);

    /// <summary>As the message writes it: ER7, or JSON.</summary>
    public virtual byte[] Encoded(StepContext context) => context.Encode(Text(context));
}

internal sealed class LiteralPart(string literal) : TemplatePart
{
    public string Literal => literal;

    public override string Text(StepContext context) => literal;

    public override byte[] Encoded(StepContext context) => context.EncodeLiteral(literal);
}

internal sealed class FieldPart(MessagePath path) : TemplatePart
{
    public override string Text(StepContext context) => context.GetText(path);

    public override byte[] Encoded(StepContext context) => context.GetEncoded(path);
}

/// <summary>The time the message was taken; without a format to the second and with its zone, as HL7 writes it.</summary>
internal sealed class NowPart(DateFormat? format) : TemplatePart
{
    public override string Text(StepContext context) => format is null
        ? new Hl7Timestamp(context.Now.DateTime, Hl7Timestamp.Second, context.Now.Offset).ToString()
        : format.Write(context.Now);
}

internal sealed class MessageIdPart : TemplatePart
{
    public override string Text(StepContext context) => context.Id.Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Which part of a split message this is, or of how many; 1 of a message that was not split.</summary>
internal sealed class MessagePartPart(Func<MessagePart, int> number) : TemplatePart
{
    public override string Text(StepContext context) => Math.Max(1, number(context.Part)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a step set; empty before that.</summary>
internal sealed class VariablePart(string name) : TemplatePart
{
    public string Name => name;

    public override string Text(StepContext context) => context.Variables.Get(name);
}

internal sealed class ChannelIdPart : TemplatePart
{
    public override string Text(StepContext context) => context.Channel;
}
