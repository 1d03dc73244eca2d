using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>Checks the fields that a case names by what each destination of its channel gets, which only the channel knows.</summary>
internal static class CaseFields
{
    public static IEnumerable<ChannelProblem> Check(ChannelCase one, ChannelModel model)
    {
        JsonTreeNode? expected = one.Root?.Member("expect")?.Member("destinations");
        foreach ((string id, IReadOnlyList<ExpectedDelivery> deliveries) in one.Destinations ?? new Dictionary<string, IReadOnlyList<ExpectedDelivery>>())
        {
            MessageFormat format = CaseRun.FormatOf(model, id);
            for (int i = 0; i < deliveries.Count; i++)
            {
                JsonTreeNode? fields = expected?.Member(id)?.Items.ElementAtOrDefault(i)?.Member("fields");
                foreach (string name in deliveries[i].Fields.Keys)
                {
                    if (ContentField.Explain(name, format) is not { } error)
                        continue;
                    string path = fields is null ? "" : $"{fields.Path}['{name}']";
                    yield return new(one.File, fields?.Members.FirstOrDefault(member => member.Name == name)?.Line ?? 0, ProblemCodes.CaseExpectation, one.Channel, path, error);
                }
            }
        }
    }
}
