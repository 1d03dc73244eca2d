using System.CommandLine;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Listeners.Connections;

namespace Hub.Engine.Commands;

/// <summary><c>hub try</c>: runs a channel on files without any network or journal and says why it did what it did.</summary>
internal static class TryCommand
{
    public static Command Create()
    {
        Argument<string> channel = new("CHANNEL") { Description = "A channel file, or the id of one in the channels folder" };
        Argument<string[]> files = new("FILE") { Description = "Files with a message or many", Arity = ArgumentArity.OneOrMore };
        Option<string?> destination = new("--destination") { Description = "Only this destination", HelpName = "ID" };
        Option<bool> raw = new("--raw") { Description = "With --destination: write that destination's content, and nothing else, to standard output" };
        Option<bool> whole = CommonOptions.Whole();
        Option<bool> json = CommonOptions.Json();
        Command command = new("try", "Run a channel on files without any network: outcome, answer, what each destination would get, and why")
        {
            channel, files, destination, raw, whole, json,
        };
        SiteOptions site = new(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(raw) && result.GetValue(destination) is null)
                result.AddError("--raw writes the content of one destination: name it with --destination.");
        });
        command.SetAction(async (parsed, stopping) =>
        {
            if (Load(site.Read(parsed), parsed.GetValue(channel)!) is not { } model)
                return ExitCodes.Problems;
            string? only = parsed.GetValue(destination);
            if (only is not null && model.Destinations.All(candidate => candidate.Id != only))
                throw new IOException($"Channel {model.Id} has no destination {only}. It has: {string.Join(", ", model.Destinations.Select(candidate => candidate.Id))}");
            FileMessage[] messages = [.. MessageFiles.Read(parsed.GetValue(files)!, parsed.GetValue(whole))];
            // Beside the command, which a person can then end whatever a script does.
            TriedMessage[] tried = await Task.Run(() => messages.Select((message, index) => Try(model, message, index + 1, only, admit: !parsed.GetValue(raw))).ToArray(), stopping).WaitAsync(stopping);
            if (parsed.GetValue(raw))
                return await WriteRawAsync(tried);
            if (parsed.GetValue(json))
                Output.Json(tried.Select(View));
            else
                Write(tried);
            return tried.All(message => message.Outcome.State != MessageState.Rejected) ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static ChannelModel? Load(HubOptions options, string channel)
    {
        ComponentCatalog catalog = Wiring.Catalog();
        ChannelLoader loader = Wiring.Loader(catalog, options);
        LoadedChannel? loaded = File.Exists(channel)
            ? loader.LoadFile(channel).Channels.Single()
            : loader.LoadFolder(options.Channels).Channels.FirstOrDefault(candidate => candidate.Id == channel);
        if (loaded is null)
            throw new IOException($"There is no channel file {channel} and no channel of that id in {options.Channels}. Name a file, or another folder with --channels.");
        foreach (ChannelProblem problem in loaded.Problems)
            Output.Problem(problem.ToString());
        return loaded.Config is null || loaded.Problems.Count > 0 ? null : ChannelModel.Build(loaded.Config, Path.GetDirectoryName(Path.GetFullPath(loaded.File))!, catalog);
    }

    private static TriedMessage Try(ChannelModel model, FileMessage message, int number, string? only, bool admit)
    {
        Explanation explanation = new();
        DateTimeOffset now = TimeProvider.System.GetLocalNow();
        PipelineOutcome outcome = model.Pipeline.Run(new(number), message.Content, now, explanation, admit);
        byte[]? answer = Hl7Answer.Build(message.Content.Span, new(outcome.Answer, outcome.Problems), now, $"TRY{number}", model.Config.Source.BatchAnswer);
        return new(message.Name, message.Content, outcome, answer, explanation.Lines, [.. outcome.Deliveries.Where(delivery => only is null || delivery.Destination == only)]);
    }

    private static async Task<int> WriteRawAsync(TriedMessage[] tried)
    {
        await using Stream output = Console.OpenStandardOutput();
        foreach (TriedMessage message in tried)
        {
            foreach (NewDelivery delivery in message.Deliveries)
                await output.WriteAsync(delivery.Content ?? message.Received);
            if (message.Deliveries.Count == 0)
                Output.Problem($"{message.File}: {message.Outcome.State}, nothing for this destination. {string.Join(' ', message.Outcome.Problems.Select(problem => problem.Text))}");
        }

        return tried.All(message => message.Deliveries.Count > 0) ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static object View(TriedMessage message) => new
    {
        message.File,
        message.Outcome.State,
        Problems = message.Outcome.Problems.Select(ProblemView.Of),
        message.Outcome.Flags,
        Answer = message.Answer is null ? null : ShowCommand.TextOf(message.Answer),
        Explained = message.Explained,
        Deliveries = message.Deliveries.Select(delivery => new { delivery.Destination, Part = delivery.Part.IsWhole ? null : (int?)delivery.Part.Number, delivery.ParkedFor, Content = ShowCommand.TextOf(delivery.Content ?? message.Received) }),
    };

    private static void Write(TriedMessage[] tried)
    {
        foreach (TriedMessage message in tried)
        {
            Console.Out.WriteLine($"== {message.File}: {message.Outcome.State}");
            foreach (MessageProblem problem in message.Outcome.Problems)
                Console.Out.WriteLine($"   {ProblemView.Word(problem).ToLowerInvariant()} {ProblemView.Words(problem)}");
            foreach (string line in message.Explained)
                Console.Out.WriteLine($"   {line}");
            if (message.Answer is not null)
                Console.Out.WriteLine($"-- answer\n{ShowCommand.TextOf(message.Answer)}");
            foreach (NewDelivery delivery in message.Deliveries)
                Console.Out.WriteLine($"-- to {delivery.Destination}{(delivery.Part.IsWhole ? "" : $", {delivery.Part}")}{(delivery.ParkedFor is null ? "" : $", parked: {delivery.ParkedFor}")}\n{ShowCommand.TextOf(delivery.Content ?? message.Received)}");
            Console.Out.WriteLine();
        }
    }

    private sealed record TriedMessage(
        string File,
        ReadOnlyMemory<byte> Received,
        PipelineOutcome Outcome,
        byte[]? Answer,
        IReadOnlyList<string> Explained,
        IReadOnlyList<NewDelivery> Deliveries);

    private sealed class Explanation : IStepTrace
    {
        public List<string> Lines { get; } = [];

        public void Begin(string step) => Lines.Add(step);

        public void Note(string text) => Lines.Add($"  {text}");
    }
}
