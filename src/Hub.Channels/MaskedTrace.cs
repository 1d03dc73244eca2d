using Hub.Channels.Config;
using Hub.Channels.Filters;

namespace Hub.Channels;

/// <summary>Passes on what conditions and steps tell, without the secrets that were filled into the channel's file: what a condition wants may be one.</summary>
internal sealed class MaskedTrace : IStepTrace
{
    private readonly IStepTrace _trace;
    private readonly SecretMask _secrets;

    private MaskedTrace(IStepTrace trace, SecretMask secrets) => (_trace, _secrets) = (trace, secrets);

    /// <summary>The trace itself when the channel has no secrets, or when nobody asked.</summary>
    public static IStepTrace? Of(IStepTrace? trace, SecretMask? secrets) => trace is null || secrets is null ? trace : new MaskedTrace(trace, secrets);

    public void Begin(string step) => _trace.Begin(step);

    public void Note(string text) => _trace.Note(_secrets.Mask(text));

    void IStepTrace.Asked(ConditionConfig condition, bool holds) => _trace.Asked(condition, holds);
}
