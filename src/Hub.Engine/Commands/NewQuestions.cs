using System.Globalization;
using Hub.Engine.Templates;

namespace Hub.Engine.Commands;

/// <summary>The three questions of <c>hub new</c>. An answer that cannot be used is told and asked for again; when there is no more input, there is no answer.</summary>
/// <param name="maker">Checks the answers.</param>
/// <param name="input">Where answers come from.</param>
/// <param name="output">Where questions go.</param>
internal sealed class NewQuestions(ChannelMaker maker, TextReader input, TextWriter output)
{
    /// <summary>Which template, by number or name.</summary>
    public ChannelTemplate? Template()
    {
        for (int i = 0; i < ChannelTemplate.All.Count; i++)
            output.WriteLine($"{i + 1,3}  {ChannelTemplate.All[i].Name,-15} {ChannelTemplate.All[i].Means}");
        string? answer = Ask("What should the channel do? Number or name", null, text => Find(text) is null ? ChannelTemplate.Explain(text) : null);
        return answer is null ? null : Find(answer);
    }

    /// <summary>The channel's id.</summary>
    public string? Id(ChannelTemplate template) => Ask("Id of the channel, for example adt-to-lab", null, id => Problem("ID", maker.Draft(template, id, null, null)));

    /// <summary>Where to send to; null for the default.</summary>
    public string? Target(ChannelTemplate template, string id, string? listen)
    {
        string usual = maker.Draft(template, id, listen, null).Target;
        string? answer = Ask(template.Destination.Question, usual, target => Problem(template.Destination.Option, maker.Draft(template, id, listen, target)));
        return answer == usual ? null : answer;
    }

    private static ChannelTemplate? Find(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? ChannelTemplate.All.ElementAtOrDefault(number - 1) : ChannelTemplate.Find(text);

    private string? Problem(string option, ChannelDraft draft) => maker.Check(draft).FirstOrDefault(problem => problem.Option == option)?.Text;

    private string? Ask(string question, string? usual, Func<string, string?> explain)
    {
        while (true)
        {
            output.Write($"{question}{(usual is null ? "" : $" [{usual}]")}: ");
            if (input.ReadLine() is not { } line)
            {
                output.WriteLine();
                return usual;
            }

            string answer = line.Trim().Length == 0 ? usual ?? "" : line.Trim();
            if (answer.Length == 0)
                continue;
            if (explain(answer) is not { } problem)
                return answer;
            output.WriteLine(problem);
        }
    }
}
